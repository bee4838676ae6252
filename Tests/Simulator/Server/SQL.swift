import CSQLite
import Channels

/// Statements on a database that no server has open.
enum SQL {
    static func run(_ statements: [String], on path: String, vfs: String) throws(StoreFailure) {
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, vfs) == SQLITE_OK else {
            throw .broken("\(path) cannot be opened")
        }
        for statement in statements where sqlite3_exec(database, statement, nil, nil, nil) != SQLITE_OK {
            throw .broken("\(statement): \(String(cString: sqlite3_errmsg(database)))")
        }
    }
}
