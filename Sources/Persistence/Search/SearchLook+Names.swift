internal import Base
internal import Channels

/// What is found by its name: channels, files and tags.
extension SearchLook {
    // MARK: Channels

    func channels(
        _ query: SearchQuery, for user: UserID, after: Int64, limit: Int, scanMax: Int
    ) throws(StoreFailure) -> Found<ChannelHit> {
        var found = Found<ChannelHit>(), looked = 0
        let rows = try archive.statement(
            """
            SELECT c.id, c.kind, c.name, c.topic, c.created_at, c.visibility, m.role,
            (SELECT count(*) FROM members o WHERE o.channel = c.id)
            FROM channels c LEFT JOIN members m ON m.channel = c.id AND m.user = ?1
            WHERE c.id > ?2 AND c.id < 1 << 60 AND c.deleted_at IS NULL AND c.name IS NOT NULL
            AND (m.user IS NOT NULL OR (c.visibility = 'public' AND c.archived_at IS NULL)) ORDER BY c.id
            """
        ).bind(user).bind(after)
        defer { rows.reset() }
        var last = after
        while try rows.step() {
            guard looked < scanMax, found.hits.count < limit else {
                found.rest = last
                break
            }
            looked += 1
            last = rows.integer(0)
            let name = rows.bytes(2), topic = rows.bytes(3)
            let text = topic.isEmpty ? name : name + Array("\n".utf8) + topic
            guard let ranges = SearchMatch.ranges(of: query.phrases, in: text) else { continue }
            guard let id = ChannelID(rawValue: last), let kind = ChannelState.Kind(rawValue: rows.string(1)),
                let visibility = ChannelProfile.Visibility(rawValue: rows.string(5))
            else { throw .damaged("channel \(last) is damaged") }
            var profile = ChannelProfile(name: rows.stringOrNull(2))
            profile.topic = rows.stringOrNull(3)
            profile.visibility = visibility
            let card = ChannelCard(
                channel: id, kind: kind, profile: profile, membersCount: Int(rows.integer(7)), createdAt: rows.time(4))
            found.hits.append(
                ChannelHit(
                    card, role: rows.stringOrNull(6).flatMap { MemberRole(rawValue: $0) }, Snippet(of: text, ranges)))
        }
        return found
    }

    // MARK: Files

    /// One's own first, by their age; a place among those is kept below zero, so that the two orders are told apart.
    func files(
        _ query: SearchQuery, for user: UserID, after place: Int64?, limit: Int, scanMax: Int
    ) throws(StoreFailure) -> Found<FileHit> {
        var found = Found<FileHit>()
        if place ?? -1 < 0 {
            let isBounded = query.channel != nil || !query.tags.isEmpty
            let isOthers = query.sender.map { $0 != user } ?? false
            let own = isBounded || isOthers ? [] : try ownFiles(query, of: user)
            let start = place.map { Int(-$0) } ?? 0
            let page = own.dropFirst(start).prefix(limit)
            found.hits = Array(page)
            if start + page.count < own.count {
                found.rest = -Int64(start + page.count)
                return found
            }
            if found.hits.count == limit {
                found.rest = .max
                return found
            }
        }
        var seen: Set<String> = []
        let bounds = Bounds(before: max(0, place ?? .max), limit: limit - found.hits.count, scanMax: scanMax)
        let others = try messages(
            query, words: query.phrases.map { SearchDocument.phrase($0, isName: true) }, for: user,
            place ?? -1 < 0 ? Bounds(limit: bounds.limit, scanMax: scanMax) : bounds
        ) { message throws(StoreFailure) in
            try attached(to: message, query, besides: user, &seen)
        }
        found.hits += others.hits
        found.rest = others.rest
        return found
    }

    private func attached(
        to message: Message, _ query: SearchQuery, besides user: UserID, _ seen: inout Set<String>
    ) throws(StoreFailure) -> [FileHit] {
        var hits: [FileHit] = []
        for attachment in message.details.attachments where !seen.contains(attachment.file) {
            guard let name = attachment.name, let ranges = SearchMatch.ranges(of: query.phrases, in: Array(name.utf8)),
                let file = try archive.file(attachment.file, for: user), file.owner != user || isNarrowed(query)
            else { continue }
            seen.insert(file.id)
            hits.append(FileHit(file, in: (message.channel, message.number), Snippet(of: Array(name.utf8), ranges)))
        }
        return hits
    }

    /// One's own files are not listed before the others where it matters in which message they are.
    private func isNarrowed(_ query: SearchQuery) -> Bool { query.channel != nil || !query.tags.isEmpty }

    private func ownFiles(_ query: SearchQuery, of user: UserID) throws(StoreFailure) -> [FileHit] {
        var hits: [FileHit] = []
        let rows = try archive.statement(
            """
            SELECT id, user, name, byte_count, content_type, sha256, created_at, width, height
            FROM files LEFT JOIN images USING (sha256) WHERE user = ? ORDER BY created_at DESC, id
            """
        ).bind(user)
        defer { rows.reset() }
        while try rows.step() {
            let name = rows.bytes(2), createdAt = rows.time(6)
            guard query.before.map({ createdAt < $0 }) ?? true, query.after.map({ createdAt >= $0 }) ?? true,
                let ranges = SearchMatch.ranges(of: query.phrases, in: name)
            else { continue }
            let file = StoredFile(
                id: rows.string(0), owner: user, name: rows.string(2), byteCount: rows.integer(3),
                contentType: rows.string(4), sha256: rows.bytes(5), createdAt: createdAt,
                image: ImageSize(rows, 7))
            hits.append(FileHit(file, in: nil, Snippet(of: name, ranges)))
        }
        return hits
    }

    // MARK: Tags

    func tags(
        beginning prefix: [UInt8], for user: UserID, after last: String?, limit: Int
    ) throws(StoreFailure) -> SearchPage<String> {
        var written: [[UInt8]: String] = [:]
        let first = last.map { SearchTags.fold($0) + [0] } ?? prefix
        for channel in try archive.channels(of: user) {
            guard let sight = try archive.sight(of: channel, for: user) else { continue }
            var taken = 0
            try index.tags(of: channel, from: max(first, prefix)) { folded, position throws(StoreFailure) in
                guard folded.starts(with: prefix), taken <= limit else { return .stop }
                if written[folded] != nil {
                    taken += 1
                    return .nextTag
                }
                guard let tag = try tag(folded, at: position, in: channel, sight) else { return .nextPlace }
                written[folded] = tag
                taken += 1
                return .nextTag
            }
        }
        let all = written.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let page = all.prefix(limit).map(\.value)
        return SearchPage(page, next: all.count > limit ? page.last : nil)
    }

    /// As it is written in that message, when the user may see it there.
    private func tag(
        _ folded: [UInt8], at position: Int64, in channel: ChannelID, _ sight: Sight
    ) throws(StoreFailure) -> String? {
        let row = try archive.statement("SELECT \(JournalRow.columns) FROM journal WHERE position = ?").bind(position)
        defer { row.reset() }
        guard try row.step(), row.integer(3) == 1, row.integer(1) == channel.rawValue, sight.sees(row.integer(5)),
            case .messageCreated(let message)? = try? JournalRow.read(row).event.fact, !message.isDeleted
        else { return nil }
        return SearchTags.all(of: message).first { SearchTags.fold($0) == folded }
    }
}

private func max(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] { one.lexicographicallyPrecedes(other) ? other : one }
