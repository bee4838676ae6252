internal import Channels

/// Reads the journal from its beginning to its end, some rows at a time, and holds each to its checksum.
struct JournalCheck {
    private(set) var position: Int64 = 0
    private(set) var rowCount: Int64 = 0
    private(set) var damagedCount: Int64 = 0
    private var damaged: [Int64] = []

    /// Rows looked at in one go: a few milliseconds' work.
    static let stride = 1_000

    init() {}

    /// False at the end.
    mutating func next(in database: Database) throws(StoreFailure) -> Bool {
        let found = try database.prepare(
            "SELECT \(JournalRow.columns) FROM journal WHERE position > ? ORDER BY position LIMIT \(Self.stride)"
        ).bind(position).all { row throws(StoreFailure) in
            (position: row.integer(0), isSound: (try? JournalRow.read(row)) != nil)
        }
        guard let last = found.last else { return false }
        position = last.position
        rowCount += Int64(found.count)
        let bad = found.filter { !$0.isSound }.map(\.position)
        damagedCount += Int64(bad.count)
        damaged += bad
        return true
    }

    /// The damaged rows that were found since this was last asked.
    mutating func takeDamaged() -> [Int64] {
        defer { damaged = [] }
        return damaged
    }
}
