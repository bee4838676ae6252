internal import Channels

/// One step of the schema. Steps have rising numbers, go forward only, and are never changed once released.
struct Migration {
    let number: Int64
    let sql: String
    /// It needs the pages of the file to be sealed, and whoever reads it afterwards can count on that.
    var writesAnew = false
    /// What the step makes of rows that are there, beyond what SQL can say; in the same transaction.
    var fill: (@Sendable (Database) throws(StoreFailure) -> Void)?

    static let all = [
        Migration.initial, .channels, .audit, .files, .jobs, .people, .keys, .proofs, .proven, .usersJobs, .runs,
        .uploads, .search, .contacts, .notifications, .seals, .images, .pushes, .courses, .courseWords, .series,
    ]

    static var newest: Int64 { all.map(\.number).max() ?? 0 }

    /// Brings the schema up to date, each step in its own transaction. A file written by a newer server is refused
    /// untouched.
    static func run(on database: Database) throws(StoreFailure) {
        let present = try database.integer("PRAGMA user_version")
        guard present <= newest else {
            throw .broken("the data was written by a newer confab (schema \(present)); this one cannot read it")
        }
        try requireSeal(of: database, at: present)
        for migration in all where migration.number > present {
            if migration.writesAnew { try database.seal() }
            try database.execute("BEGIN IMMEDIATE; \(migration.sql)")
            try migration.fill?(database)
            try database.execute("PRAGMA user_version = \(migration.number); COMMIT")
        }
    }

    /// From some schema on there are seals.
    static func requireSeal(of database: Database, at schema: Int64) throws(StoreFailure) {
        if schema >= seals.number { try database.requireSeal() }
    }
}
