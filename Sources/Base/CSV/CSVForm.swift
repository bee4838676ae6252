/// How a CSV file is written, and what of it is taken.
public struct CSVForm: Sendable, Equatable {
    /// What stands between two fields.
    public var separator = UInt8(ascii: ",")
    /// Lines end with a carriage return alone, as old Macs wrote them.
    public var endsByReturn = false
    /// The last byte of a line's end.
    public var lineEnd: UInt8 { endsByReturn ? UInt8(ascii: "\r") : UInt8(ascii: "\n") }
    /// A quote inside a field that does not begin with one stands for itself, as many programs write it. Where it does
    /// not, nothing tells where the record ends.
    public var takesInnerQuotes = false
    /// What is too large is not read to its end: the reader loses its place there. A quote that is never closed is
    /// then found soon, and not at the end of the file.
    public var stopsAtBounds = false
    /// Bytes of one record, bytes of one field, and fields of one record.
    public var recordBytesMax: Int
    public var fieldBytesMax: Int
    public var columnCountMax: Int

    public init(recordBytesMax: Int, fieldBytesMax: Int, columnCountMax: Int) {
        self.recordBytesMax = recordBytesMax
        self.fieldBytesMax = fieldBytesMax
        self.columnCountMax = columnCountMax
    }
}

/// What is wrong with the form of a record.
public enum CSVFault: Error, Equatable, Sendable {
    case tooManyColumns(countMax: Int)
    case rowTooLarge(bytesMax: Int)
    case fieldTooLarge(bytesMax: Int)
    case nulCharacter
    case unclosedQuote
    case misplacedQuote
    case strayCarriageReturn
}
