internal import Base
public import Channels
public import REST
internal import Wire

/// What a user wants to be notified of, by kind and by channel. What is said of a channel is that member's own wish,
/// which `PUT /channels/{cid}/notifications` sets too.
public struct NotificationPreferenceRoutes: Sendable {
    private let services: Services
    private let feed: any NotificationFeed

    /// Channels whose wishes one request changes.
    private static let channelsMax = 100

    public init(_ services: Services, feed: any NotificationFeed) {
        self.services = services
        self.feed = feed
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/notifications/preferences", access: .user, "What the caller wants to be notified of",
                answers: [.init(200, Self.shape, "by kind, and the channels of which something else is wanted")],
                handler: get),
            Route(
                .put, "/api/v1/notifications/preferences", access: .user,
                "Says what the caller wants to be notified of; what is not named stays",
                body: Self.change,
                answers: [
                    .init(200, Self.shape, "as it is now"),
                    .init(404, nil, "the caller is no member of one of the channels; those before it are changed"),
                ], handler: put),
        ]
    }

    private static let wish = Shape(
        "NotificationWish",
        [
            .optional("feed", .boolean, "whether they are in the feed at all"),
            .optional("push", .boolean, "whether they are pushed to devices too"),
        ])
    private static let channelWish = Shape(
        "ChannelNotificationWish",
        [
            .optional("level", .text(bytes: 1...16), "all, mentions or none"),
            .optional("muted_until", .time, "no notifications before; null for no such time"),
        ])
    private static let shape = Shape(
        "NotificationPreferences",
        [
            .required("types", .map(to: .object(wish)), "by kind"),
            .required("channels", .map(to: .object(channelWish)), "by the id of a channel"),
        ])
    private static let change = Shape(
        "NotificationPreferenceChange",
        [
            .optional("types", .map(to: .object(wish)), "by kind"),
            .optional("channels", .map(to: .object(channelWish)), "by the id of a channel"),
        ])

    @Sendable private func get(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .listed(let channels) = try await services.commit(.listChannels, call) else {
            throw APIError.unexpected
        }
        let user = try call.user()
        let preferences = try await refused { () async throws(Rejection) in try await feed.preferences(of: user) }
        return .json { json in
            json.object { json in
                json.object("types") { json in
                    for kind in Notification.Kind.allCases {
                        json.name(kind.rawValue)
                        json.object { json in
                            json.member("feed", !preferences.unwanted.contains(kind))
                            json.member("push", !preferences.unpushed.contains(kind))
                        }
                    }
                }
                json.object("channels") { json in
                    for channel in channels where channel.hasWishes {
                        json.name("\(channel.channel)")
                        json.object { json in
                            json.member("level", channel.member.notifications.rawValue)
                            json.member("muted_until", orNull: channel.member.mutedUntil)
                        }
                    }
                }
            }
        }
    }

    @Sendable private func put(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        var preferences = try await refused { () async throws(Rejection) in try await feed.preferences(of: user) }
        for (name, wish) in call.body["types"]?.members ?? [] {
            guard let kind = Notification.Kind(rawValue: name) else {
                throw APIError(.invalid("/types/\(name)", "unknown", "there are no notifications of this kind"))
            }
            if let wants = wish["feed"]?.bool { preferences.unwanted.set(kind, isIn: !wants) }
            if let wants = wish["push"]?.bool { preferences.unpushed.set(kind, isIn: !wants) }
        }
        let wishes = try channelWishes(call.body["channels"]?.members ?? [])
        let chosen = preferences
        try await refused { () async throws(Rejection) in try await feed.set(chosen, of: user) }
        for wish in wishes { _ = try await services.commit(.setNotifications(wish), call) }
        return try await get(call)
    }

    private func channelWishes(
        _ members: [(name: String, value: JSONElement)]
    ) throws(APIError) -> [SetNotifications] {
        guard members.count <= Self.channelsMax else {
            throw APIError(.invalid("/channels", "too_long", "at most \(Self.channelsMax) channels"))
        }
        var wishes: [SetNotifications] = []
        for (name, value) in members {
            guard let channel = ChannelID(name) else { throw APIError(.noSuchChannel) }
            wishes.append(
                try refusing { () throws(Rejection) in try SetNotifications(CommandData(value), of: channel) })
        }
        return wishes
    }
}

extension Set {
    fileprivate mutating func set(_ element: Element, isIn: Bool) {
        if isIn { insert(element) } else { remove(element) }
    }
}

extension ChannelSummary {
    fileprivate var hasWishes: Bool { member.notifications != .all || member.mutedUntil != nil }
}
