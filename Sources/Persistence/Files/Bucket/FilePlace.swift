internal import Channels

/// Where the files of a database are kept when that is not beside it. It stands in the database, so that a backup knows
/// what it has not got, and a server that is told of another place does not begin to say that files are damaged.
enum FilePlace {
    private static let name = "file_place"

    /// `nil` when everything lies beside the database.
    static func of(_ database: Database) throws(StoreFailure) -> String? {
        try database.prepare("SELECT value FROM meta WHERE name = ?").bind(name)
            .first { row throws(StoreFailure) in row.string(0) }
    }

    /// Writes down where files are kept from now on.
    /// - Throws: when there are files that are kept elsewhere than that.
    static func settle(_ place: String?, in database: Database) throws(StoreFailure) {
        let former = try of(database)
        guard former != place else { return }
        if let former, try database.integer("SELECT count(*) FROM (SELECT 1 FROM files LIMIT 1)") > 0 {
            throw .broken(
                "uploaded files are kept in \(former), and the settings say \(place ?? "this machine's disk") "
                    + "(file-store, s3-bucket, s3-prefix)")
        }
        try database.prepare("DELETE FROM meta WHERE name = ?").bind(name).run()
        guard let place else { return }
        try database.prepare("INSERT INTO meta VALUES (?, ?)").bind(name).bind(place).run()
    }
}
