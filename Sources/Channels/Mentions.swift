/// The names that a text calls: `@` and a username, not in the middle of a word (so that an address of mail is none).
public enum Mentions {
    /// In the order in which they stand, in lower case, each once, at most `countMax`.
    public static func names(in text: [UInt8], countMax: Int) -> [String] {
        guard text.contains(UInt8(ascii: "@")) else { return [] }
        var names: [String] = []
        var index = 0
        while let at = text[index...].firstIndex(of: UInt8(ascii: "@")), names.count < countMax {
            var end = at + 1
            while end < text.count, isNamePart(text[end]) { end += 1 }
            index = max(end, at + 1)
            guard at == 0 || !isWordPart(text[at - 1]) else { continue }
            // A full stop ends the sentence, not the name.
            var last = end
            while last > at + 1, text[last - 1] == UInt8(ascii: ".") || text[last - 1] == UInt8(ascii: "-") {
                last -= 1
            }
            let name = String(decoding: text[(at + 1)..<last], as: UTF8.self).lowercased()
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "@")
    }

    /// What usernames are made of.
    private static func isNamePart(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
