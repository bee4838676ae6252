internal import Base

/// The cards in a piece of a vCard file (RFC 2426, RFC 6350, and what of 2.1 is still written), from `BEGIN:VCARD` to
/// `END:VCARD`.
struct CardRows: ContactRows {
    private(set) var place: ContactFileReader.Place
    private let bytes: [UInt8]
    private let isLast: Bool
    private let isFull: Bool
    private let start: Int
    private var position = 0
    private var line: Int64

    init(_ bytes: [UInt8], isLast: Bool, isFull: Bool, _ place: ContactFileReader.Place) {
        self.bytes = bytes
        self.isLast = isLast
        self.isFull = isFull
        self.place = place
        start = place.offset
        line = place.number
    }

    mutating func next() -> Result<ContactRow, ContactRowFault>? {
        var strayLine: Int64?
        while true {
            let before = (position, line)
            guard let text = nextLine() else { return atEnd(strayLine) }
            if Self.says("BEGIN:VCARD", text, in: bytes) {
                if let strayLine {
                    (position, line) = before
                    note()
                    return Self.stray(strayLine)
                }
                place.isInside = false
                return card(from: before)
            }
            if strayLine == nil, place.isInside || bytes[text].allSatisfy(\.isBlankOrLineEnd) {
                note()
            } else if strayLine == nil {
                strayLine = before.1
            }
        }
    }

    /// What is read so far need not be read again.
    private mutating func note() {
        place.offset = start + position
        place.number = line
    }

    private mutating func atEnd(_ strayLine: Int64?) -> Result<ContactRow, ContactRowFault>? {
        guard let strayLine, isLast || isFull else { return nil }
        note()
        place.isInside = !isLast
        return Self.stray(strayLine)
    }

    private static func stray(_ line: Int64) -> Result<ContactRow, ContactRowFault> {
        .failure(ContactRowFault(line, "outside_card", "What stands here is in no card: it has no BEGIN:VCARD."))
    }

    /// The card whose `BEGIN` has just been read.
    private mutating func card(from begin: (position: Int, line: Int64)) -> Result<ContactRow, ContactRowFault>? {
        var lines: [Range<Int>] = []
        while true {
            let before = (position, line)
            guard let text = nextLine() else { break }
            if Self.says("END:VCARD", text, in: bytes) {
                note()
                return CardText(bytes, lines, number: begin.line).row
            }
            if Self.says("BEGIN:VCARD", text, in: bytes) {
                (position, line) = before
                note()
                return .failure(ContactRowFault(begin.line, "unclosed_card", "The card has no END:VCARD."))
            }
            lines.append(text)
        }
        if isLast {
            note()
            return .failure(ContactRowFault(begin.line, "unclosed_card", "The card has no END:VCARD."))
        }
        guard isFull else { return nil }
        note()
        place.isInside = true
        return .failure(ContactRowFault(begin.line, "row_too_large", "The card is too large."))
    }

    /// The next line without its end, which is CRLF, LF or, of old Macs, CR; `nil` where there is none, or not all of
    /// it.
    private mutating func nextLine() -> Range<Int>? {
        guard position < bytes.count else { return nil }
        var end = position
        while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
        var behind = min(end + 1, bytes.count)
        if end < bytes.count, bytes[end] == 13 {
            if end + 1 == bytes.count, !isLast { return nil }
            if end + 1 < bytes.count, bytes[end + 1] == 10 { behind += 1 }
        }
        if end == bytes.count, !isLast { return nil }
        defer {
            position = behind
            line += 1
        }
        return position..<end
    }

    private static func says(_ word: StaticString, _ line: Range<Int>, in bytes: [UInt8]) -> Bool {
        var text = bytes[line]
        while text.last?.isBlank == true { text = text.dropLast() }
        guard text.count == word.utf8CodeUnitCount else { return false }
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return zip(text, letters).allSatisfy { $0.lowerCase == $1.lowerCase }
    }
}
