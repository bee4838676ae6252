public import Base

/// One line of a roster's file: who, and what becomes of them.
public struct RosterLine: Equatable, Sendable {
    /// How somebody is called there.
    public enum Name: Equatable, Sendable {
        case id(UserID)
        /// In lower case.
        case username(String)
        case email(String)
    }

    /// Counted from 1.
    public var line: Int
    public var name: Name
    public var decision: RosterDecision

    public init(line: Int, name: Name, decision: RosterDecision) {
        self.line = line
        self.name = name
        self.decision = decision
    }
}

/// What the lines of a roster's file came to.
public struct RosterTally: Equatable, Sendable {
    public struct Fault: Equatable, Sendable {
        public var line: Int
        public var code: String
        public var detail: String

        public init(line: Int, code: String, detail: String) {
            self.line = line
            self.code = code
            self.detail = detail
        }
    }

    public var changed = 0
    public var unchanged = 0
    public var faults: [Fault] = []

    public init() {}
}

/// Reads a roster as CSV. Its first line names the columns, in any order: one or more of `user` (an id), `username` and
/// `email`, of which the first that is filled counts, and `state`: `active`, which is meant where nothing stands,
/// `invited` or `turned_away`. Other columns are not looked at, so that what was exported can be brought in again.
public struct RosterReader: Sendable {
    private enum Column: String { case user, username, email, state }

    private var records: CSVReader
    private var columns: [Column?] = []
    private var count = 0

    private static let form = CSVForm(
        recordBytesMax: CourseBounds.rosterLineBytesMax, fieldBytesMax: CourseBounds.rosterLineBytesMax,
        columnCountMax: CourseBounds.rosterColumnsMax)

    public init(_ bytes: [UInt8]) throws(CourseRefusal) {
        guard bytes.count <= CourseBounds.rosterBytesMax else {
            throw .invalid(
                pointer: "", code: "too_long", detail: "a roster has at most \(CourseBounds.rosterBytesMax) bytes")
        }
        // What some programs write in front of UTF-8.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        records = CSVReader(bytes, from: bytes.starts(with: mark) ? mark.count : 0, Self.form)
        guard let head = nextRecord(), head.fault == nil else {
            throw .invalid(pointer: "", code: "invalid_format", detail: "its first line names the columns")
        }
        columns = head.fields.map { Column(rawValue: String(decoding: $0, as: UTF8.self).lowercased()) }
        guard columns.contains(where: { $0 == .user || $0 == .username || $0 == .email }) else {
            throw .invalid(
                pointer: "", code: "required", detail: "it has a column user, username or email")
        }
    }

    /// The next line, or why it is none; `nil` at the end.
    public mutating func next() -> Result<RosterLine, RosterFault>? {
        guard let record = nextRecord() else { return nil }
        count += 1
        guard count <= CourseBounds.rosterLinesMax else {
            records = CSVReader([], from: 0, Self.form)
            return .failure(
                RosterFault(line: record.line, detail: "a roster has at most \(CourseBounds.rosterLinesMax) lines"))
        }
        return Result { () throws(RosterFault) in try line(record) }
    }

    private mutating func nextRecord() -> CSVRecord? {
        while let record = records.next() {
            if !record.isBlank { return record }
        }
        return nil
    }

    private func line(_ record: CSVRecord) throws(RosterFault) -> RosterLine {
        if let fault = record.fault { throw RosterFault(line: record.line, detail: "it is no line of CSV: \(fault)") }
        var values: [Column: String] = [:]
        for (column, field) in zip(columns, record.fields) {
            guard let column, values[column] == nil else { continue }
            guard let text = String(validating: field, as: UTF8.self) else {
                throw RosterFault(line: record.line, detail: "it is not in UTF-8")
            }
            values[column] = text
        }
        let decision: RosterDecision
        switch values[.state] ?? "" {
        case "", "active": decision = .enrol
        case "invited": decision = .invite
        case "turned_away": decision = .turnAway
        default:
            throw RosterFault(line: record.line, detail: "its state is active, invited or turned_away")
        }
        return RosterLine(line: record.line, name: try name(values, at: record.line), decision: decision)
    }

    private func name(_ values: [Column: String], at line: Int) throws(RosterFault) -> RosterLine.Name {
        if let text = values[.user], !text.isEmpty {
            guard let user = UserID(text) else { throw RosterFault(line: line, detail: "its user is no id") }
            return .id(user)
        }
        if let text = values[.username], !text.isEmpty { return .username(text.lowercased()) }
        if let text = values[.email], !text.isEmpty { return .email(text.lowercased()) }
        throw RosterFault(line: line, detail: "it names nobody")
    }
}

/// Why a line of a roster's file is none.
public struct RosterFault: Error, Equatable, Sendable {
    public var line: Int
    public var detail: String

    public init(line: Int, detail: String) {
        self.line = line
        self.detail = detail
    }
}
