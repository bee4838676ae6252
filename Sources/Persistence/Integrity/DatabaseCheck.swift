internal import Auth
internal import Base
internal import Channels

/// Looks through a whole database that nobody writes to: SQLite's own checks, every row's checksum, and whether what
/// hangs together still does.
struct DatabaseCheck {
    private let database: Database
    private(set) var lines: [String] = []
    private(set) var faults: [String] = []
    private var faultCount = 0

    /// Faults that are told one by one.
    static let faultsMax = 100

    init(_ database: Database) { self.database = database }

    /// - Parameter auditKey: the key of the audit trail; without one it is passed over.
    mutating func run(auditKey: Secret?) throws(StoreFailure) {
        try checkSchema()
        try checkPages()
        // What is below would trip over it.
        guard faults.isEmpty else { return }
        try checkRows()
        try checkOrder()
        try checkIndexes()
        if let auditKey { try checkAudit(auditKey) }
    }

    mutating func found(_ fault: String) {
        faultCount += 1
        if faults.count < Self.faultsMax { faults.append(fault) }
        if faultCount == Self.faultsMax + 1 { faults.append("and more") }
    }

    mutating func say(_ line: String) { lines.append(line) }

    private func texts(_ sql: String) throws(StoreFailure) -> [String] {
        try database.prepare(sql).all { row throws(StoreFailure) in row.string(0) }
    }

    private mutating func checkSchema() throws(StoreFailure) {
        let schema = try database.integer("PRAGMA user_version")
        guard schema > 0 else { throw .broken("this is no database of confab") }
        guard schema <= Migration.newest else {
            throw .broken("the data was written by a newer confab (schema \(schema)); this one cannot read it")
        }
        try Migration.requireSeal(of: database, at: schema)
        say("schema \(schema), epoch \(try database.text("SELECT value FROM meta WHERE name = 'epoch'"))")
        if schema < Migration.newest { say("the next start brings the schema to \(Migration.newest)") }
    }

    private mutating func checkPages() throws(StoreFailure) {
        var check = try PageCheck(of: database)
        while try check.next() {
            for page in check.takeDamaged() { found("page \(page) of the database is damaged") }
        }
        // SQLite cannot read what is named already.
        guard faults.isEmpty else { return }
        if check.pageCount > 0 { say("\(check.pageCount) pages") }
        for verdict in try texts("PRAGMA integrity_check(\(Self.faultsMax))") where verdict != "ok" { found(verdict) }
        let broken = try database.prepare("PRAGMA foreign_key_check").all { row throws(StoreFailure) in
            "\(row.string(0)) row \(row.integer(1)) names a row of \(row.string(2)) that is not there"
        }
        for fault in broken { found(fault) }
    }

    private mutating func checkRows() throws(StoreFailure) {
        let columns = try texts("SELECT name FROM pragma_table_info('journal')")
        guard columns.contains("extra") else { return say("the rows of this schema are not looked at") }
        var check = JournalCheck()
        while try check.next(in: database) {
            for position in check.takeDamaged() { found("row \(position) of the journal is damaged") }
        }
        say("\(check.rowCount) rows of the journal")
    }

    /// Each log's places and each channel's numbers follow one another without a gap, and begin where retention
    /// has left them.
    private mutating func checkOrder() throws(StoreFailure) {
        let rows = try database.prepare(
            """
            SELECT j.channel, j.seq, CASE j.kind WHEN 1 THEN j.message_number END, c.purged_seq, c.purged_number
            FROM journal j LEFT JOIN channels c ON c.id = j.channel ORDER BY j.channel, j.seq
            """)
        var channel: Int64?, seq: Int64 = 0, number: Int64 = 0, messages = 0, logs = 0
        defer { rows.reset() }
        while try rows.step() {
            if rows.integer(0) != channel {
                channel = rows.integer(0)
                logs += 1
                seq = rows.integerOrNull(3) ?? 0
                number = rows.integerOrNull(4) ?? 0
            }
            if rows.integer(1) != seq + 1 {
                found("the log of channel \(rows.integer(0)) has \(rows.integer(1)) behind \(seq)")
            }
            seq = rows.integer(1)
            guard let next = rows.integerOrNull(2) else { continue }
            messages += 1
            if next != number + 1 { found("channel \(rows.integer(0)) has message \(next) behind \(number)") }
            number = next
        }
        say("\(messages) messages in \(logs) logs")
    }

    private mutating func checkIndexes() throws(StoreFailure) {
        let through = "(SELECT value FROM meta WHERE name = 'indexed_through')"
        for (what, sql) in [
            (
                "entries of the log's index point to another row",
                """
                SELECT count(*) FROM log_index i LEFT JOIN journal j ON j.position = i.position
                WHERE j.channel IS NOT i.channel OR j.seq IS NOT i.seq
                """
            ),
            (
                "entries of the messages' index point to another row",
                """
                SELECT count(*) FROM message_index i LEFT JOIN journal j ON j.position = i.position
                WHERE j.channel IS NOT i.channel OR j.message_number IS NOT i.message_number
                """
            ),
            (
                "rows of the journal are in no index",
                """
                SELECT max(0, (SELECT count(*) FROM journal WHERE position <= \(through))
                    - (SELECT count(*) FROM log_index WHERE position <= \(through)))
                """
            ),
        ] {
            let count = try database.integer(sql)
            if count > 0 { found("\(count) \(what)") }
        }
    }

    private mutating func checkAudit(_ key: Secret) throws(StoreFailure) {
        switch try AuditReader(database: database).verify(AuditChain(key: key)) {
        case .whole(let count): say("\(count) rows of the audit trail")
        case .cutShort(let count): found("the audit trail has lost what was behind row \(count)")
        case .broken(let number): found("row \(number) of the audit trail is not what was written")
        }
    }
}
