/// One record of a CSV file, or why it is none.
public struct CSVRecord: Sendable, Equatable {
    /// Where the record begins, counted from 1.
    public var line: Int
    /// Without quotes around them. Incomplete when there is a fault.
    public var fields: [[UInt8]] = []
    /// The first thing that was wrong.
    public var fault: CSVFault?
    /// Whether nothing but spaces stood on its only line.
    public var isBlank = false

    public init(line: Int) { self.line = line }
}
