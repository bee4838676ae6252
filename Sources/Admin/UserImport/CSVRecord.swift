/// One record of a CSV file, or why it is none.
struct CSVRecord: Sendable, Equatable {
    /// Where the record begins, counted from 1.
    var line: Int
    /// Without quotes around them. Incomplete when there is a fault.
    var fields: [[UInt8]] = []
    /// The first thing that was wrong.
    var fault: RowFault.Reason?
    /// Whether nothing but spaces stood on its only line.
    var isBlank = false
}
