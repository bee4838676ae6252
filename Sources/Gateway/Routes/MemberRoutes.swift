internal import Base
internal import Channels
public import REST
internal import Wire

/// Who belongs to a channel, how they come in, and what they want to hear of.
public struct MemberRoutes: Sendable {
    private let services: Services
    private let limits: Limits

    public init(_ services: Services) {
        self.services = services
        limits = services.settings.limits
    }

    public var routes: [Route] { members + invites + wishes }

    private var members: [Route] {
        let denied = Route.Answer(403, nil, "the caller's role may not")
        return [
            Route(
                .get, "/api/v1/channels/{cid}/members", access: .user, "Who belongs to a channel",
                query: [
                    .optional("limit", .integer(1...Int64(limits.readyChannelsMax)), "members on a page"),
                    .optional("cursor", .text(bytes: 1...64), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .member), "members by number"), .noChannel], handler: list),
            Route(
                .put, "/api/v1/channels/{cid}/members/{uid}", access: .user,
                "Brings somebody in, or oneself into a public channel", body: Self.roleShape(isRequired: false),
                answers: [
                    .init(201, .member, "the new member"), .init(200, .member, "was there before"), denied, .noChannel,
                ], handler: add),
            Route(
                .patch, "/api/v1/channels/{cid}/members/{uid}", access: .user, "Gives a member another role",
                body: Self.roleShape(isRequired: true),
                answers: [
                    .init(200, .member, "as it is now"), denied, .noChannel,
                    .init(412, nil, "the last owner stays one"),
                ], handler: changeRole),
            Route(
                .delete, "/api/v1/channels/{cid}/members/{uid}", access: .user, "Takes a member out, or oneself",
                answers: [
                    .init(204, nil, "is out, and hears nothing more"), denied, .noChannel,
                    .init(412, nil, "the last owner hands over first"),
                ], handler: remove),
        ]
    }

    private var invites: [Route] {
        [
            Route(
                .post, "/api/v1/channels/{cid}/invites", access: .user, "Makes an invitation",
                body: Shape(
                    "NewInvite",
                    [
                        .optional(
                            "expires_in", .integer(1...Int64(limits.inviteSecondsMax)), "seconds; a week unless given"),
                        .optional("uses_max", .integer(0...1_000_000), "how often it can be used; 0 without bound"),
                        .optional("role", .text(bytes: 1...16), "member or reader"),
                    ]),
                answers: [
                    .init(201, .invite, "the only time that the token is told"),
                    .init(403, nil, "the caller's role may not"), .noChannel,
                ], isSecret: true, handler: createInvite),
            Route(
                .get, "/api/v1/channels/{cid}/invites", access: .user, "A channel's invitations, for who moderates it",
                answers: [.init(200, .page(of: .invite), "without their tokens"), .noChannel], handler: listInvites),
            Route(
                .delete, "/api/v1/channels/{cid}/invites/{iid}", access: .user, "Takes an invitation back",
                answers: [.init(204, nil, "it opens nothing any more"), .noChannel], handler: revokeInvite),
            Route(
                .post, "/api/v1/invites/{token}", access: .user, "Joins the channel of an invitation",
                answers: [
                    .init(200, .channel, "the channel"), .init(404, nil, "there is no such invitation, or no more"),
                ], handler: useInvite),
        ]
    }

    private var wishes: [Route] {
        [
            Route(
                .put, "/api/v1/channels/{cid}/notifications", access: .user, "What the caller wants to be notified of",
                body: Shape(
                    "Notifications",
                    [
                        .optional("level", .text(bytes: 1...16), "all, mentions or none"),
                        .optional("muted_until", .time, "no notifications before; null for no such time"),
                    ]), answers: [.init(200, .notifications, "as it is now"), .noChannel], handler: setNotifications),
            Route(
                .get, "/api/v1/users/me/blocks", access: .user, "Users from whom the caller takes no messages",
                answers: [.init(200, .page(of: .userCard), "by number")], handler: listBlocks),
            Route(
                .put, "/api/v1/users/{id}/block", access: .user, "Takes no direct messages from a user any more",
                answers: [.init(204, nil, "blocked"), .init(404, nil, "there is no such user")], handler: block),
            Route(
                .delete, "/api/v1/users/{id}/block", access: .user, "Takes messages from a user again",
                answers: [.init(204, nil, "not blocked"), .init(404, nil, "there is no such user")],
                handler: unblock),
        ]
    }

    private static func roleShape(isRequired: Bool) -> Shape {
        let kind = Shape.Kind.text(bytes: 1...16), meaning = "owner, admin, member or reader"
        return Shape(
            isRequired ? "Role" : "OptionalRole",
            [isRequired ? .required("role", kind, meaning) : .optional("role", kind, meaning)])
    }

    // MARK: Members

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let limit = try call.number("limit", in: 1...Int64(limits.readyChannelsMax)).map { Int($0) }
        let after = try call.number("cursor", in: 0...Int64.max) ?? 0
        let channel = try call.channel("cid")
        guard case .members(let all) = try await services.commit(.listMembers(channel), call) else {
            throw APIError.unexpected
        }
        let rest = all.drop { $0.user.id.rawValue <= after }
        let page = rest.prefix(limit ?? limits.readyChannelsMax)
        let next = page.count < rest.count ? page.last?.user.id.description : nil
        return .page(
            page, next: next, at: "/api/v1/channels/\(channel)/members?limit=\(limit ?? limits.readyChannelsMax)"
        ) {
            $0.write(to: &$1)
        }
    }

    @Sendable private func add(_ call: Call) async throws(APIError) -> HTTPResponse {
        let role = try refusing { () throws(Rejection) in
            try CommandData(call.body).word("role", as: MemberRole.self)
        }
        let add = AddMember(channel: try call.channel("cid"), user: try call.member(), role: role)
        return try answer(await services.commit(.addMember(add), call))
    }

    @Sendable private func changeRole(_ call: Call) async throws(APIError) -> HTTPResponse {
        let role = try refusing { () throws(Rejection) in
            try CommandData(call.body).word("role", as: MemberRole.self)
        }
        guard let role else { throw APIError(.invalid("/role", "required", "role is required")) }
        let change = ChangeRole(channel: try call.channel("cid"), user: try call.member(), role: role)
        return try answer(await services.commit(.changeRole(change), call))
    }

    private func answer(_ outcome: Outcome) throws(APIError) -> HTTPResponse {
        guard case .member(let card, let isNew) = outcome else { throw APIError.unexpected }
        return .json(isNew ? 201 : 200) { json in card.write(to: &json) }
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let remove = RemoveMember(channel: try call.channel("cid"), user: try call.member())
        _ = try await services.commit(.removeMember(remove), call)
        return HTTPResponse(status: 204)
    }

    // MARK: Invitations

    /// Seconds for which an invitation is valid unless something else is asked for: a week.
    private static let inviteSeconds: Int64 = 604_800

    @Sendable private func createInvite(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let data = CommandData(call.body), channel = try call.channel("cid")
        let token = Base64.encodeURLSafe(random.bytes(18))
        let create = try refusing { () throws(Rejection) in
            CreateInvite(
                channel: channel, token: token, role: try data.word("role", as: MemberRole.self),
                usesMax: try data.optionalNumber("uses_max", from: 0, to: 1_000_000) ?? 0,
                seconds: try data.optionalNumber("expires_in", from: 1, to: Int64(limits.inviteSecondsMax))
                    ?? Self.inviteSeconds)
        }
        guard case .invited(let invite) = try await services.commit(.createInvite(create), call) else {
            throw APIError.unexpected
        }
        var response = HTTPResponse.json(201) { json in invite.write(to: &json, token: token) }
        response.headers.add("Location", "/api/v1/channels/\(channel)/invites/\(invite.id)")
        return response
    }

    @Sendable private func listInvites(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .invites(let all) = try await services.commit(.listInvites(try call.channel("cid")), call) else {
            throw APIError.unexpected
        }
        return .items(all) { $0.write(to: &$1, token: nil) }
    }

    @Sendable private func revokeInvite(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let id = call.parameters["iid"].flatMap({ Int64(plainDecimal: $0) }) else {
            throw APIError(.noSuchInvite)
        }
        _ = try await services.commit(.revokeInvite(try call.channel("cid"), id), call)
        return HTTPResponse(status: 204)
    }

    @Sendable private func useInvite(_ call: Call) async throws(APIError) -> HTTPResponse {
        let join = JoinChannel(channel: nil, inviteToken: call.parameters["token"] ?? "")
        guard case .changed(let channel, _) = try await services.commit(.joinChannel(join), call),
            case .described(let summary) = try await services.commit(.describeChannel(channel), call)
        else { throw APIError.unexpected }
        return .json { json in summary.write(to: &json) }
    }

    // MARK: Wishes

    @Sendable private func setNotifications(_ call: Call) async throws(APIError) -> HTTPResponse {
        let channel = try call.channel("cid")
        let wishes = try refusing { () throws(Rejection) in
            try SetNotifications(CommandData(call.body), of: channel)
        }
        guard case .described(let summary) = try await services.commit(.setNotifications(wishes), call) else {
            throw APIError.unexpected
        }
        return .json { json in
            json.object { json in
                json.member("level", summary.member.notifications.rawValue)
                json.member("muted_until", orNull: summary.member.mutedUntil)
            }
        }
    }

    @Sendable private func listBlocks(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .users(let users) = try await services.commit(.listBlocked, call) else { throw APIError.unexpected }
        return .items(users) { $0.write(to: &$1) }
    }

    @Sendable private func block(_ call: Call) async throws(APIError) -> HTTPResponse {
        _ = try await services.commit(.block(try call.user("id"), isBlocked: true), call)
        return HTTPResponse(status: 204)
    }

    @Sendable private func unblock(_ call: Call) async throws(APIError) -> HTTPResponse {
        _ = try await services.commit(.block(try call.user("id"), isBlocked: false), call)
        return HTTPResponse(status: 204)
    }
}

extension Call {
    /// The member named in the path; `me` is the caller.
    fileprivate func member() throws(APIError) -> UserID {
        parameters["uid"] == "me" ? try user() : try user("uid")
    }
}

extension Invite {
    fileprivate func write(to json: inout JSONWriter, token: String?) {
        json.object { json in
            json.member("id", "\(id)")
            if let token {
                json.member("token", token)
                json.member("url", "/#/invite/\(token)")
            }
            json.member("channel", channel)
            json.member("role", role.rawValue)
            json.member("uses_max", usesMax)
            json.member("uses", uses)
            json.member("expires_at", expiresAt)
            json.member("created_at", createdAt)
            json.member("by", createdBy)
        }
    }
}

extension SetNotifications {
    /// What stands in a request; what is not named stays as it is.
    init(_ data: CommandData, of channel: ChannelID) throws(Rejection) {
        self.init(
            channel: channel, level: try data.word("level", as: NotificationLevel.self),
            mutedUntil: data.named("muted_until") == nil ? .kept : .set(try data.optionalTime("muted_until")))
    }
}
