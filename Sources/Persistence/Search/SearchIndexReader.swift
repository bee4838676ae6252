internal import Base
internal import Channels

/// The index on a read-only connection: it proposes places of the journal. Used by one thread.
struct SearchIndexReader {
    private let database: Database
    private let statement: StatementCache

    init(path: String) throws(StoreFailure) {
        database = try Database(path: path, .reader)
        try SearchTokenizer.register(on: database)
        statement = StatementCache(database)
        _ = try statement(Self.parts)
    }

    var hasFoundDamage: Bool { database.hasFoundDamage }

    private static let parts = "SELECT part, name FROM parts ORDER BY part DESC"

    /// Runs `body` on one snapshot of the index.
    func snapshot<Value>(_ body: () throws(StoreFailure) -> Value) throws(StoreFailure) -> Value {
        try database.snapshot(body)
    }

    /// The parts, newest first.
    func parts() throws(StoreFailure) -> [(part: Int64, name: String)] {
        try statement(Self.parts).all { row throws(StoreFailure) in (row.integer(0), row.string(1)) }
    }

    /// Places of one part at which an expression of FTS5 is true, newest first, until `take` says false.
    func places(
        in table: String, _ expression: [UInt8], from first: Int64, before last: Int64,
        _ take: (Int64) throws(StoreFailure) -> Bool
    ) throws(StoreFailure) {
        let rows = try statement(
            "SELECT rowid FROM \(table) WHERE \(table) MATCH ? AND rowid < ? AND rowid >= ? ORDER BY rowid DESC"
        ).bind(text: expression).bind(last).bind(first)
        defer { rows.reset() }
        while try rows.step(), try take(rows.integer(0)) {}
    }

    /// Tags of a channel from this one on, each with the places at which it is, newest first, until `take` says false.
    func tags(
        of channel: ChannelID, from first: [UInt8],
        _ take: (_ folded: [UInt8], _ position: Int64) throws(StoreFailure) -> TagStep
    ) throws(StoreFailure) {
        var from = first
        let next = try statement(
            "SELECT folded, position FROM tagged WHERE channel = ? AND folded >= ? ORDER BY folded, position DESC")
        while true {
            _ = next.bind(channel).bind(blob: from)
            defer { next.reset() }
            var current: [UInt8]?
            scan: while true {
                guard try next.step() else { return }
                let folded = next.bytes(0)
                if let current, current != folded {
                    from = folded
                    break scan
                }
                current = folded
                switch try take(folded, next.integer(1)) {
                case .nextPlace: continue
                case .nextTag:
                    // Behind all places of this one: no tag has a byte 0.
                    from = folded + [0]
                    break scan
                case .stop: return
                }
            }
        }
    }

    enum TagStep { case nextPlace, nextTag, stop }
}
