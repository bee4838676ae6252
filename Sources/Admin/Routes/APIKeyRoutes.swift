public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// The API keys by which other systems and bots call.
public struct APIKeyRoutes: Sendable {
    private let keys: any APIKeys
    private let time: TimeSource

    public init(keys: any APIKeys, time: TimeSource) {
        self.keys = keys
        self.time = time
    }

    private static let path = "/api/v1/admin/api-keys"

    public var routes: [Route] {
        [
            Route(
                .get, Self.path, access: .permitted(.writeKeys), "The API keys that stand",
                answers: [.init(200, nil, "all of them, without their secrets")], handler: list),
            Route(
                .post, Self.path, access: .permitted(.writeKeys), "Makes an API key, and shows it this once",
                body: Shape(
                    "NewAPIKey",
                    [
                        .required("name", .text(bytes: 1...APIKey.nameBytesMax), "what people call it"),
                        .required(
                            "scopes", .list(of: .text(bytes: 1...32), countMax: KeyScope.allCases.count),
                            KeyScope.allCases.map(\.rawValue).joined(separator: ", ")),
                        .optional("user", .userID, "as whom it acts, with the scopes bot and courses:write"),
                        .optional("expires_at", .time, "when it ends by itself"),
                    ]),
                answers: [
                    .init(201, nil, "the key; key is what its holder needs, and is never shown again"),
                    .init(404, nil, "there is no such user, or it is suspended"),
                    .init(409, nil, "there are as many keys as may be"),
                ], isSecret: true, handler: create),
            Route(
                .delete, Self.path + "/{id}", access: .permitted(.writeKeys),
                "Ends an API key at once, and closes its sockets",
                answers: [.init(204, nil, "ended"), .init(404, nil, "there is no such key")], handler: revoke),
        ]
    }

    // MARK: Handlers

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let all = keys.book.all
        return .json { json in
            json.object { json in
                json.array("items") { json in
                    for key in all { json.object { key.write(to: &$0) } }
                }
                json.member("next_cursor", orNull: nil as String?)
            }
        }
    }

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let now = time.now()
        let new = NewAPIKey(
            name: call.body["name"]?.string ?? "", text: APIKeyText.make(random: &random),
            scopes: try scopes(call), user: try user(call), login: LoginID(random: &random), createdAt: now,
            expiresAt: try expiry(call, after: now))
        guard new.scopes.contains(where: \.actsAsUser) == (new.user != nil) else {
            throw APIError(
                .invalid("/user", "required", "the scopes bot and courses:write, and a user, belong together"))
        }
        let key = try await APIError.stored { () async throws(AccountFailure) in
            try await keys.create(new, by: call.cause)
        }
        return .json(201) { json in
            json.object { json in
                key.write(to: &json)
                json.member("key", new.text.text)
            }
        }
    }

    @Sendable private func revoke(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let id = call.parameters["id"].flatMap({ Int64(plainDecimal: $0) }) else { throw Self.noSuchKey }
        do throws(AccountFailure) {
            try await keys.revoke(id, by: call.cause)
        } catch {
            throw error == .notFound ? Self.noSuchKey : APIError(error)
        }
        return HTTPResponse(status: 204)
    }

    private static let noSuchKey = APIError(Rejection(.notFound, "no such API key"))

    // MARK: Steps

    private func scopes(_ call: Call) throws(APIError) -> Set<KeyScope> {
        var scopes: Set<KeyScope> = []
        for (index, element) in (call.body["scopes"]?.elements ?? []).enumerated() {
            guard let scope = element.string.flatMap({ KeyScope(rawValue: $0) }) else {
                throw APIError(.invalid("/scopes/\(index)", "unknown", "there is no such scope"))
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else { throw APIError(.invalid("/scopes", "too_short", "a key is for something")) }
        return scopes
    }

    /// Whoever may not change other people's accounts may not act as them either.
    private func user(_ call: Call) throws(APIError) -> UserID? {
        guard let user = call.body.present("user")?.utf8.flatMap({ UserID($0) }) else { return nil }
        guard user == call.caller?.user || call.caller?.permissions.contains(.writeUsers) == true else {
            throw APIError(Rejection(.permissionDenied, "a key that acts as another user needs users.write too"))
        }
        return user
    }

    private func expiry(_ call: Call, after now: Timestamp) throws(APIError) -> Timestamp? {
        guard let text = call.body.present("expires_at")?.string else { return nil }
        guard let time = Timestamp(rfc3339: text), time > now else {
            throw APIError(.invalid("/expires_at", "invalid_format", "expires_at must be a time to come, as RFC 3339"))
        }
        return time
    }
}

extension APIKey {
    /// The members of its shape.
    fileprivate func write(to json: inout JSONWriter) {
        json.member("id", "\(id)")
        json.member("name", name)
        json.member("prefix", prefix)
        json.array("scopes") { json in
            for scope in KeyScope.allCases where scopes.contains(scope) { json.value(scope.rawValue) }
        }
        json.member("user", orNull: user?.description)
        json.member("created_at", createdAt)
        json.member("last_used_at", orNull: lastUsedAt)
        json.member("expires_at", orNull: expiresAt)
    }
}
