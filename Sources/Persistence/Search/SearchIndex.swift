internal import Base
internal import CSQLite
internal import Channels
internal import Glibc

/// The index of what was said: a database of its own beside the other one, derived from the journal and good for
/// nothing else. It may be thrown away at any time and is then made anew.
///
/// It is in *parts*, one for so many places of the journal. A part holds words and where they are, no text. What FTS5
/// is told to forget it remembers until it happens to write that part of its tree again; so nothing is ever taken out
/// of a part: it is made anew from the journal, and the old one overwritten with zeros.
final class SearchIndex {
    /// What the tables and the words in them are like; another number has everything indexed anew.
    static let version: Int64 = 1
    /// Places of the journal in a part, as a power of two: some 65,000 messages, made anew in half a second.
    static let partBits: Int64 = 16

    let path: String
    let database: Database
    private let statement: StatementCache
    /// Up to here the journal is indexed.
    private(set) var through: Int64
    /// The tables of the parts: a part made anew has another name.
    private var tables: [Int64: Table] = [:]

    private struct Table {
        var name: String
        /// It is one tree: nothing comes to it any more.
        var isSealed: Bool
        let insert: Statement
    }

    /// Opens it, or makes it where there is none that is of use.
    /// - Parameter epoch: of the journal's history.
    static func open(_ path: String, epoch: String) throws(StoreFailure) -> SearchIndex {
        do throws(StoreFailure) {
            return try SearchIndex(path, epoch: epoch)
        } catch {
            guard case .full = error else {
                remove(path)
                return try SearchIndex(path, epoch: epoch)
            }
            throw error
        }
    }

    static func remove(_ path: String) {
        for ending in ["", "-wal", "-shm"] { unlink(path + ending) }
    }

    private init(_ path: String, epoch: String) throws(StoreFailure) {
        self.path = path
        database = try Database(path: path, .writer)
        // Nobody is promised what is in it: a power cut may take the end away, which is then indexed again.
        try database.execute("PRAGMA synchronous = NORMAL")
        try database.execute("PRAGMA cache_size = -\(Self.cacheKiB)")
        try database.requireSeal()
        try SearchTokenizer.register(on: database)
        statement = StatementCache(database)
        let present = try database.integer("PRAGMA user_version")
        if present == 0, try database.integer("SELECT count(*) FROM sqlite_schema") == 0 {
            try Self.make(in: database, epoch: epoch)
        }
        guard try database.integer("PRAGMA user_version") == Self.version,
            try database.text("SELECT value FROM meta WHERE name = 'epoch'") == epoch
        else { throw .damaged("the index is of another history, or another kind") }
        through = try database.integer("SELECT value FROM meta WHERE name = 'through'")
        let rows = try database.prepare("SELECT part, name, is_sealed FROM parts").all { row throws(StoreFailure) in
            (part: row.integer(0), name: row.string(1), isSealed: row.integer(2) != 0)
        }
        for row in rows {
            tables[row.part] = Table(name: row.name, isSealed: row.isSealed, insert: try insertion(into: row.name))
        }
    }

    private static let cacheKiB = 16_384

    private static func make(in database: Database, epoch: String) throws(StoreFailure) {
        try database.execute(
            """
            BEGIN IMMEDIATE;
            CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO meta VALUES ('epoch', '\(epoch)'), ('through', 0), ('made', 0);
            CREATE TABLE parts (part INTEGER PRIMARY KEY, name TEXT NOT NULL, is_sealed INTEGER NOT NULL) STRICT;
            CREATE TABLE tagged (
                channel INTEGER NOT NULL, folded BLOB NOT NULL, position INTEGER NOT NULL,
                PRIMARY KEY (channel, folded, position)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX tagged_by_position ON tagged (position);
            PRAGMA user_version = \(version);
            COMMIT
            """)
    }

    static func part(of position: Int64) -> Int64 { position >> partBits }
    static func positions(of part: Int64) -> ClosedRange<Int64> {
        part << partBits...((part + 1) << partBits) - 1
    }

    private func insertion(into name: String) throws(StoreFailure) -> Statement {
        try database.prepare("INSERT INTO \(name) (rowid, words) VALUES (?, ?)")
    }

    // MARK: Writing

    /// Runs `body` in a transaction. Who hears of a failure opens the index anew.
    func write(_ body: () throws(StoreFailure) -> Void) throws(StoreFailure) {
        try statement("BEGIN IMMEDIATE").run()
        do throws(StoreFailure) {
            try body()
            try statement("COMMIT").run()
        } catch {
            try? database.execute("ROLLBACK")
            throw error
        }
    }

