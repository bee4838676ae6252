/// RFC 4180, bytes to fields: separators between fields, quotes around those that contain separators, quotes or line
/// breaks, a quote inside written twice, records ended by CRLF or LF. Fields are taken as they stand, spaces and all.
///
/// A record that is too large is read to its end without being kept, so that what stands inside its quotes is not taken
/// for records; unless its form says otherwise.
public struct CSVReader: Sendable {
    private let bytes: [UInt8]
    private let form: CSVForm
    /// The file goes on behind the bytes.
    private let goesOn: Bool
    /// The first byte that has not been read.
    public private(set) var position: Int
    /// Where that byte is, counted from 1.
    public private(set) var line: Int
    /// Behind a fault after which nothing tells where the next record begins.
    public private(set) var hasLostPlace = false
    /// What is left are the first bytes of a record, and the others are not here.
    public private(set) var isCut = false
    private var start = 0
    private var record = CSVRecord(line: 1)
    private var recordByteCount = 0
    private var field: [UInt8] = []
    private var isAtLineEnd = false

    /// - Parameters:
    ///   - goesOn: the file has more than these bytes.
    ///   - line: of the first byte that is read.
    public init(_ bytes: [UInt8], from start: Int, _ form: CSVForm, goesOn: Bool = false, line: Int = 1) {
        self.bytes = bytes
        self.form = form
        self.goesOn = goesOn
        self.line = line
        position = start
    }

    /// The next record, blank ones too; `nil` at the end, when the bytes end inside a record, and when the place was
    /// lost.
    public mutating func next() -> CSVRecord? {
        guard position < bytes.count, !hasLostPlace, !isCut else { return nil }
        start = position
        record = CSVRecord(line: line)
        recordByteCount = 0
        isAtLineEnd = false
        while !readField() {}
        if goesOn, !isAtLineEnd, position == bytes.count, !hasStopped {
            isCut = true
            position = start
            line = record.line
            return nil
        }
        if hasLostPlace { position = bytes.count }
        record.isBlank = bytes[start..<position].allSatisfy(\.isBlankOrLineEnd)
        return record
    }

    /// After the place was lost: goes on with the line after the one on which the record began.
    /// - Returns: false where that line does not end here.
    public mutating func skipLine() -> Bool {
        hasLostPlace = false
        let end = bytes[start...].firstIndex(of: form.lineEnd)
        position = end.map { $0 + 1 } ?? bytes.count
        line = record.line + (end == nil ? 0 : 1)
        return end != nil
    }

    private var lineEnd: UInt8 { form.lineEnd }

    /// The place was lost for another reason than that the bytes came to their end.
    private var hasStopped: Bool { hasLostPlace && record.fault != .unclosedQuote }

    /// Reads one field and what ends it; true when that ended the record too.
    private mutating func readField() -> Bool {
        field = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            guard readQuoted() else { return true }
        } else {
            guard readPlain() else { return true }
        }
        return endField()
    }

    /// Between quotes. False when the reading has to end here.
    private mutating func readQuoted() -> Bool {
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                if byte == lineEnd { line += 1 }
                keep(byte)
                if hasLostPlace { return false }
                continue
            }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return true }
            keep(byte)
            position += 1
        }
        stop(.unclosedQuote)
        return false
    }

    /// Up to a separator or the end of the line. False when the reading has to end here.
    private mutating func readPlain() -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case form.separator, lineEnd:
                return true
            case UInt8(ascii: "\r") where isLineEnd(position + 1):
                return true
            case UInt8(ascii: "\"") where !form.takesInnerQuotes:
                stop(.misplacedQuote)
                return false
            case UInt8(ascii: "\r"):
                note(.strayCarriageReturn)
            default:
                keep(byte)
                if hasLostPlace { return false }
            }
            position += 1
        }
        return true
    }

    /// Takes the separator or the line's end after a field; true when it was no separator.
    private mutating func endField() -> Bool {
        add(field)
        guard position < bytes.count, !hasLostPlace else { return true }
        if bytes[position] == form.separator {
            position += 1
            return false
        }
        if bytes[position] == UInt8(ascii: "\r"), !form.endsByReturn, isLineEnd(position + 1) { position += 1 }
        guard position < bytes.count else { return true }
        guard bytes[position] == lineEnd else {
            stop(.misplacedQuote)
            return true
        }
        position += 1
        line += 1
        isAtLineEnd = true
        return true
    }

    private func isLineEnd(_ position: Int) -> Bool {
        position == bytes.count || bytes[position] == UInt8(ascii: "\n")
    }

    private mutating func keep(_ byte: UInt8) {
        recordByteCount += 1
        if byte == 0 { note(.nulCharacter) }
        guard recordByteCount <= form.recordBytesMax else {
            return exceed(.rowTooLarge(bytesMax: form.recordBytesMax))
        }
        guard field.count < form.fieldBytesMax else { return exceed(.fieldTooLarge(bytesMax: form.fieldBytesMax)) }
        field.append(byte)
    }

    private mutating func add(_ field: [UInt8]) {
        guard record.fields.count < form.columnCountMax else {
            return exceed(.tooManyColumns(countMax: form.columnCountMax))
        }
        record.fields.append(field)
    }

    private mutating func exceed(_ fault: CSVFault) {
        if form.stopsAtBounds { stop(fault) } else { note(fault) }
    }

    private mutating func note(_ fault: CSVFault) {
        if record.fault == nil { record.fault = fault }
    }

    private mutating func stop(_ fault: CSVFault) {
        record.fault = fault
        hasLostPlace = true
    }
}
