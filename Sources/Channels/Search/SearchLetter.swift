/// What a character is to a search.
enum SearchLetter: Equatable {
    /// It stands between words.
    case between
    /// It belongs to what is before it and changes nothing: an accent, the marks of vowels, a soft hyphen.
    case passedOver
    /// A letter or a digit of a word, in lower case and without marks.
    case letter(UInt32)
    /// A sign of a script that puts nothing between words, or one that is a word by itself.
    case sign(UInt32)

    init(_ scalar: UInt32) {
        self = scalar < UInt32(Self.plane.count) ? Self.decode(Self.plane[Int(scalar)]) : Self.work(out: scalar)
    }

    /// The first 65,536 characters, worked out once: a look-up for each is what indexing can afford. 256 KiB.
    private static let plane: [UInt32] = {
        let marked = Dictionary(
            PlainLetters.groups.flatMap { group in group.marked.unicodeScalars.map { ($0.value, group.plain.value) } },
            uniquingKeysWith: { first, _ in first })
        return (0..<0x1_0000).map { encode(work(out: $0, marked)) }
    }()

    private static let kindShift: UInt32 = 24

    private static func encode(_ letter: SearchLetter) -> UInt32 {
        switch letter {
        case .between: 0
        case .passedOver: 1 << kindShift
        case .letter(let folded): 2 << kindShift | folded
        case .sign(let folded): 3 << kindShift | folded
        }
    }

    private static func decode(_ code: UInt32) -> SearchLetter {
        let folded = code & (1 << kindShift - 1)
        return switch code >> kindShift {
        case 1: .passedOver
        case 2: .letter(folded)
        case 3: .sign(folded)
        default: .between
        }
    }

    private static func work(out value: UInt32, _ marked: [UInt32: UInt32] = [:]) -> SearchLetter {
        // Full-width forms are Latin letters and digits as wide as the signs that they stand among.
        let value = (0xFF01...0xFF5E).contains(value) ? value - 0xFEE0 : value
        guard let scalar = Unicode.Scalar(value) else { return .between }
        if isPassedOver(value) { return .passedOver }
        if isSign(value) || value > 0x2000 && scalar.properties.isEmojiPresentation { return .sign(value) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
            let lower = scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? value
            return .letter(marked[lower] ?? lower)
        default: return .between
        }
    }

    /// Marks that a text may have or leave out. Those of the Indian scripts are letters like others.
    private static func isPassedOver(_ value: UInt32) -> Bool {
        switch value {
        case 0x00AD, 0x0300...0x036F, 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7,
            0x0610...0x061A,
            0x0640, 0x064B...0x065F, 0x0670, 0x06D6...0x06DC, 0x06DF...0x06E4, 0x06E7...0x06E8, 0x06EA...0x06ED,
            0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x200B...0x200F, 0x2060, 0x20D0...0x20FF, 0xFE00...0xFE0F,
            0xFE20...0xFE2F, 0xFEFF:
            true
        default: false
        }
    }

    /// Chinese characters, Japanese kana, Korean syllables, and what is written among them.
    private static func isSign(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x11FF, 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3031...0x3035, 0x3041...0x3096,
            0x3099...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x31A0...0x31BF,
            0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xD7B0...0xD7FB,
            0xF900...0xFAD9, 0xFF66...0xFFDC, 0x1B000...0x1B16F, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
