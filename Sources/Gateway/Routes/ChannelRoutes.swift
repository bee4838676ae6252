internal import Base
internal import Channels
public import REST
internal import Wire

/// Channels as a whole over REST, by the same decisions as over the socket.
public struct ChannelRoutes: Sendable {
    private let services: Services
    private let limits: Limits

    public init(_ services: Services) {
        self.services = services
        limits = services.settings.limits
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/channels", access: .user,
                "The caller's channels, most recently active first; with public=true those that can be joined",
                query: [
                    .optional("public", .text(bytes: 4...5), "true for the channels that anybody may join"),
                    .optional("limit", .integer(1...Int64(limits.readyChannelsMax)), "channels on a page"),
                    .optional("cursor", .text(bytes: 1...64), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .channel), "a page of channels")], handler: list),
            Route(
                .post, "/api/v1/channels", access: .user, "Makes a channel; who makes it owns it", body: newChannel,
                answers: [
                    .init(201, .channel, "it is made"), .init(422, nil, "not valid, or there is no such member"),
                    .init(429, nil, "too many new members"),
                ], handler: create),
            Route(
                .get, "/api/v1/channels/{cid}", access: .user, "One channel as the caller sees it",
                answers: [.init(200, .channel, "the channel"), .noChannel], handler: describe),
            Route(
                .patch, "/api/v1/channels/{cid}", access: .user, "Changes what it is called and how it is kept",
                body: changes,
                answers: [
                    .init(200, .channel, "as it is now"), .init(403, nil, "the caller's role may not"), .noChannel,
                    .init(409, nil, "the channel is archived"),
                ], handler: update),
            Route(
                .delete, "/api/v1/channels/{cid}", access: .user, "Ends a channel; what was said in it leaves the disk",
                answers: [.init(204, nil, "it is gone"), .init(403, nil, "only owners may"), .noChannel],
                handler: delete),
            Route(
                .get, "/api/v1/channels/{cid}/state", access: .user,
                "A direct channel's counts and both members' flags, as older systems kept them",
                answers: [.init(200, .directState, "the state"), .noChannel], handler: state),
            Route(
                .put, "/api/v1/direct/{user_id}", access: .user, "Opens or returns the direct channel with a user",
                answers: [
                    .init(200, .channel, "it was there"), .init(201, .channel, "it is new"),
                    .init(404, nil, "there is no such user"), .init(422, nil, "the user is the caller"),
                ], handler: openDirect),
        ]
    }

    private var newChannel: Shape {
        Shape(
            "NewChannel",
            [
                .required("name", .text(bytes: 1...limits.channelNameBytesMax), "what it is called"),
                .optional("topic", .text(bytes: 0...limits.topicBytesMax), "what it is about"),
                .optional("kind", .text(bytes: 1...16), "group, or broadcast where only owners and admins send"),
                .optional("visibility", .text(bytes: 1...16), "private, or public where anybody may join"),
                .optional("history", .text(bytes: 1...16), "all, or joined: who joins sees what comes from then on"),
                .optional(
                    "members", .list(of: .userID, countMax: limits.channelMembersMax),
                    "who belongs to it from the start"
                ),
            ])
    }

    private var changes: Shape {
        Shape(
            "ChannelChanges",
            [
                .optional("name", .text(bytes: 1...limits.channelNameBytesMax), "what it is called"),
                .optional("topic", .text(bytes: 0...limits.topicBytesMax), "what it is about; null for nothing"),
                .optional("visibility", .text(bytes: 1...16), "private or public"),
                .optional("history", .text(bytes: 1...16), "all or joined, for who joins from now on"),
                .optional("archived", .boolean, "whether it is closed to everything new"),
                .optional(
                    "retention_seconds", .integer(1...Int64.max), "age at which messages go; null for never"),
            ])
    }

    // MARK: Handlers

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let limit = try call.number("limit", in: 1...Int64(limits.readyChannelsMax)).map { Int($0) } ?? 100
        switch call.head.query["public"] {
        case nil, "false": break
        case "true": return try await listPublic(call, limit)
        default: throw APIError(.invalid("?public", "not_supported", "public can be true or false"))
        }
        guard case .listed(let all) = try await services.commit(.listChannels, call) else { throw APIError.unexpected }
        var start = 0
        if let cursor = call.head.query["cursor"] {
            // The list moves while it is paged: the page begins after the named channel, wherever it stands by now.
            guard let last = ChannelID(cursor), let index = all.firstIndex(where: { $0.channel == last }) else {
                throw APIError(.invalid("?cursor", "invalid_format", "cursor must be a next_cursor of this list"))
            }
            start = index + 1
        }
        let page = all[start...].prefix(limit)
        let next = start + page.count < all.count ? page.last?.channel.description : nil
        return .page(page, next: next, at: "/api/v1/channels?limit=\(limit)") { $0.write(to: &$1) }
    }

    private func listPublic(_ call: Call, _ limit: Int) async throws(APIError) -> HTTPResponse {
        let after = try call.number("cursor", in: 0...Int64.max) ?? 0, user = try call.user()
        do throws(Rejection) {
            let cards = try await services.archive.publicChannels(for: user, after: after, limit: limit + 1)
            let page = cards.prefix(limit)
            let next = cards.count > limit ? page.last?.channel.description : nil
            return .page(page, next: next, at: "/api/v1/channels?public=true&limit=\(limit)") { $0.write(to: &$1) }
        } catch {
            throw APIError(error)
        }
    }

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        let command = try refusing { () throws(Rejection) in
            try ClientCommand.createChannel(CommandData(call.body), limits)
        }
        guard case .opened(let summary, _) = try await services.commit(.createChannel(command), call) else {
            throw APIError.unexpected
        }
        var response = HTTPResponse.json(201) { json in summary.write(to: &json) }
        response.headers.add("Location", "/api/v1/channels/\(summary.channel)")
        return response
    }

    @Sendable private func describe(_ call: Call) async throws(APIError) -> HTTPResponse {
        try answer(await services.commit(.describeChannel(try call.channel("cid")), call))
    }

    private func answer(_ outcome: Outcome) throws(APIError) -> HTTPResponse {
        switch outcome {
        case .described(let summary): return .json { json in summary.write(to: &json) }
        case .shown(let card): return .json { json in card.write(to: &json) }
        default: throw APIError.unexpected
        }
    }

    @Sendable private func update(_ call: Call) async throws(APIError) -> HTTPResponse {
        var update = UpdateChannel(channel: try call.channel("cid"))
        let data = CommandData(call.body)
        try refusing { () throws(Rejection) in
            if let name = try data.optionalText("name") { update.name = .set(name) }
            if data.named("topic") != nil { update.topic = .set(try data.optionalText("topic")) }
            if let word = try data.word("visibility", as: ChannelProfile.Visibility.self) {
                update.visibility = .set(word)
            }
            if let word = try data.word("history", as: ChannelProfile.History.self) { update.history = .set(word) }
            if let isArchived = data.present("archived")?.bool { update.isArchived = .set(isArchived) }
            if data.named("retention_seconds") != nil {
                update.retentionSeconds = .set(try data.optionalNumber("retention_seconds", from: 1))
            }
        }
        return try answer(await services.commit(.updateChannel(update), call))
    }

    @Sendable private func delete(_ call: Call) async throws(APIError) -> HTTPResponse {
        _ = try await services.commit(.deleteChannel(try call.channel("cid")), call)
        return HTTPResponse(status: 204)
    }

    @Sendable private func state(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .compared(let both) = try await services.commit(.compareMembers(try call.channel("cid")), call)
        else { throw APIError.unexpected }
        return .json { json in both.write(to: &json) }
    }

    @Sendable private func openDirect(_ call: Call) async throws(APIError) -> HTTPResponse {
        let open = OpenDirect(peer: .id(try call.user("user_id")))
        guard case .opened(let summary, let isNew) = try await services.commit(.openDirect(open), call) else {
            throw APIError.unexpected
        }
        var response = HTTPResponse.json(isNew ? 201 : 200) { json in summary.write(to: &json) }
        if isNew { response.headers.add("Location", "/api/v1/channels/\(summary.channel)") }
        return response
    }
}

extension DirectComparison {
    /// The members that the chat services had from which people come; `null` for who is not in a channel of many.
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("user1", orNull: low?.user.description)
            json.member("user2", orNull: high?.user.description)
            json.member("total_messages_count", head.lastMessageNumber)
            json.member("last_message_timestamp", orNull: head.lastMessageAt)
            json.member("last_msg_read_by_user1", low?.hasReadAll ?? false)
            json.member("last_msg_read_by_user2", high?.hasReadAll ?? false)
            json.member("notify_new_message_to_user1", low?.isToBeNotified ?? false)
            json.member("notify_new_message_to_user2", high?.isToBeNotified ?? false)
            json.member("started", head.lastMessageNumber > 0)
            json.member("active", !isArchived)
        }
    }
}
