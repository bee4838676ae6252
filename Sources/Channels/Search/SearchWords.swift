/// The words of a text as a search knows them, one after the other: the same for what is indexed, for what is asked,
/// and for what is shown of a hit.
///
/// Letters and digits in a row are a word, in lower case and without accents. Scripts that put nothing between words
/// (Chinese, Japanese; Korean too, whose words carry endings) give each two neighbours as a word, and the last sign of
/// a row by itself: so each part of a row of two signs and more is a phrase of pairs, and each single sign is how a
/// pair or that last sign begins.
public struct SearchWords: Sendable {
    public enum Kind: Equatable, Sendable {
        case word
        /// Two neighbouring signs.
        case pair
        /// The last sign of a row, which may be the only one.
        case last
    }

    /// The word found by `next`: UTF-8.
    public private(set) var term: [UInt8] = []
    public private(set) var kind = Kind.word
    /// Where it stands in the text, in bytes.
    public private(set) var range = 0..<0
    /// Of a pair: where its first sign ends.
    public private(set) var firstEnd = 0

    private let text: [UInt8]
    private let end: Int
    private var place: Int
    /// A row of signs that has begun: its last sign.
    private var sign: (folded: UInt32, range: Range<Int>)?

    /// UTF-8 bytes of a word that count: longer ones are told by their beginning.
    public static let termBytesMax = 64

    /// - Parameter part: of `text`; all of it unless given. Bytes that are no UTF-8 stand between words.
    public init(_ text: [UInt8], in part: Range<Int>? = nil) {
        self.text = text
        place = part?.lowerBound ?? 0
        end = part?.upperBound ?? text.count
        term.reserveCapacity(Self.termBytesMax + 4)
    }

    /// Goes to the next word; false behind the last one.
    public mutating func next() -> Bool {
        var start: Int?, wordEnd = place
        while place < end {
            let (scalar, length) = scalar(at: place)
            let here = place..<(place + length)
            switch SearchLetter(scalar) {
            case .passedOver:
                if start != nil { wordEnd = here.upperBound }
                if let sign { self.sign = (sign.folded, sign.range.lowerBound..<here.upperBound) }
            case .letter(let folded):
                if let sign { return finish(sign) }
                if start == nil {
                    start = place
                    term.removeAll(keepingCapacity: true)
                }
                if term.count < Self.termBytesMax { term.appendUTF8(folded) }
                wordEnd = here.upperBound
            case .sign(let folded):
                if let start { return found(start..<wordEnd) }
                let before = sign
                sign = (folded, here)
                place = here.upperBound
                if let before { return found(before, folded, here) }
                continue
            case .between:
                if let start { return found(start..<wordEnd) }
                if let sign { return finish(sign) }
            }
            place = here.upperBound
        }
        if let start { return found(start..<wordEnd) }
        if let sign { return finish(sign) }
        return false
    }

    private mutating func found(_ range: Range<Int>) -> Bool {
        self.range = range
        kind = .word
        return true
    }

    private mutating func found(
        _ before: (folded: UInt32, range: Range<Int>), _ folded: UInt32, _ here: Range<Int>
    ) -> Bool {
        term.removeAll(keepingCapacity: true)
        term.appendUTF8(before.folded)
        term.appendUTF8(folded)
        range = before.range.lowerBound..<here.upperBound
        firstEnd = before.range.upperBound
        kind = .pair
        return true
    }

    private mutating func finish(_ last: (folded: UInt32, range: Range<Int>)) -> Bool {
        sign = nil
        term.removeAll(keepingCapacity: true)
        term.appendUTF8(last.folded)
        range = last.range
        firstEnd = last.range.upperBound
        kind = .last
        return true
    }

    /// The character at a place and its bytes; U+FFFD for one byte that begins none.
    private func scalar(at place: Int) -> (UInt32, Int) {
        let first = text[place]
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, place + length <= end else { return (0xFFFD, 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for index in place + 1..<place + length {
            guard text[index] & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            value = value << 6 | UInt32(text[index] & 0x3F)
        }
        return (value, length)
    }
}

extension [UInt8] {
    /// A character that is one.
    mutating func appendUTF8(_ scalar: UInt32) {
        switch scalar {
        case ..<0x80: append(UInt8(scalar))
        case ..<0x800:
            append(UInt8(0xC0 | scalar >> 6))
            append(UInt8(0x80 | scalar & 0x3F))
        case ..<0x1_0000:
            append(UInt8(0xE0 | scalar >> 12))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        default:
            append(UInt8(0xF0 | scalar >> 18 & 0x07))
            append(UInt8(0x80 | scalar >> 12 & 0x3F))
            append(UInt8(0x80 | scalar >> 6 & 0x3F))
            append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
