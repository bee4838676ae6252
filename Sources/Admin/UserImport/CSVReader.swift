/// RFC 4180, bytes to fields: commas between fields, quotes around those that contain commas, quotes or line breaks, a
/// quote inside written twice, records ended by CRLF or LF. Fields are taken as they stand, spaces and all.
///
/// A record that is too large is read to its end without being kept, so that what stands inside its quotes is not taken
/// for records.
struct CSVReader: Sendable {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 1
    private var record = CSVRecord(line: 1)
    private var recordByteCount = 0
    private var field: [UInt8] = []

    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// The next record, blank ones too; `nil` at the end, and after a fault in quoting.
    mutating func next() -> CSVRecord? {
        guard position < bytes.count else { return nil }
        record = CSVRecord(line: line)
        recordByteCount = 0
        let start = position
        var isEnded = false
        while !isEnded { isEnded = readField() }
        record.isBlank = bytes[start..<position].allSatisfy(\.isBlankOrLineEnd)
        return record
    }

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
                if byte == UInt8(ascii: "\n") { line += 1 }
                keep(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return true }
            keep(byte)
            position += 1
        }
        stop(.unclosedQuote)
        return false
    }

    /// Up to a comma or the end of the line. False when the reading has to end here.
    private mutating func readPlain() -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "\n"):
                return true
            case UInt8(ascii: "\r") where isLineEnd(position + 1):
                return true
            case UInt8(ascii: "\""):
                stop(.misplacedQuote)
                return false
            case UInt8(ascii: "\r"):
                note(.strayCarriageReturn)
            default:
                keep(byte)
            }
            position += 1
        }
        return true
    }

    /// Takes the comma or the line's end after a field; true when it was not a comma.
    private mutating func endField() -> Bool {
        add(field)
        guard position < bytes.count else { return true }
        if bytes[position] == UInt8(ascii: ",") {
            position += 1
            return false
        }
        if bytes[position] == UInt8(ascii: "\r"), isLineEnd(position + 1) { position += 1 }
        guard position < bytes.count else { return true }
        guard bytes[position] == UInt8(ascii: "\n") else {
            stop(.misplacedQuote)
            return true
        }
        position += 1
        line += 1
        return true
    }

    private func isLineEnd(_ position: Int) -> Bool {
        position == bytes.count || bytes[position] == UInt8(ascii: "\n")
    }

    private mutating func keep(_ byte: UInt8) {
        recordByteCount += 1
        if byte == 0 { note(.nulCharacter) }
        guard recordByteCount <= ImportLimits.rowBytesMax else {
            return note(.rowTooLarge(bytesMax: ImportLimits.rowBytesMax))
        }
        guard field.count < ImportLimits.fieldBytesMax else {
            return note(.fieldTooLarge(bytesMax: ImportLimits.fieldBytesMax))
        }
        field.append(byte)
    }

    private mutating func add(_ field: [UInt8]) {
        guard record.fields.count < ImportLimits.columnCountMax else {
            return note(.tooManyColumns(countMax: ImportLimits.columnCountMax))
        }
        record.fields.append(field)
    }

    private mutating func note(_ fault: RowFault.Reason) {
        if record.fault == nil { record.fault = fault }
    }

    private mutating func stop(_ fault: RowFault.Reason) {
        record.fault = fault
        position = bytes.count
    }
}
