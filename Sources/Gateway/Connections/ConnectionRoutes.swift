internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Sockets and streams that are open, for who runs the server.
public struct ConnectionRoutes: Sendable {
    private let services: Services
    private let switchboard: Switchboard

    public init(_ services: Services, switchboard: Switchboard) {
        self.services = services
        self.switchboard = switchboard
    }

    private static let path = "/api/v1/admin/connections"
    private static let pageMax: Int64 = 200

    public var routes: [Route] {
        let filters: [Shape.Field] = [
            .optional("user", .userID, "only this user's"),
            .optional("session", .text(bytes: 32...32), "only those of this login, as sessions are listed"),
            .optional("address", .text(bytes: 1...64), "only those from this address"),
        ]
        let card = Shape(
            "Connection",
            [
                .required("id", .text(bytes: 3...32), "what it is called as long as it is there"),
                .required("kind", .text(bytes: 1...8), "socket, or stream of events over HTTP"),
                .optional("user", .userID, "whose it is, once it has said so"),
                .optional("session", .text(bytes: 32...32), "the login by which it came"),
                .optional("address", .text(bytes: 1...64), "from where"),
                .required("since", .time, "when it was opened"),
                .optional("client", .text(bytes: 0...NewLogin.userAgentBytesMax), "what it called itself at its login"),
                .required("queued_bytes", .integer(0...Int64.max), "sent, and not taken yet"),
            ])
        return [
            Route(
                .get, Self.path, access: .permitted(.readServer), "Sockets and streams that are open",
                query: filters + [
                    .optional("limit", .integer(1...Self.pageMax), "connections of a page; 50"),
                    .optional("cursor", .text(bytes: 3...32), "where the next page begins"),
                ],
                answers: [.init(200, .page(of: card), "in no order that means anything")], handler: list),
            Route(
                .post, Self.path + "/close", access: .permitted(.writeServer),
                "Closes connections of which all is true that is said; their clients come back by themselves",
                body: Shape(
                    "ConnectionsToClose",
                    [.optional("connection", .text(bytes: 3...32), "the one that is called this")] + filters),
                answers: [
                    .init(
                        200,
                        Shape(
                            "ConnectionsClosed", [.required("closed", .integer(0...Int64.max), "how many there were")]),
                        "they are being closed")
                ], handler: close),
        ]
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let filter = try Self.filter("?") { call.head.query["\($0)"] }
        let limit = Int(try call.number("limit", in: 1...Self.pageMax) ?? 50)
        let after = try call.head.query["cursor"].map { text throws(APIError) in try Self.place(text, "?cursor") }
        let found = await switchboard.connections(filter, after: after, limit: limit)
        let clients = try await clients(of: found)
        let next = found.count == limit ? found.last.map { "\($0.place)" } : nil
        return .page(found, next: next, at: Self.path + "?limit=\(limit)") { card, json in
            card.write(to: &json, client: card.login.flatMap { clients[$0] })
        }
    }

    /// What the clients called themselves when they logged in.
    private func clients(of cards: [ConnectionCard]) async throws(APIError) -> [LoginID: String] {
        var clients: [LoginID: String] = [:]
        for user in Set(cards.compactMap(\.user)) {
            // Without it the list is as true.
            let logins = (try? await services.people.sessions(of: user, limit: SessionRoutes.countMax)) ?? []
            for login in logins { clients[login.id] = login.device ?? login.userAgent }
        }
        return clients
    }

    @Sendable private func close(_ call: Call) async throws(APIError) -> HTTPResponse {
        var filter = try Self.filter("/") { call.body.present($0)?.string }
        filter.place = try call.body.present("connection")?.string.map { text throws(APIError) in
            try Self.place(text, "/connection")
        }
        guard !filter.isEmpty else {
            throw APIError(.invalid("", "required", "say which: connection, user, session or address"))
        }
        let count = await switchboard.close(filter)
        let target =
            filter.user.map { AuditEntry.target($0) } ?? filter.place.map { "connection:\($0)" }
            ?? filter.login.map { "login:\($0)" } ?? "address:\(filter.address?.description ?? "-")"
        try await APIError.stored { () async throws(AccountFailure) in
            try await services.accounts.note(
                .connectionsClosed, by: call.cause, target: target, detail: "\(count) closed")
        }
        return .json { json in json.object { json in json.member("closed", count) } }
    }

    private static func place(_ text: String, _ pointer: String) throws(APIError) -> ConnectionCard.Place {
        guard let place = ConnectionCard.Place(text) else {
            throw APIError(.invalid(pointer, "invalid_format", "a connection is called as the list calls it"))
        }
        return place
    }

    private static func filter(
        _ pointer: String, _ word: (StaticString) -> String?
    ) throws(APIError) -> ConnectionFilter {
        var filter = ConnectionFilter()
        func bad(_ name: String) -> APIError {
            APIError(.invalid(pointer + name, "invalid_format", "there can be no such \(name)"))
        }
        if let text = word("user") {
            guard let user = UserID(text) else { throw bad("user") }
            filter.user = user
        }
        if let text = word("session") {
            guard let login = LoginID(text) else { throw bad("session") }
            filter.login = login
        }
        if let text = word("address") {
            guard let address = IPAddress(text) else { throw bad("address") }
            filter.address = address
        }
        return filter
    }
}

extension ConnectionCard {
    fileprivate func write(to json: inout JSONWriter, client: String?) {
        json.object { json in
            json.member("id", "\(place)")
            json.member("kind", isStream ? "stream" : "socket")
            json.member("user", orNull: user)
            json.member("session", orNull: login?.description)
            json.member("address", orNull: address?.description)
            json.member("since", since)
            json.member("client", orNull: client)
            json.member("queued_bytes", queuedByteCount)
        }
    }
}
