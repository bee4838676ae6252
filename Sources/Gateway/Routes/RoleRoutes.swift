internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Roles as data, who has which, and who is kept out.
public struct RoleRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] { roles + standing }

    private var roles: [Route] {
        let shape = Shape(
            "ServerRole",
            [
                .required("name", .text(bytes: 1...Role.nameBytesMax), "what it is called"),
                .required("permissions", .list(of: .text(bytes: 1...32), countMax: 64), "what it may do"),
                .required("is_built_in", .boolean, "whether it was there from the beginning"),
            ])
        let builtIn = Route.Answer(403, nil, "it is built in, or may do what the caller may not")
        return [
            Route(
                .get, "/api/v1/roles", access: .user, "All roles and what they may do on the server as a whole",
                answers: [.init(200, .page(of: shape), "by name")], handler: list),
            Route(
                .put, "/api/v1/roles/{name}", access: .permitted(.writeRoles),
                "Makes a role, or changes what it may do",
                body: Shape(
                    "RolePermissions",
                    [
                        .required(
                            "permissions", .list(of: .text(bytes: 1...32), countMax: 64),
                            Permissions.names.map(\.name).joined(separator: ", "))
                    ]),
                answers: [
                    .init(200, shape, "as it is from the next request on"), .init(201, shape, "is new"), builtIn,
                    .init(422, nil, "a word is no permission"),
                ], handler: define),
            Route(
                .delete, "/api/v1/roles/{name}", access: .permitted(.writeRoles), "Takes away a role that nobody has",
                answers: [
                    .init(204, nil, "is gone"), builtIn, .init(404, nil, "there is no such role"),
                    .init(409, nil, "somebody has it"),
                ], handler: remove),
        ]
    }

    private var standing: [Route] {
        let denied = Route.Answer(403, nil, "a role is above the caller's")
        let missing = Route.Answer(404, nil, "there is no such user")
        let last = Route.Answer(412, nil, "the last superuser stays one")
        return [
            Route(
                .put, "/api/v1/users/{id}/role", access: .permitted(.writeRoles),
                "Gives a user another role, and ends all their logins",
                body: Shape("UserRole", [.required("role", .text(bytes: 1...Role.nameBytesMax), "one that is there")]),
                answers: [.init(200, .user, "as it is now"), denied, missing, last], handler: setRole),
            Route(
                .put, "/api/v1/users/{id}/suspension", access: .permitted(.writeUsers),
                "Keeps a user out, at once",
                body: Shape("Suspension", [.optional("reason", .text(bytes: 0...512), "what the user is told")]),
                answers: [.init(200, .user, "as it is now"), denied, missing, last], handler: suspend),
            Route(
                .delete, "/api/v1/users/{id}/suspension", access: .permitted(.writeUsers), "Lets a user in again",
                answers: [.init(200, .user, "as it is now"), denied, missing], handler: restore),
        ]
    }

    // MARK: Roles

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        .items(services.roles.all) { row, json in Self.write(row.role, row.permissions, to: &json) }
    }

    @Sendable private func define(_ call: Call) async throws(APIError) -> HTTPResponse {
        let role = try role(in: call), rank = try call.rank()
        var permissions: Permissions = []
        for (index, word) in (call.body["permissions"]?.elements ?? []).enumerated() {
            guard let permission = word.string.flatMap({ Permissions(name: $0) }) else {
                throw APIError(.invalid("/permissions/\(index)", "not_supported", "there is no such permission"))
            }
            permissions.formUnion(permission)
        }
        let wanted = permissions
        let wasThere = try await asked { () async throws(PeopleFailure) in
            try await services.madeRoles.define(role, wanted, within: rank, by: call.cause)
        }
        return .json(wasThere ? 200 : 201) { json in Self.write(role, wanted, to: &json) }
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let role = try role(in: call), rank = try call.rank()
        do throws(PeopleFailure) {
            try await services.madeRoles.remove(role, within: rank, by: call.cause)
        } catch {
            throw error == .noSuchRole ? APIError(.noSuchServerRole) : APIError(people: error)
        }
        return HTTPResponse(status: 204)
    }

    private func role(in call: Call) throws(APIError) -> Role {
        guard let role = call.parameters["name"].flatMap({ Role(name: $0) }) else {
            throw APIError(.noSuchServerRole)
        }
        return role
    }

    private static func write(_ role: Role, _ permissions: Permissions, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", role.name)
            json.array("permissions") { json in
                for name in permissions.names { json.value(name) }
            }
            json.member("is_built_in", RoleBook.isBuiltIn(role))
        }
    }

    // MARK: Standing

    @Sendable private func setRole(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user("id"), rank = try call.rank()
        guard let role = call.body["role"]?.string.flatMap({ Role(name: $0) }) else {
            throw APIError(people: .noSuchRole)
        }
        return answer(
            try await asked { () async throws(PeopleFailure) in
                try await services.people.setRole(of: user, to: role, within: rank, by: call.cause)
            })
    }

    @Sendable private func suspend(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user("id"), rank = try call.rank(), reason = call.body.present("reason")?.string
        return answer(
            try await asked { () async throws(PeopleFailure) in
                try await services.people.suspend(user, because: reason, within: rank, by: call.cause)
            })
    }

    @Sendable private func restore(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user("id"), rank = try call.rank()
        return answer(
            try await asked { () async throws(PeopleFailure) in
                try await services.people.restore(user, within: rank, by: call.cause)
            })
    }

    private func answer(_ account: Account) -> HTTPResponse {
        .json { json in account.write(to: &json, roles: services.roles) }
    }
}

extension Rejection {
    fileprivate static let noSuchServerRole = Rejection(.notFound, "there is no such role")
}
