internal import Base
internal import Channels
public import REST
internal import Wire

/// Messages and what becomes of them over REST, by the same decisions as over the socket.
public struct MessageRoutes: Sendable {
    private let services: Services
    private let switchboard: Switchboard
    private let limits: Limits

    public init(_ services: Services, switchboard: Switchboard) {
        self.services = services
        self.switchboard = switchboard
        limits = services.settings.limits
    }

    public var routes: [Route] { reading + writing + marking }

    private static let path = "/api/v1/channels/{cid}/messages"
    private static let missing = Route.Answer(404, nil, "there is no such message, or the caller may not see it")
    private static let denied = Route.Answer(403, nil, "the caller may not")

    private var reading: [Route] {
        [
            Route(
                .get, Self.path, access: .user,
                "A page of messages in ascending order; without a position the newest",
                query: [
                    .optional("before", .integer(1...Int64.max), "messages before this number"),
                    .optional("after", .integer(0...Int64.max), "messages after this number"),
                    .optional("around", .integer(1...Int64.max), "messages on both sides of this number, and it"),
                    .optional("limit", .integer(1...Int64(limits.historyPageMax)), "messages on a page"),
                ],
                answers: [
                    .init(200, .page(of: .message), "the page; has_more tells whether it goes on"), .noChannel,
                ], handler: messages),
            Route(
                .get, "\(Self.path)/{n}", access: .user, "One message",
                answers: [.init(200, .message, "as it is now"), Self.missing], handler: message),
            Route(
                .get, "\(Self.path)/{n}/thread", access: .user, "The thread that a message belongs to, ascending",
                query: [
                    .optional("after", .integer(0...Int64.max), "messages after this number"),
                    .optional("limit", .integer(1...Int64(limits.historyPageMax)), "messages on a page"),
                ], answers: [.init(200, .page(of: .message), "its first message, then the replies"), Self.missing],
                handler: thread),
            Route(
                .get, "\(Self.path)/{n}/receipts", access: .user, "Who has read a message",
                answers: [.init(200, .page(of: .receipt), "by the users' numbers"), Self.missing], handler: receipts),
            Route(
                .get, "/api/v1/channels/{cid}/pins", access: .user, "The pinned messages, ascending",
                answers: [.init(200, .page(of: .message), "all of them"), .noChannel], handler: pins),
        ]
    }

    private var writing: [Route] {
        [
            Route(
                .post, Self.path, access: .user, "Sends a message; the answer means: on disk", body: newMessage,
                answers: [
                    .init(201, .sent, "committed"), .init(200, .sent, "it had been sent before"), .noChannel,
                    .init(422, nil, "not valid, or the same client_msg_id with another content"),
                    .init(429, nil, "too many messages"),
                ], handler: send),
            Route(
                .patch, "\(Self.path)/{n}", access: .user, "Gives one's own message another text",
                body: Shape(
                    "Edit", [.required("text", .text(bytes: 0...limits.httpBodyBytesMax), "the new text")]),
                answers: [.init(200, .edited, "committed"), Self.denied, Self.missing], handler: edit),
            Route(
                .delete, "\(Self.path)/{n}", access: .user, "Takes a message away",
                query: [.optional("scope", .text(bytes: 2...3), "me, or all unless given")],
                answers: [.init(204, nil, "it is gone"), Self.denied, Self.missing], handler: delete),
            Route(
                .post, "\(Self.path)/{n}/forward", access: .user, "Says it in another channel too",
                body: Shape(
                    "Forward",
                    [
                        .required("to_channel", .channelID, "where"),
                        .optional(
                            "client_msg_id", .text(bytes: 1...limits.clientMessageIDBytesMax), "makes a retry safe"),
                    ]),
                answers: [
                    .init(201, .sent, "committed"), .init(200, .sent, "it had been forwarded before"), Self.denied,
                    Self.missing,
                ], handler: forward),
        ]
    }

