/// Passwords that are tried first by whoever guesses: the usual words with the usual decorations, runs of keys, and
/// repetitions. Not a list of passwords but the habits by which they are made, so that hundreds of words stand for
/// hundreds of thousands of passwords.
public enum CommonPasswords: Sendable {
    /// Whether a password, given as UTF-8, is one of them.
    public static func contains(_ password: [UInt8]) -> Bool {
        let text = password.map(lowercased)
        if text.isEmpty || isRepetition(text) || isRun(text) { return true }
        // What stands around the word goes first, so that a year is no letters; then the digits and signs are read that
        // people put in place of letters. The whole is read so too, for words that begin or end with such a sign.
        let bare = trimmed(text)
        guard text.count - bare.count <= decorationMax else { return false }
        return [bare, text, text.filter { $0 != UInt8(ascii: " ") }].contains { text in
            [text, text.map(unmasked), text.map { unmasked($0 == UInt8(ascii: "1") ? UInt8(ascii: "l") : $0) }]
                .contains { isDecoratedWord($0) }
        }
    }

    /// Without what is no letter at both ends.
    private static func trimmed(_ text: [UInt8]) -> [UInt8] {
        guard let start = text.firstIndex(where: isLetter), let last = text.lastIndex(where: isLetter) else {
            return []
        }
        return Array(text[start...last])
    }

    /// A word, twice the same word, or two words of the list, with up to `decorationMax` other characters around them.
    private static func isDecoratedWord(_ text: [UInt8]) -> Bool {
        let core = trimmed(text).filter { !separators.contains($0) }
        guard !core.isEmpty, text.count - core.count <= decorationMax else { return false }
        if isWord(core[...]) || isRun(core) || isRepetition(core) { return true }
        guard core.count <= 2 * CommonWords.bytesMax else { return false }
        return (CommonWords.bytesMin..<max(CommonWords.bytesMin, core.count)).contains {
            isWord(core[..<$0]) && isWord(core[$0...])
        }
    }

    /// Characters before and behind the word: a year and an exclamation mark, `123456`.
    private static let decorationMax = 8
    private static let separators = Array(" -_.".utf8)

    private static func isWord(_ text: ArraySlice<UInt8>) -> Bool {
        guard (CommonWords.bytesMin...CommonWords.bytesMax).contains(text.count) else { return false }
        return CommonWords.all.contains(String(decoding: text, as: UTF8.self))
    }

    /// A short piece said again and again: `aaaaaaaa`, `abcabcabc`, `12121212`.
    private static func isRepetition(_ text: [UInt8]) -> Bool {
        guard text.count >= 2 else { return true }
        return (1...4).contains { size in
            size < text.count && text.indices.dropFirst(size).allSatisfy { text[$0] == text[$0 - size] }
        }
    }

    /// Neighbours on the keyboard or in the alphabet, in at most four pieces of three and more: `qwertyuiop`,
    /// `1q2w3e4r`, `abcd1234`, `asdf1234`.
    private static func isRun(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        for _ in 0..<4 {
            if rest.isEmpty { return true }
            let longest = runs.map { commonPrefixCount(rest, $0) }.max() ?? 0
            guard longest >= 3 || longest == rest.count else { return false }
            rest = rest.dropFirst(longest)
        }
        return rest.isEmpty
    }

    /// How much of the text's beginning stands somewhere in a run.
    private static func commonPrefixCount(_ text: ArraySlice<UInt8>, _ run: [UInt8]) -> Int {
        run.indices.map { start in zip(text, run[start...]).prefix { $0 == $1 }.count }.max() ?? 0
    }

    private static let runs: [[UInt8]] = {
        let forward = [
            "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
            "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p",
            "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujmikolp", "147258369", "159753", "789456123", "123123123",
            "112233445566778899", "!@#$%^&*()", "1a2b3c4d5e6f7g8h", "a1b2c3d4e5f6g7h8", "asdfghjkl;'", "zaq12wsx",
            "zaq1xsw2cde3vfr4", "13579246801357924680", "24681357902468", "1111222233334444", "aabbccddeeffgg",
        ].map { Array($0.utf8) }
        return forward + forward.map { $0.reversed() }
    }()

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte.isASCIILetter }

    /// `p@$$w0rd` is `password`.
    private static func unmasked(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "!"), UInt8(ascii: "|"): UInt8(ascii: "i")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"), UInt8(ascii: "+"): UInt8(ascii: "t")
        default: byte
        }
    }
}
