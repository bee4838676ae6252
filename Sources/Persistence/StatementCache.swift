internal import Channels

/// Statements of one connection that are prepared when they are first used, and kept. Used by one thread, and never
/// while the same statement runs.
final class StatementCache {
    private let database: Database
    private var prepared: [String: Statement] = [:]

    init(_ database: Database) { self.database = database }

    func callAsFunction(_ sql: String) throws(StoreFailure) -> Statement {
        if let statement = prepared[sql] { return statement }
        let statement = try database.prepare(sql)
        prepared[sql] = statement
        return statement
    }
}
