/// The tags of a message: those that its sender gave it, and the words behind a `#` in its text.
public enum SearchTags {
    /// In the order in which they stand, each once, as they were written.
    public static func all(of message: Message) -> [String] {
        guard !message.isPlain || message.text.contains(UInt8(ascii: "#")) else { return [] }
        var found: [String] = [], seen: Set<[UInt8]> = []
        for tag in message.details.tags + words(in: message.text) where found.count < countMax {
            let folded = fold(tag)
            if !folded.isEmpty, seen.insert(folded).inserted { found.append(tag) }
        }
        return found
    }

    /// Tags of one message that are looked at: more are no help to anybody.
    public static let countMax = 40

    /// What is written behind each `#` that is not in the middle of a word. What has no letter in it is a number.
    static func words(in text: [UInt8]) -> [String] {
        guard text.contains(UInt8(ascii: "#")) else { return [] }
        var found: [String] = []
        var view = String(decoding: text, as: UTF8.self).unicodeScalars[...], before: Unicode.Scalar = " "
        while let scalar = view.popFirst(), found.count < countMax {
            defer { before = scalar }
            guard scalar == "#", !isPart(before), before != "#", before != "&" else { continue }
            let word = view.prefix { isPart($0) }
            let isNumber = word.allSatisfy { $0.properties.numericType != nil || $0 == "_" }
            if !isNumber, String(word).utf8.count <= SearchWords.termBytesMax {
                found.append(String(word))
            }
        }
        return found
    }

    /// As tags are compared: in lower case and without accents.
    public static func fold(_ tag: String) -> [UInt8] {
        var folded: [UInt8] = []
        for scalar in tag.unicodeScalars where folded.count < SearchWords.termBytesMax {
            switch SearchLetter(scalar.value) {
            case .letter(let plain), .sign(let plain): folded.appendUTF8(plain)
            case .passedOver: continue
            // Neither a quotation mark nor what takes words apart is to be found in what the index is asked.
            case .between: folded.appendUTF8(scalar.value <= 0x22 ? 0x5F : scalar.value)
            }
        }
        return folded
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || SearchLetter(scalar.value) != .between
    }
}
