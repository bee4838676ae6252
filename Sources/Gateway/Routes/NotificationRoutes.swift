internal import Auth
internal import Base
public import Channels
public import REST
internal import Wire

/// A user's feed: what they are to know of, wherever they are.
public struct NotificationRoutes: Sendable {
    private let services: Services
    private let feed: any NotificationFeed

    /// Notifications on a page.
    private static let pageMax: Int64 = 100
    private static let pageDefault: Int64 = 50

    public init(_ services: Services, feed: any NotificationFeed) {
        self.services = services
        self.feed = feed
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/notifications", access: .user, "What the caller is to know of, the newest first",
                query: [
                    .optional("unread", .boolean, "true for those alone that are not read"),
                    .optional("limit", .integer(1...Self.pageMax), "notifications on a page"),
                    .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
                ], answers: [.init(200, .notificationPage, "a page, and how many are unread in all")], handler: list),
            Route(
                .put, "/api/v1/notifications/read", access: .user, "Reads all notifications up to one",
                body: Shape("ReadNotifications", [.required("up_to", .text(bytes: 1...20), "the id of the last one")]),
                answers: [.init(200, .unreadCount, "how many are unread now")], handler: readThrough),
            Route(
                .put, "/api/v1/notifications/{id}/read", access: .user, "Reads one notification",
                answers: [
                    .init(200, .unreadCount, "how many are unread now"),
                    .init(404, nil, "there is no such notification of the caller's"),
                ], handler: readOne),
        ]
    }

    // MARK: Listing

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let isUnreadOnly = try call.flag("unread")
        let limit = try call.number("limit", in: 1...Self.pageMax) ?? Self.pageDefault
        let before = try call.number("cursor", in: 1...Int64.max)
        let channels = try await channels(call)
        let page = try await refused { () async throws(Rejection) in
            try await feed.page(of: user, before: before, isUnreadOnly: isUnreadOnly, limit: Int(limit) + 1)
        }
        let shown = page.prefix(Int(limit))
        let next = shown.count < page.count ? shown.last.map { "\($0.notification.id)" } : nil
        let unread = try await unread(of: user, channels)
        var response = HTTPResponse.json { json in
            json.object { json in
                json.array("items") { json in
                    for view in shown { view.write(to: &json, in: channels) }
                }
                json.member("has_more", next != nil)
                json.member("next_cursor", orNull: next)
                json.member("unread_count", unread)
            }
        }
        if let next {
            let filter = isUnreadOnly ? "unread=true&" : ""
            response.headers.add(
                "Link", "</api/v1/notifications?\(filter)limit=\(limit)&cursor=\(next)>; rel=\"next\"")
        }
        return response
    }

    /// The caller's channels as they stand, when everything in them has been notified of.
    private func channels(_ call: Call) async throws(APIError) -> [ChannelID: ChannelSummary] {
        guard case .listed(let all) = try await services.commit(.catchUpNotifications, call) else {
            throw APIError.unexpected
        }
        return all.reduce(into: [:]) { $0[$1.channel] = $1 }
    }

    private func unread(
        of user: UserID, _ channels: [ChannelID: ChannelSummary]
    ) async throws(APIError) -> Int64 {
        let unread = try await refused { () async throws(Rejection) in try await feed.unread(of: user) }
        // The messages may have been taken away meanwhile.
        return unread.singleCount + Int64(unread.channels.count { (channels[$0]?.unread ?? 0) > 0 })
    }

    // MARK: Reading

    @Sendable private func readOne(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let id = call.parameters["id"].flatMap({ Int64(plainDecimal: Array($0.utf8)[...]) }) else {
            throw APIError(.noSuchNotification)
        }
        return try await read(.one(id), call)
    }

    @Sendable private func readThrough(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let id = call.body["up_to"]?.utf8.flatMap({ Int64(plainDecimal: $0[...]) }) else {
            throw APIError(.invalid("/up_to", "invalid_format", "up_to is the id of a notification"))
        }
        return try await read(.through(id), call)
    }

    private func read(_ which: ReadNotifications, _ call: Call) async throws(APIError) -> HTTPResponse {
        _ = try await services.commit(.readNotifications(which), call)
        let count = try await unread(of: try call.user(), try await channels(call))
        return .json { json in json.object { json in json.member("unread_count", count) } }
    }
}

/// The same as `refusing`, of what may wait.
func refused<Value>(_ body: () async throws(Rejection) -> Value) async throws(APIError) -> Value {
    do throws(Rejection) { return try await body() } catch { throw APIError(error) }
}

extension Call {
    /// A switch of the query; false when it is not given.
    fileprivate func flag(_ name: String) throws(APIError) -> Bool {
        guard let text = head.query[name] else { return false }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw APIError(.invalid("?\(name)", "invalid_type", "\(name) is true or false"))
        }
    }
}

extension Shape {
    static let unreadCount = Shape(
        "UnreadCount", [.required("unread_count", .integer(0...Int64.max), "notifications that are not read")])

    static let notification = Shape(
        "Notification",
        [
            .required("id", .text(bytes: 1...20), "its number, higher than those before"),
            .required(
                "type", .text(bytes: 1...32),
                "new_message, mention, reaction, channel_invite, course or system"),
            .optional("actor", .userID, "whose doing it is; null for the server's"),
            .required("text", .text(bytes: 0...2_048), "what it says, of what may be seen now"),
            .required(
                "reference",
                .object(
                    Shape(
                        "NotificationReference",
                        [
                            .required("type", .text(bytes: 1...32), "channel, message, user, or another thing"),
                            .required("id", .text(bytes: 1...128), "a message's is its channel's id and its number"),
                        ])), "what it is about"),
            .required("to_user", .userID, "whose it is"),
            .optional("from_user", .userID, "the actor"),
            .required("reference_id", .text(bytes: 1...128), "the reference's id"),
            .optional("reference_username", .text(bytes: 1...64), "what the actor is called"),
            .optional("channel", .channelID, "the channel that it is about"),
            .optional("message_number", .integer(1...Int64.max), "the message that it is about"),
            .optional("count", .integer(0...Int64.max), "of new_message: the channel's unread messages"),
            .required("created_at", .time, "when it came about"),
            .optional("read_at", .time, "when it was read"),
        ])

    fileprivate static let notificationPage = Shape(
        "NotificationPage",
        [
            .required("items", .list(of: .object(.notification), countMax: 100), "the newest first"),
            .required("has_more", .boolean, "whether there are older ones"),
            .optional("next_cursor", .text(bytes: 1...20), "where they begin"),
            .required("unread_count", .integer(0...Int64.max), "notifications that are not read, in all"),
        ])
}
