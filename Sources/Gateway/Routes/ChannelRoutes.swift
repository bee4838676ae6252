internal import Base
internal import Channels
public import REST
internal import Wire

/// Channels and their messages over REST, by the same decisions as over the socket.
public struct ChannelRoutes: Sendable {
    private let services: Services
    private let limits: Limits

    public init(_ services: Services) {
        self.services = services
        limits = services.settings.limits
    }

    public var routes: [Route] {
        let missing = Route.Answer(404, nil, "there is no such channel, or the caller is no member")
        return [
            Route(
                .get, "/api/v1/channels", access: .user, "The caller's channels, most recently active first",
                query: [
                    .optional("limit", .integer(1...Int64(limits.readyChannelsMax)), "channels on a page"),
                    .optional("cursor", .text(bytes: 1...64), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .channel), "a page of channels")], handler: list),
            Route(
                .get, "/api/v1/channels/{cid}", access: .user, "One channel as the caller sees it",
                answers: [.init(200, .channel, "the channel"), missing], handler: describe),
            Route(
                .get, "/api/v1/channels/{cid}/members", access: .user, "Who belongs to a channel",
                answers: [.init(200, .page(of: .member), "all members"), missing], handler: members),
            Route(
                .put, "/api/v1/direct/{user_id}", access: .user, "Opens or returns the direct channel with a user",
                answers: [
                    .init(200, .channel, "it was there"), .init(201, .channel, "it is new"),
                    .init(404, nil, "there is no such user"), .init(422, nil, "the user is the caller"),
                ], handler: openDirect),
            Route(
                .get, "/api/v1/channels/{cid}/messages", access: .user,
                "A page of messages in ascending order; without a position the newest",
                query: [
                    .optional("before", .integer(1...Int64.max), "messages before this number"),
                    .optional("after", .integer(0...Int64.max), "messages after this number"),
                    .optional("around", .integer(1...Int64.max), "messages on both sides of this number, and it"),
                    .optional("limit", .integer(1...Int64(limits.historyPageMax)), "messages on a page"),
                ],
                answers: [.init(200, .page(of: .message), "the page; has_more tells whether it goes on"), missing],
                handler: messages),
            Route(
                .post, "/api/v1/channels/{cid}/messages", access: .user, "Sends a message; the answer means: on disk",
                body: Shape(
                    "SendMessage",
                    [
                        .optional(
                            "client_msg_id", .text(bytes: 1...limits.clientMessageIDBytesMax), "makes a retry safe"),
                        .required("text", .text(bytes: 0...limits.httpBodyBytesMax), "what is said"),
                    ]),
                answers: [
                    .init(201, .sent, "committed"), .init(200, .sent, "it had been sent before"), missing,
                    .init(422, nil, "not valid, or the same client_msg_id with another text"),
                    .init(429, nil, "too many messages"),
                ], handler: send),
            Route(
                .put, "/api/v1/channels/{cid}/read", access: .user, "Moves the caller's read marker forward",
                body: Shape(
                    "ReadMarker",
                    [
                        .required("message_number", .integer(0...Int64.max), "all messages up to this one are read")
                    ]),
                answers: [
                    .init(
                        200,
                        Shape(
                            "ReadState",
                            [
                                .required("read_number", .integer(0...Int64.max), "where the marker stands"),
                                .required("unread", .integer(0...Int64.max), "messages after it"),
                            ]), "where the marker stands now"), missing,
                ], handler: markRead),
        ]
    }

    // MARK: Handlers

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let limit = try call.number("limit", in: 1...Int64(limits.readyChannelsMax)).map { Int($0) } ?? 100
        guard case .listed(let all) = try await commit(.listChannels, call) else { throw APIError.unexpected }
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
        var response = HTTPResponse.json { json in
            json.object { json in
                json.array("items") { json in
                    for summary in page { summary.write(to: &json) }
                }
                json.member("next_cursor", orNull: next)
            }
        }
        // RFC 8288.
        if let next {
            response.headers.add("Link", "</api/v1/channels?limit=\(limit)&cursor=\(next)>; rel=\"next\"")
        }
        return response
    }

    @Sendable private func describe(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .described(let summary) = try await commit(.describeChannel(try call.channel("cid")), call) else {
            throw APIError.unexpected
        }
        return .json { json in summary.write(to: &json) }
    }

    @Sendable private func members(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .members(let members) = try await commit(.listMembers(try call.channel("cid")), call) else {
            throw APIError.unexpected
        }
        return .json { json in
            json.object { json in
                json.array("items") { json in
                    for member in members { member.write(to: &json) }
                }
                json.member("next_cursor", orNull: nil as String?)
            }
        }
    }

    @Sendable private func openDirect(_ call: Call) async throws(APIError) -> HTTPResponse {
        let open = OpenDirect(peer: .id(try call.user("user_id")))
        guard case .opened(let summary, let isNew) = try await commit(.openDirect(open), call) else {
            throw APIError.unexpected
        }
        return .json(isNew ? 201 : 200) { json in summary.write(to: &json) }
    }

    @Sendable private func messages(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), channel = try call.channel("cid")
        let limit = try call.number("limit", in: 1...Int64(limits.historyPageMax)).map { Int($0) }
        let positions: [HistoryPosition] = [
            try call.number("before", in: 1...Int64.max).map { .before($0) },
            try call.number("after", in: 0...Int64.max).map { .after($0) },
            try call.number("around", in: 1...Int64.max).map { .around($0) },
        ].compactMap { $0 }
        guard positions.count <= 1 else {
            throw APIError(.invalid("?before", "conflict", "give at most one of before, after and around"))
        }
        do throws(Rejection) {
            let page = try await services.archive.messages(
                of: channel, for: user, at: positions.first ?? .newest, limit: limit ?? limits.historyPageDefault)
            return .json { json in
                json.object { json in
                    json.array("items") { json in
                        for message in page.messages { message.write(to: &json) }
                    }
                    json.member("has_more", page.hasMore)
                    json.member("next_cursor", orNull: nil as String?)
                }
            }
        } catch {
            throw APIError(error)
        }
    }

    @Sendable private func send(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let channel = try call.channel("cid")
        let id =
            call.body.present("client_msg_id")?.utf8.map { ClientMessageID($0) } ?? ClientMessageID(random: &random)
        let command: SendMessage
        do throws(Rejection) {
            command = SendMessage(channel: channel, clientMessageID: id, text: try MessageContent.text(of: call.body))
            try command.validate(within: limits)
        } catch {
            throw APIError(error)
        }
        guard case .sent(let message, let isDuplicate) = try await commit(.sendMessage(command), call) else {
            throw APIError.unexpected
        }
        return .json(isDuplicate ? 200 : 201) { json in
            json.object { json in message.writeSent(isDuplicate: isDuplicate, to: &json) }
        }
    }

    @Sendable private func markRead(_ call: Call) async throws(APIError) -> HTTPResponse {
        let mark = MarkRead(
            channel: try call.channel("cid"), messageNumber: call.body["message_number"]?.integer ?? 0)
        guard case .marked(let readNumber, let unread) = try await commit(.markRead(mark), call) else {
            throw APIError.unexpected
        }
        return .json { json in
            json.object { json in
                json.member("read_number", readNumber)
                json.member("unread", unread)
            }
        }
    }

    private func commit(_ command: Command, _ call: Call) async throws(APIError) -> Outcome {
        switch await services.journal.commit(command, as: try call.user()) {
        case .success(let outcome): return outcome
        case .failure(let rejection): throw APIError(rejection)
        }
    }
}

extension APIError {
    /// An outcome of another command than the one that was handed over: our own mistake.
    fileprivate static let unexpected = APIError(Rejection(.internal, "the server failed"))
}
