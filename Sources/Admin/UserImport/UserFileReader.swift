internal import Base

/// Reads a users file row by row: JSON lines if its first character is `{`, else CSV with a line of column names. A
/// byte order mark and empty lines are skipped. A row that cannot be read is a fault of its own and the next one
/// follows, except after a misplaced or unclosed quote, because nothing tells where the next row begins then.
public struct UserFileReader: Sequence, IteratorProtocol, Sendable {
    private enum Format: Sendable {
        case jsonLines(JSONLinesReader)
        case csv(CSVUserReader)
    }

    private var format: Format

    /// Throws when the file as a whole cannot be read: too large, empty, or with a first line that names no columns.
    public init(_ bytes: [UInt8]) throws(RowFault) {
        guard bytes.count <= ImportLimits.fileBytesMax else {
            throw RowFault(line: 1, reason: .fileTooLarge(bytesMax: ImportLimits.fileBytesMax))
        }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let first = bytes[start...].first(where: { !$0.isBlankOrLineEnd }) else {
            throw RowFault(line: 1, reason: .emptyFile)
        }
        switch first {
        case UInt8(ascii: "{"): format = .jsonLines(JSONLinesReader(bytes, from: start))
        case UInt8(ascii: "["): throw RowFault(line: 1, reason: .jsonArray)
        default: format = .csv(try CSVUserReader(bytes, from: start))
        }
    }

    public mutating func next() -> Result<ImportRow, RowFault>? {
        switch format {
        case .jsonLines(var reader):
            defer { format = .jsonLines(reader) }
            return reader.next()
        case .csv(var reader):
            defer { format = .csv(reader) }
            return reader.next()
        }
    }
}