    private var marking: [Route] {
        [
            Route(
                .put, "\(Self.path)/{n}/reactions/{emoji}", access: .user, "Puts an emoji to a message",
                answers: [.init(200, .changed, "it is there"), Self.missing], handler: react),
            Route(
                .delete, "\(Self.path)/{n}/reactions/{emoji}", access: .user, "Takes one's own emoji away",
                answers: [.init(200, .changed, "it is not there"), Self.missing], handler: unreact),
            Route(
                .put, "\(Self.path)/{n}/pin", access: .user, "Pins a message",
                answers: [.init(200, .changed, "it is pinned"), Self.denied, Self.missing], handler: pin),
            Route(
                .delete, "\(Self.path)/{n}/pin", access: .user, "Takes the pin away",
                answers: [.init(200, .changed, "it is not pinned"), Self.denied, Self.missing], handler: unpin),
            Route(
                .post, "\(Self.path)/{n}/report", access: .user, "Tells those who run the server of a message",
                body: Shape(
                    "Report",
                    [
                        .required("reason", .text(bytes: 1...limits.reportReasonBytesMax), "such as spam"),
                        .optional("comment", .text(bytes: 0...limits.reportCommentBytesMax), "in one's own words"),
                    ]), answers: [.init(201, .reported, "it will be looked at"), Self.missing], handler: report),
            Route(
                .post, "/api/v1/channels/{cid}/typing", access: .user, "Tells the others that the caller is writing",
                body: Shape("Typing", [.optional("typing", .boolean, "false for having stopped")]),
                answers: [.init(204, nil, "it will be told"), .noChannel], handler: type),
            Route(
                .put, "/api/v1/channels/{cid}/read", access: .user, "Moves the caller's read marker forward",
                body: Shape(
                    "ReadMarker",
                    [.required("message_number", .integer(0...Int64.max), "all messages up to this one are read")]),
                answers: [.init(200, .readState, "where the marker stands now"), .noChannel], handler: markRead),
        ]
    }

    private var newMessage: Shape {
        Shape(
            "SendMessage",
            [
                .optional("client_msg_id", .text(bytes: 1...limits.clientMessageIDBytesMax), "makes a retry safe"),
                .optional("type", .text(bytes: 1...16), "text, file or image"),
                .optional("text", .text(bytes: 0...limits.httpBodyBytesMax), "what is said"),
                .optional(
                    "attachments",
                    .list(
                        of: .object(
                            Shape("FileReference", [.required("file_id", .text(bytes: 1...128), "an uploaded file")])),
                        countMax: limits.attachmentsMax), "files"),
                .optional(
                    "reference",
                    .object(
                        Shape(
                            "Reference",
                            [
                                .required("type", .text(bytes: 1...limits.referenceTypeBytesMax), "of what kind"),
                                .required("id", .text(bytes: 1...limits.referenceIDBytesMax), "which one"),
                            ])), "what the message is about"),
                .optional(
                    "action",
                    .object(
                        Shape(
                            "Action", [.required("name", .text(bytes: 1...limits.actionNameBytesMax), "what to do")])),
                    "something that clients offer to do"),
                .optional(
                    "tags", .list(of: .text(bytes: 1...limits.tagBytesMax), countMax: limits.tagsMax),
                    "by which it is found"
                ),
                .optional("reply_to", .integer(1...Int64.max), "the number of the message that it answers"),
            ])
    }

