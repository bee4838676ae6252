internal import Base
internal import Channels

/// One look for what one user may see.
struct SearchLook {
    let archive: ArchiveReader
    let index: SearchIndexReader

    /// What was found, and where to go on.
    struct Found<Hit: Sendable>: Sendable {
        var hits: [Hit] = []
        /// What is before this place has not been looked at.
        var rest: Int64?
    }

    /// Bounds of a look.
    struct Bounds {
        /// Only what is before this place.
        var before = Int64.max
        var limit: Int
        /// Messages that are looked at.
        var scanMax: Int
    }

    /// What is not for the user's eyes that is looked at before the index is asked for the user's channels alone.
    private static let strangersMax = 400
    /// Channels that the index is asked for at once.
    private static let channelsMax = 256

    /// Messages that have all of it, newest first.
    /// - Parameters:
    ///   - words: besides what the query bounds, as FTS5 is asked for it.
    ///   - accept: what becomes of a message that the user may see and that is within the query's bounds.
    func messages<Hit: Sendable>(
        _ query: SearchQuery, words: [[UInt8]], for user: UserID, _ bounds: Bounds,
        _ accept: (Message) throws(StoreFailure) -> [Hit]
    ) throws(StoreFailure) -> Found<Hit> {
        var found = Found<Hit>()
        let asked = words + keys(of: query)
        guard !asked.isEmpty else { return found }
        var sieve = Sieve(archive: archive, user: user)
        var expression = Array(asked.joined(separator: Self.and))
        var place = bounds.before, looked = 0, strangers = 0, isNarrow = query.channel != nil
        let first = try query.after.map { time throws(StoreFailure) in try archive.place(at: time, isLast: false) } ?? 0
        if let time = query.before { place = min(place, try archive.place(at: time, isLast: true)) }
        for (part, table) in try index.parts() {
            let positions = SearchIndex.positions(of: part)
            guard positions.lowerBound < place else { continue }
            guard positions.upperBound >= first else { break }
            var isAgain = false
            repeat {
                isAgain = false
                try index.places(in: table, expression, from: first, before: place) { position throws(StoreFailure) in
                    guard looked < bounds.scanMax else {
                        found.rest = place
                        return false
                    }
                    looked += 1
                    switch try sieve.message(at: position, query) {
                    case .stranger:
                        strangers += 1
                        if strangers > Self.strangersMax, !isNarrow {
                            isNarrow = true
                            if let mine = try channels(of: user) {
                                expression += Self.and + mine
                                isAgain = true
                                place = position
                                return false
                            }
                        }
                    case .other: break
                    case .message(let message):
                        let hits = try accept(message)
                        if !hits.isEmpty, !found.hits.isEmpty, found.hits.count + hits.count > bounds.limit {
                            found.rest = place
                            return false
                        }
                        found.hits += hits
                    }
                    place = position
                    return true
                }
            } while isAgain
            if found.rest != nil { break }
        }
        return found
    }

    private static let and = Array(" AND ".utf8)

    private func keys(of query: SearchQuery) -> [[UInt8]] {
        var words = query.tags.map { SearchDocument.word(forTag: $0) }
        if let channel = query.channel { words.append(SearchDocument.word(for: channel)) }
        if let sender = query.sender { words.append(SearchDocument.word(for: sender)) }
        return words.map { SearchDocument.quoted($0) }
    }

    /// The user's channels as FTS5 is asked for them; `nil` when they are too many, or none.
    private func channels(of user: UserID) throws(StoreFailure) -> [UInt8]? {
        let channels = try archive.channels(of: user)
        guard !channels.isEmpty, channels.count <= Self.channelsMax else { return nil }
        let words = channels.map { SearchDocument.quoted(SearchDocument.word(for: $0)) }
        return Array("(".utf8) + words.joined(separator: Array(" OR ".utf8)) + Array(")".utf8)
    }

    /// Lets through what the user may see.
    struct Sieve {
        let archive: ArchiveReader
        let user: UserID
        private var sights: [ChannelID: Sight?] = [:]

        init(archive: ArchiveReader, user: UserID) {
            self.archive = archive
            self.user = user
        }

        enum Verdict {
            /// The user may not see it.
            case stranger
            /// The user may, and it is not what is asked for, or not there.
            case other
            case message(Message)
        }

        mutating func message(at position: Int64, _ query: SearchQuery) throws(StoreFailure) -> Verdict {
            let row = try archive.statement("SELECT \(JournalRow.columns) FROM journal WHERE position = ?")
                .bind(position)
            defer { row.reset() }
            guard try row.step(), row.integer(3) == 1, let channel = ChannelID(rawValue: row.integer(1)) else {
                return .other
            }
            guard let sight = try sight(of: channel), sight.sees(row.integer(5)) else { return .stranger }
            if let wanted = query.channel, wanted != channel { return .other }
            // A row that is damaged is shown to nobody.
            guard case .messageCreated(let message)? = try? JournalRow.read(row).event.fact, !message.isDeleted,
                query.sender == nil || query.sender == message.sender,
                query.before.map({ message.createdAt < $0 }) ?? true,
                query.after.map({ message.createdAt >= $0 }) ?? true
            else { return .other }
            if !query.tags.isEmpty {
                let tags = Set(SearchTags.all(of: message).map { SearchTags.fold($0) })
                guard query.tags.allSatisfy({ tags.contains($0) }) else { return .other }
            }
            return .message(message)
        }

        private mutating func sight(of channel: ChannelID) throws(StoreFailure) -> Sight? {
            if let known = sights[channel] { return known }
            let sight = try archive.sight(of: channel, for: user)
            sights[channel] = .some(sight)
            return sight
        }
    }
}

extension ArchiveReader {
    /// The channels of which the user is a member.
    func channels(of user: UserID) throws(StoreFailure) -> [ChannelID] {
        try statement("SELECT channel FROM members WHERE user = ? ORDER BY channel").bind(user)
            .all { row throws(StoreFailure) in ChannelID(rawValue: row.integer(0)) }.compactMap(\.self)
    }

    /// About where in the journal a time is: before all that was written at or after it, or behind all that was written
    /// before. The clock may have been put back by less than some minutes.
    func place(at time: Timestamp, isLast: Bool) throws(StoreFailure) -> Int64 {
        let wanted = time.adding(seconds: isLast ? Self.clockSeconds : -Self.clockSeconds)
        var low: Int64 = 0
        var high =
            try statement("SELECT max(position) FROM journal").first { row throws(StoreFailure) in row.integer(0) } ?? 0
        high += 1
        while low < high {
            let middle = low + (high - low) / 2
            let row = try statement(
                "SELECT position, at FROM journal WHERE position >= ? ORDER BY position LIMIT 1"
            ).bind(middle).first { row throws(StoreFailure) in (position: row.integer(0), at: row.time(1)) }
            if let row, row.at < wanted { low = row.position + 1 } else { high = middle }
        }
        return low
    }

    private static let clockSeconds: Int64 = 600
}