    /// Indexes messages, in the order of their places; one that is there already has its new words as well.
    func add(_ messages: [(position: Int64, message: Message)]) throws(StoreFailure) {
        for (position, message) in messages {
            let part = Self.part(of: position)
            if tables[part] == nil { tables[part] = try makeTable(for: part) }
            try add(message, at: position, to: tables[part])
        }
    }

    func setThrough(_ position: Int64) throws(StoreFailure) {
        try statement("UPDATE meta SET value = ? WHERE name = 'through'").bind(position).run()
        through = position
    }

    private func add(_ message: Message, at position: Int64, to table: Table?) throws(StoreFailure) {
        try table?.insert.bind(position).bind(text: SearchDocument.make(of: message)).run()
        for tag in SearchTags.all(of: message) {
            try statement("INSERT INTO tagged VALUES (?, ?, ?) ON CONFLICT DO NOTHING").bind(message.channel)
                .bind(blob: SearchTags.fold(tag)).bind(position).run()
        }
    }

    private func makeTable(for part: Int64) throws(StoreFailure) -> Table {
        try statement("UPDATE meta SET value = value + 1 WHERE name = 'made'").run()
        let made = try database.integer("SELECT value FROM meta WHERE name = 'made'")
        let name = "words_\(part)_\(made)"
        // No text and no lengths are kept: the text is in the journal.
        try database.execute(
            """
            CREATE VIRTUAL TABLE \(name)
            USING fts5(words, content='', columnsize=0, tokenize='\(SearchTokenizer.name)')
            """)
        try database.execute("INSERT INTO \(name) (\(name), rank) VALUES ('hashsize', \(Self.gatherBytes))")
        try statement(
            "INSERT INTO parts VALUES (?, ?, 0) ON CONFLICT (part) DO UPDATE SET name = excluded.name, is_sealed = 0"
        )
        .bind(part).bind(name).run()
        return Table(name: name, isSealed: false, insert: try insertion(into: name))
    }

    /// Bytes of new words that FTS5 gathers before it writes them: the more, the less it has to merge.
    private static let gatherBytes = 8 << 20

    // MARK: Parts

    func has(_ part: Int64) -> Bool { tables[part] != nil }

    /// A part to which nothing comes any more, and which is not one tree yet.
    var partToSeal: Int64? {
        tables.filter { !$0.value.isSealed && $0.key < Self.part(of: through) }.keys.min()
    }

    /// Makes a part one tree, so that each word is looked up once in it.
    func seal(_ part: Int64) throws(StoreFailure) {
        guard let name = tables[part]?.name else { return }
        try write { () throws(StoreFailure) in
            try database.execute("INSERT INTO \(name) (\(name)) VALUES ('optimize')")
            try statement("UPDATE parts SET is_sealed = 1 WHERE part = ?").bind(part).run()
        }
        tables[part]?.isSealed = true
    }

    /// Makes a part anew of what is in the journal now.
    /// - Parameter messages: hands over the part's messages that are there, in the order of their places.
    func remake(
        _ part: Int64, _ messages: ((Int64, Message) throws(StoreFailure) -> Void) throws(StoreFailure) -> Void
    ) throws(StoreFailure) {
        guard let old = tables[part] else { return }
        let positions = Self.positions(of: part)
        let isClosed = part < Self.part(of: through)
        try write { () throws(StoreFailure) in
            try statement("DELETE FROM tagged WHERE position BETWEEN ? AND ?").bind(positions.lowerBound)
                .bind(positions.upperBound).run()
            var isEmpty = true
            let new = try makeTable(for: part)
            try messages { position, message throws(StoreFailure) in
                isEmpty = false
                try add(message, at: position, to: new)
            }
            if isClosed {
                try database.execute("INSERT INTO \(new.name) (\(new.name)) VALUES ('optimize')")
                try statement("UPDATE parts SET is_sealed = 1 WHERE part = ?").bind(part).run()
            }
            tables[part] = Table(name: new.name, isSealed: isClosed, insert: new.insert)
            if isEmpty, isClosed {
                try database.execute("DROP TABLE \(new.name)")
                try statement("DELETE FROM parts WHERE part = ?").bind(part).run()
                tables[part] = nil
            }
            try database.execute("DROP TABLE \(old.name)")
        }
    }

    // MARK: The log

    var logPages: Int { database.logPages }

    /// Copies the log into the file; true when all of it is there.
    /// - Parameter emptying: the log's file too, so that nothing can be read in it any more.
    func checkpoint(emptying: Bool = false) throws(StoreFailure) -> Bool { try database.checkpoint(emptying: emptying) }
}
