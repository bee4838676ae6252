internal import Auth
internal import Base
public import Channels
internal import Courses
public import REST
internal import Wire

/// Finding messages, users, channels and files again, and the tags that there are.
public struct SearchRoutes: Sendable {
    private let services: Services
    private let search: any Search
    private var limits: Limits { services.settings.limits }

    public init(_ services: Services, search: any Search) {
        self.services = services
        self.search = search
    }

    private static let path = "/api/v1/search"
    private static let pageDefault = 20
    private static let cursorBytesMax = 1_024

    public var routes: [Route] {
        [
            Route(
                .get, Self.path, access: .user,
                "Finds messages, users, channels, courses and files among what the caller may see",
                query: [
                    .optional(
                        "q", .text(bytes: 0...limits.searchQueryBytesMax),
                        "words, \"phrases\", prefix* and #tags, which all have to be there"),
                    .optional(
                        "type", .text(bytes: 1...64),
                        "some of messages, users, channels, courses, files; all unless given"),
                    .optional("tag", .text(bytes: 1...1_024), "tags that messages have, between commas"),
                    .optional("channel", .channelID, "what was said there"),
                    .optional("from", .userID, "what this user said"),
                    .optional("before", .time, "what is older, or a day such as 2026-02-28"),
                    .optional("after", .time, "what is as old or newer, or a day"),
                    .optional("limit", .integer(1...Int64(limits.searchPageMax)), "hits of each type on a page"),
                    .optional("cursor", .text(bytes: 1...Self.cursorBytesMax), "next_cursor of the page before"),
                ],
                answers: [
                    .init(200, .searchPage, "hits by type, messages and files newest first"),
                    .init(422, nil, "a member of the query is not valid"),
                ], handler: find),
            Route(
                .get, "/api/v1/tags", access: .user, "Tags of messages that the caller may see, in their order",
                query: [
                    .optional("prefix", .text(bytes: 0...limits.tagBytesMax), "how they begin"),
                    .optional("limit", .integer(1...Int64(limits.searchPageMax)), "tags on a page"),
                    .optional("cursor", .text(bytes: 1...Self.cursorBytesMax), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .tag), "tags")], handler: tags),
        ]
    }

    // MARK: Searching

    @Sendable private func find(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), asked = try SearchRequest(call, within: limits)
        let limit = try number("limit", call)
        var answer = SearchAnswer()
        for type in asked.types {
            guard let cursor = asked.place(of: type) else { continue }
            switch type {
            case .messages:
                answer.add(
                    type,
                    try await finding { () async throws(Rejection) in
                        try await search.messages(asked.query, for: user, after: cursor, limit: limit)
                    }
                ) { $0.write(to: &$1) }
            case .users:
                let page = try await users(asked, cursor, limit, call)
                answer.add(type, page) { account, json in
                    json.name("user")
                    account.writePublic(to: &json)
                }
            case .channels:
                answer.add(
                    type,
                    try await finding { () async throws(Rejection) in
                        try await search.channels(asked.query, for: user, after: cursor, limit: limit)
                    }
                ) { $0.write(to: &$1) }
            case .files:
                answer.add(
                    type,
                    try await finding { () async throws(Rejection) in
                        try await search.files(asked.query, for: user, after: cursor, limit: limit)
                    }
                ) { $0.write(to: &$1) }
            case .courses:
                answer.add(type, try await courses(asked, cursor, limit, call)) { view, json in
                    json.name("course")
                    view.write(to: &json)
                }
            }
        }
        return answer.response(isIndexing: search.isCatchingUp, at: Self.path + "?" + asked.form(limit: limit))
    }

    /// By how a name begins, for who may look; else who is called exactly that.
    private func users(
        _ asked: SearchRequest, _ cursor: String?, _ limit: Int, _ call: Call
    ) async throws(APIError) -> SearchPage<Account> {
        guard let name = asked.name else { return SearchPage() }
        let seesAll = call.caller?.permissions.contains(.readUsers) == true
        var wanted = PeopleSearch(limit: limit)
        wanted.isPublic = !seesAll
        if seesAll || services.settings.hasDirectory { wanted.prefix = name } else { wanted.username = name }
        if let cursor {
            guard let last = UserID(cursor) else { throw APIError(SearchRequest.badCursor) }
            wanted.after = last
        }
        do throws(PeopleFailure) {
            let found = try await services.people.list(wanted)
            return SearchPage(found.accounts, next: found.hasMore ? found.accounts.last?.id.description : nil)
        } catch {
            throw APIError(Rejection.overloaded)
        }
    }

    /// By how words of title, summary and tags begin.
    private func courses(
        _ asked: SearchRequest, _ cursor: String?, _ limit: Int, _ call: Call
    ) async throws(APIError) -> SearchPage<CourseView> {
        guard let store = services.courses?.store, let name = asked.name else { return SearchPage() }
        var wanted = CourseSearch(limit: limit)
        // What is more than courses are looked for by finds none of them, and is no reason to refuse everything else.
        guard let words = try? CourseRoutes.words(name) else { return SearchPage() }
        wanted.words = words
        if let cursor {
            guard let last = CourseID(cursor) else { throw APIError(SearchRequest.badCursor) }
            wanted.before = last
        }
        let search = wanted
        let page = try await taught { () async throws(CourseRefusal) in
            try await store.list(search, for: call.courseCaller)
        }
        return SearchPage(page.courses, next: page.next?.description)
    }

    // MARK: Tags

    @Sendable private func tags(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), prefix = call.head.query["prefix"] ?? "", limit = try number("limit", call)
        guard prefix.utf8.count <= limits.tagBytesMax else {
            throw APIError(.invalid("?prefix", "too_long", "a tag has at most \(limits.tagBytesMax) bytes"))
        }
        var last: String?
        if let cursor = call.head.query["cursor"] {
            guard let bytes = Base64.decodeURLSafe(cursor.utf8), let text = String(validating: bytes, as: UTF8.self)
            else { throw APIError(SearchRequest.badCursor) }
            last = text
        }
        let after = last
        let page = try await finding { () async throws(Rejection) in
            try await search.tags(beginning: prefix, for: user, after: after, limit: limit)
        }
        let next = page.next.map { Base64.encodeURLSafe(Array($0.utf8)) }
        let path = "/api/v1/tags?" + URLText.form([("prefix", prefix), ("limit", String(limit))])
        return .page(page.hits, next: next, at: path) { tag, json in
            json.object { json in json.member("tag", tag) }
        }
    }

    private func number(_ name: String, _ call: Call) throws(APIError) -> Int {
        let given = try call.number(name, in: 1...Int64(limits.searchPageMax))
        return given.map { Int($0) } ?? min(Self.pageDefault, limits.searchPageMax)
    }

    private func finding<Value>(_ body: () async throws(Rejection) -> Value) async throws(APIError) -> Value {
        do throws(Rejection) { return try await body() } catch { throw APIError(error) }
    }
}
