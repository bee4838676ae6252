internal import Base
internal import Channels

/// What the indexing thread does, a step at a time: it follows the journal, and makes parts of the index anew whose
/// words were taken away. Knows no thread.
struct SearchPass {
    let index: SearchIndex
    private let archive: ArchiveReader
    /// Told of parts that have nothing any more of what was taken away at that version, neither in the file nor in its
    /// log.
    private let forgotten: @Sendable ([Stale]) -> Void
    /// Versions of parts that are done and not acknowledged.
    private var done: [Int64: Int64] = [:]
    /// Parts made anew that the log still tells of.
    private var scrubbing: [Stale] = []
    private var restsUntil = Timestamp(milliseconds: 0)

    struct Stale: Equatable, Sendable {
        var part: Int64
        var version: Int64
    }

    init(
        path: String, epoch: String, archive: ArchiveReader, forgotten: @escaping @Sendable ([Stale]) -> Void
    ) throws(StoreFailure) {
        index = try SearchIndex.open(path, epoch: epoch)
        self.archive = archive
        self.forgotten = forgotten
    }

    /// Events and bytes of content taken from the journal at once: a tenth of a second's work.
    private static let eventsMax = 2_048
    private static let byteCountMax = 2 << 20
    /// Pages of the log after which it is copied back.
    private static let checkpointPages = 4_000
    /// So many times as long as a part took to be made anew, nothing more of that kind is done; and at least so many
    /// milliseconds.
    private static let restFactor: Int64 = 20
    private static let restMilliseconds: Int64 = 2_000

    /// Does the next thing there is to do; false when there is nothing for now.
    mutating func step(at time: TimeSource) throws(StoreFailure) -> Bool {
        // Also while there is much to index: else the log would come to be as large as the index itself.
        if index.logPages > Self.checkpointPages { _ = try index.checkpoint() }
        if try follow() { return true }
        if let part = index.partToSeal {
            try index.seal(part)
            return true
        }
        if try forget(at: time) { return true }
        return false
    }

    // MARK: Following

    /// Indexes what the journal has behind what is indexed; true when there may be more at once.
    private func follow() throws(StoreFailure) -> Bool {
        var found: [Int64: Message] = [:], through = index.through
        var count = 0, byteCount = 0, updated: [(ChannelID, Int64)] = []
        let rows = try archive.statement(
            "SELECT \(JournalRow.columns) FROM journal WHERE position > ? ORDER BY position LIMIT ?"
        ).bind(through).bind(Self.eventsMax)
        while byteCount < Self.byteCountMax, try rows.step() {
            through = rows.integer(0)
            count += 1
            // A row that is damaged is found by others, and by nobody here.
            guard let event = try? JournalRow.read(rows).event else { continue }
            switch event.fact {
            case .messageCreated(let message):
                byteCount += message.text.count
                if !message.isDeleted { found[rows.integer(0)] = message }
            case .note(let note) where note.kind == .messageUpdated:
                if let number = note.target { updated.append((event.channel, number)) }
            case .note, .messageUpdated, .void: continue
            }
        }
        rows.reset()
        guard count > 0 else { return false }
        for (channel, number) in updated {
            let waiting = archive.recent.events(of: channel)
            guard let position = try archive.position(of: number, in: channel, waiting),
                let message = try? archive.message(number, in: channel, waiting), !message.isDeleted
            else { continue }
            found[position] = message
        }
        let messages = found.sorted { $0.key < $1.key }.map { (position: $0.key, message: $0.value) }
        try index.write { () throws(StoreFailure) in
            try index.add(messages)
            try index.setThrough(through)
        }
        return count == Self.eventsMax || byteCount >= Self.byteCountMax
    }

    // MARK: Forgetting

    private mutating func forget(at time: TimeSource) throws(StoreFailure) -> Bool {
        let stale = try archive.statement("SELECT part, version FROM search_stale ORDER BY part DESC")
            .all { row throws(StoreFailure) in Stale(part: row.integer(0), version: row.integer(1)) }
        done = done.filter { part, version in stale.contains(Stale(part: part, version: version)) }
        // What the index has nothing of is none of its concern.
        let unknown = stale.filter { !index.has($0.part) && !scrubbing.contains($0) }
        for one in unknown { done[one.part] = one.version }
        var remade = false
        if let next = stale.first(where: { index.has($0.part) && done[$0.part] != $0.version }),
            time.now() >= restsUntil
        {
            let start = time.instant()
            try remake(next.part)
            scrubbing.append(next)
            done[next.part] = next.version
            let took = Int64(time.instant().milliseconds(since: start))
            restsUntil = Timestamp(
                milliseconds: time.now().milliseconds + max(Self.restMilliseconds, Self.restFactor * took))
            remade = true
        }
        if !scrubbing.isEmpty, try index.checkpoint(emptying: true) { scrubbing = [] }
        let ended = stale.filter { done[$0.part] == $0.version && !scrubbing.contains($0) }
        if !ended.isEmpty { forgotten(ended) }
        return remade
    }

    private func remake(_ part: Int64) throws(StoreFailure) {
        let positions = SearchIndex.positions(of: part)
        let rows = try archive.statement(
            "SELECT \(JournalRow.columns) FROM journal WHERE position BETWEEN ? AND ? AND kind = 1 ORDER BY position"
        ).bind(positions.lowerBound).bind(min(positions.upperBound, index.through))
        defer { rows.reset() }
        try index.remake(part) { add throws(StoreFailure) in
            while try rows.step() {
                guard case .messageCreated(let message)? = try? JournalRow.read(rows).event.fact, !message.isDeleted
                else { continue }
                try add(rows.integer(0), message)
            }
        }
    }
}