    // MARK: Reading

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
            return .messages(
                try await services.archive.messages(
                    of: channel, for: user, at: positions.first ?? .newest, limit: limit ?? limits.historyPageDefault))
        } catch {
            throw APIError(error)
        }
    }

    @Sendable private func message(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), channel = try call.channel("cid"), number = try call.messageNumber()
        do throws(Rejection) {
            let view = try await services.archive.message(number, of: channel, for: user)
            return .json { json in view.write(to: &json) }
        } catch {
            throw APIError(error)
        }
    }

    @Sendable private func thread(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), channel = try call.channel("cid"), number = try call.messageNumber()
        let limit = try call.number("limit", in: 1...Int64(limits.historyPageMax)).map { Int($0) }
        let after = try call.number("after", in: 0...Int64.max) ?? 0
        do throws(Rejection) {
            return .messages(
                try await services.archive.thread(
                    of: number, in: channel, for: user, after: after, limit: limit ?? limits.historyPageDefault))
        } catch {
            throw APIError(error)
        }
    }

    @Sendable private func pins(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), channel = try call.channel("cid")
        do throws(Rejection) {
            return .items(try await services.archive.pinned(in: channel, for: user)) { $0.write(to: &$1) }
        } catch {
            throw APIError(error)
        }
    }

    @Sendable private func receipts(_ call: Call) async throws(APIError) -> HTTPResponse {
        let command = Command.listReaders(try call.channel("cid"), try call.messageNumber())
        guard case .members(let readers) = try await services.commit(command, call) else { throw APIError.unexpected }
        return .items(readers) { reader, json in
            json.object { json in
                json.name("user")
                reader.user.write(to: &json)
                json.member("read_number", reader.member.readNumber)
            }
        }
    }

    // MARK: Writing

    @Sendable private func send(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let channel = try call.channel("cid")
        let command = try refusing { () throws(Rejection) in
            try MessageContent.send(in: channel, CommandData(call.body), limits: limits, random: &random)
        }
        return try answer(await services.commit(.sendMessage(command), call))
    }

    private func answer(_ outcome: Outcome) throws(APIError) -> HTTPResponse {
        guard case .sent(let message, let isDuplicate) = outcome else { throw APIError.unexpected }
        var response = HTTPResponse.json(isDuplicate ? 200 : 201) { json in
            json.object { json in message.writeSent(isDuplicate: isDuplicate, to: &json) }
        }
        if !isDuplicate {
            response.headers.add("Location", "/api/v1/channels/\(message.channel)/messages/\(message.number)")
        }
        return response
    }

    @Sendable private func edit(_ call: Call) async throws(APIError) -> HTTPResponse {
        let channel = try call.channel("cid"), number = try call.messageNumber()
        let edit = try refusing { () throws(Rejection) in
            let edit = EditMessage(channel: channel, number: number, text: try CommandData(call.body).utf8("text"))
            try edit.validate(within: limits)
            return edit
        }
        guard case .edited(let message, let seq) = try await services.commit(.editMessage(edit), call) else {
            throw APIError.unexpected
        }
        return .json { json in
            json.object { json in
                json.member("channel", message.channel)
                json.member("message_number", message.number)
                json.member("seq", seq)
                json.member("edited_at", orNull: message.details.editedAt)
            }
        }
    }

    @Sendable private func delete(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let scope = DeleteMessages.Scope(rawValue: call.head.query["scope"] ?? "all") else {
            throw APIError(.invalid("?scope", "not_supported", "scope can be me or all"))
        }
        let delete = DeleteMessages(
            channel: try call.channel("cid"), number: try call.messageNumber(), scope: scope)
        _ = try await services.commit(.deleteMessages(delete), call)
        return HTTPResponse(status: 204)
    }

    @Sendable private func forward(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let source = try call.channel("cid"), number = try call.messageNumber()
        let forward = try refusing { () throws(Rejection) in
            let data = CommandData(call.body)
            return ForwardMessage(
                source: source, number: number, target: try data.channel("to_channel"),
                clientMessageID: try data.clientMessageID(within: limits, random: &random))
        }
        return try answer(await services.commit(.forwardMessage(forward), call))
    }

    // MARK: Marking

    @Sendable private func react(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await react(call, isAdded: true)
    }

    @Sendable private func unreact(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await react(call, isAdded: false)
    }

    private func react(_ call: Call, isAdded: Bool) async throws(APIError) -> HTTPResponse {
        let react = React(
            channel: try call.channel("cid"), number: try call.messageNumber(), emoji: call.parameters["emoji"] ?? "",
            isAdded: isAdded)
        try refusing { () throws(Rejection) in try react.validate(within: limits) }
        return try .changed(await services.commit(.react(react), call))
    }

    @Sendable private func pin(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await pin(call, isPinned: true)
    }

    @Sendable private func unpin(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await pin(call, isPinned: false)
    }

    private func pin(_ call: Call, isPinned: Bool) async throws(APIError) -> HTTPResponse {
        let pin = PinMessage(channel: try call.channel("cid"), number: try call.messageNumber(), isPinned: isPinned)
        return try .changed(await services.commit(.pinMessage(pin), call))
    }

    @Sendable private func report(_ call: Call) async throws(APIError) -> HTTPResponse {
        let data = CommandData(call.body), channel = try call.channel("cid"), number = try call.messageNumber()
        let report = try refusing { () throws(Rejection) in
            ReportMessage(
                channel: channel, number: number, reason: try data.text("reason"),
                comment: try data.optionalText("comment"))
        }
        guard case .reported(let id) = try await services.commit(.reportMessage(report), call) else {
            throw APIError.unexpected
        }
        return .json(201) { json in json.object { json in json.member("id", "\(id)") } }
    }

    @Sendable private func type(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), channel = try call.channel("cid")
        do throws(Rejection) {
            try await switchboard.tellTyping(
                of: user, in: channel, isTyping: call.body["typing"]?.bool ?? true, by: services.journal)
        } catch {
            throw APIError(error)
        }
        return HTTPResponse(status: 204)
    }

    @Sendable private func markRead(_ call: Call) async throws(APIError) -> HTTPResponse {
        let mark = MarkRead(
            channel: try call.channel("cid"), messageNumber: call.body["message_number"]?.integer ?? 0)
        guard case .marked(let readNumber, let unread, let mentions) = try await services.commit(.markRead(mark), call)
        else { throw APIError.unexpected }
        return .json { json in
            json.object { json in
                json.member("read_number", readNumber)
                json.member("unread", unread)
                json.member("mentions", mentions)
            }
        }
    }
}

extension Call {
    /// The message named in the path; one that cannot exist is not found.
    fileprivate func messageNumber() throws(APIError) -> Int64 {
        guard let number = parameters["n"].flatMap({ Int64(plainDecimal: $0) }), number > 0 else {
            throw APIError(.noSuchMessage)
        }
        return number
    }
}
