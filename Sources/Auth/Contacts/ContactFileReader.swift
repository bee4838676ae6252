internal import Base

/// A contacts file, read a piece at a time: CSV, vCard or JSON. What cannot be read is a fault of its row, and the next
/// row follows; no row is passed over in silence.
///
/// Rows are numbered as people find them again: by their line in CSV, by the line of their `BEGIN` in vCards, and by
/// their place among the others, from 1, in JSON.
public struct ContactFileReader: Sendable {
    /// Where in the file reading stands: enough to go on from there in another process.
    public struct Place: Sendable, Equatable {
        /// Bytes before it.
        public var offset: Int
        /// Of the next row: its line or its number.
        public var number: Int64
        /// Inside a row that is too large, whose rest is passed over.
        public var isInside = false

        public init(offset: Int, number: Int64, isInside: Bool = false) {
            self.offset = offset
            self.number = number
            self.isInside = isInside
        }
    }

    /// Some rows in their order, each read or refused.
    public struct Slice: Sendable, Equatable {
        public var contacts: [ImportedContact] = []
        public var faults: [Job.Fault] = []
        /// Rows that came to nothing; each has a fault.
        public var failed = 0
        public init() {}

        /// Rows in all.
        public var rowCount: Int { contacts.count + failed }

        mutating func add(_ row: ContactRow, dialling: DiallingCode?) {
            let (contact, faults) = row.judged(dialling: dialling)
            if let contact { contacts.append(contact) } else { failed += 1 }
            self.faults += faults
        }

        mutating func fail(_ number: Int64, _ code: String, _ detail: String) {
            failed += 1
            faults.append(Job.Fault(row: number, code: code, detail: detail))
        }
    }

    /// Bytes of the beginning of a file that are looked at to know what it is.
    public static let startBytesMax = 64 << 10
    /// Bytes that are read at once, and those that one row may take: cards carry pictures.
    public static let pieceBytes = 256 << 10
    public static let rowBytesMax = 8 << 20

    public var place: Place
    public let format: ContactFormat
    private let columns: ContactColumns?
    private let dialling: DiallingCode?

    /// - Parameters:
    ///   - start: the first `startBytesMax` bytes, or all that there are.
    ///   - format: what it is said to be; what it looks like where nothing is said.
    ///   - dialling: the country of phone numbers that name none.
    public init(
        start bytes: [UInt8], isWhole: Bool, format: ContactFormat?, dialling: DiallingCode?
    ) throws(ContactFileFault) {
        try Self.checkEncoding(bytes)
        let begin = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard bytes[begin...].contains(where: { !$0.isBlankOrLineEnd }) else {
            throw ContactFileFault("empty", "The file has no rows.")
        }
        let format = format ?? ContactFormat(start: Array(bytes[begin...]))
        self.format = format
        self.dialling = dialling
        switch format {
        case .csv:
            let columns = try ContactColumns(start: bytes, from: begin, isWhole: isWhole)
            self.columns = columns
            place = Place(offset: columns.end.offset, number: columns.end.line)
        case .vcard:
            columns = nil
            place = Place(offset: begin, number: 1)
        case .json:
            columns = nil
            place = Place(offset: try JSONRows.start(in: bytes, from: begin), number: 1)
        }
    }

    /// The rows of a piece that begins at `place`; the place is behind them afterwards.
    /// - Parameters:
    ///   - isLast: the file ends with the piece.
    ///   - count: of rows at most.
    /// - Returns: nothing, and the place stays, where the piece does not have a whole row: a larger piece is needed.
    public mutating func read(_ piece: [UInt8], isLast: Bool, atMost count: Int) -> Slice {
        var slice = Slice()
        // What is larger than any row may be is passed over, so that reading always comes to an end.
        let isFull = piece.count >= Self.rowBytesMax
        switch format {
        case .csv:
            guard let columns else { return slice }
            columns.read(piece, isLast: isLast, isFull: isFull, atMost: count, &place, &slice, dialling)
        case .vcard:
            take(CardRows(piece, isLast: isLast, isFull: isFull, place), atMost: count, into: &slice)
        case .json:
            take(JSONRows(piece, isLast: isLast, isFull: isFull, place), atMost: count, into: &slice)
        }
        return slice
    }

    private mutating func take(_ rows: some ContactRows, atMost count: Int, into slice: inout Slice) {
        var rows = rows
        while slice.rowCount < count, let row = rows.next() {
            switch row {
            case .success(let row): slice.add(row, dialling: dialling)
            case .failure(let fault): slice.fail(fault.number, fault.code, fault.detail)
            }
        }
        place = rows.place
    }

    /// Everything here is UTF-8. What is not shows it at once.
    private static func checkEncoding(_ bytes: [UInt8]) throws(ContactFileFault) {
        let isWide =
            bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            || (bytes.count >= 4 && (bytes[0] == 0 || bytes[1] == 0) && (bytes[0] != bytes[1] || bytes[2] == 0))
        guard !isWide else {
            throw ContactFileFault("unsupported_encoding", "The file is UTF-16 or UTF-32; save it as UTF-8.")
        }
    }
}

/// The rows of one format, found one by one in a piece of a file.
protocol ContactRows {
    /// Behind the last row that was given.
    var place: ContactFileReader.Place { get }

    /// The next row, or why it is none; `nil` where there is no more, or not all of it.
    mutating func next() -> Result<ContactRow, ContactRowFault>?
}

/// Why a row is not read.
struct ContactRowFault: Error {
    var number: Int64
    var code: String
    var detail: String

    init(_ number: Int64, _ code: String, _ detail: String) {
        self.number = number
        self.code = code
        self.detail = detail
    }
}
