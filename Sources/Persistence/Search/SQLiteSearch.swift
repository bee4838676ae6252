internal import Base
internal import Channels
internal import Reactor

/// Searching by FTS5, on threads of its own.
struct SQLiteSearch: Search {
    let searchers: WorkPool<SearchReader>
    let cursor: SearchCursor
    /// Messages that one search looks at.
    let scanMax: Int
    let works: SearchWorks

    var isCatchingUp: Bool { works.state.withLock { $0.isCatchingUp } }

    func messages(
        _ query: SearchQuery, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<MessageHit> {
        guard !query.isVain else { return SearchPage() }
        let bounds = SearchLook.Bounds(before: try place(cursor) ?? .max, limit: limit, scanMax: scanMax)
        let found = try await look { look throws(StoreFailure) in
            try look.messages(
                query, words: query.phrases.map { SearchDocument.phrase($0) }, for: user, bounds
            ) { message throws(StoreFailure) -> [MessageHit] in
                guard let ranges = SearchMatch.ranges(of: query.phrases, in: message.text),
                    let view = try look.archive.views(of: [message], in: message.channel, for: user).first
                else { return [] }
                return [MessageHit(view, Snippet(of: message.text, ranges))]
            }
        }
        return SearchPage(found.hits, next: found.rest.map { self.cursor.seal($0) })
    }

    func channels(
        _ query: SearchQuery, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<ChannelHit> {
        guard !query.phrases.isEmpty else { return SearchPage() }
        let after = try place(cursor) ?? 0, scanMax = scanMax
        let found = try await look { look throws(StoreFailure) in
            try look.channels(query, for: user, after: after, limit: limit, scanMax: scanMax)
        }
        return SearchPage(found.hits, next: found.rest.map { self.cursor.seal($0) })
    }

    func files(
        _ query: SearchQuery, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<FileHit> {
        guard !query.phrases.isEmpty else { return SearchPage() }
        // Places of one's own files are below zero.
        let place = try place(cursor), scanMax = scanMax
        let found = try await look { look throws(StoreFailure) in
            try look.files(query, for: user, after: place, limit: limit, scanMax: scanMax)
        }
        return SearchPage(found.hits, next: found.rest.map { self.cursor.seal($0) })
    }

    func tags(
        beginning prefix: String, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<String> {
        let found = try await look { look throws(StoreFailure) in
            try look.tags(beginning: SearchTags.fold(prefix), for: user, after: cursor, limit: limit)
        }
        return found
    }

    private func place(_ cursor: String?) throws(Rejection) -> Int64? {
        guard let cursor else { return nil }
        guard let place = self.cursor.open(cursor) else {
            throw .invalid("?cursor", "invalid_format", "cursor must be a next_cursor of this search")
        }
        return place
    }

    private func look<Value: Sendable>(
        _ body: @escaping @Sendable (SearchLook) throws(StoreFailure) -> Value
    ) async throws(Rejection) -> Value {
        let answer = await searchers.run { reader in reader.use(body) }
        switch answer {
        case nil: throw .overloaded
        case .success(let value): return value
        case .failure:
            throw Rejection(.overloaded, "the index is being made anew; try again", retryAfterMilliseconds: 5_000)
        }
    }
}
