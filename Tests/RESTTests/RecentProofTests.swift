import Auth
import Base
import Channels
import REST
import Testing
import Wire

/// What asks for a recent login follows from who may call.
@Suite("Recent proof") struct RecentProofTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let admin = Caller(
        user: Asking.caller.user, login: Asking.caller.login, role: .admin, permissions: [.writeUsers, .writeServer])

    private static let routes: [Route] = [
        (.get, "/users", .permitted(.writeUsers)), (.post, "/users", .permitted(.writeUsers)),
        (.put, "/users/{id}", .ownOrPermitted(.writeUsers)), (.get, "/users/{id}", .ownOrPermitted(.writeUsers)),
        (.delete, "/me", .ownOrPermitted(.writeUsers)), (.post, "/mine", .user), (.post, "/open", .anyone),
        (.post, "/events", .permittedOrKey(.writeServer, .events)),
    ].map { (method: HTTPMethod, path: String, access: Route.Access) in
        Route(method, path, access: access, "A route", answers: []) { _ async throws(APIError) in
            HTTPResponse(status: 204)
        }
    }

    /// - Parameter age: seconds since the login was proven; `nil` for one that has ended.
    private func ask(
        _ line: String, age: Int64?, secondsMax: Int = 600, as caller: Caller = admin, key: APIKey? = nil
    ) async throws -> HTTPResponse {
        var limits = Limits()
        limits.adminLoginSecondsMax = secondsMax
        let router = Router(
            Self.routes, allowedHosts: [], limits: limits,
            time: TimeSource(now: { Self.now }, instant: { Instant(nanoseconds: 0) }), findKey: { _ in key },
            provenAt: { login async throws(APIError) in
                #expect(login == caller.login)
                return age.map { Self.now.adding(seconds: -$0) }
            }, authenticate: { _ in .success(caller) })
        let field = key == nil ? "Authorization: Bearer a" : "X-API-Key: a"
        return await router.answer(
            try request("\(line) HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n"), body: [], from: .local)
    }

    @Test(arguments: ["POST /users", "PUT /users/7", "POST /events"])
    func `is asked for where a permission lets something be changed`(line: String) async throws {
        for (age, status) in [(0, 204), (599, 204), (600, 403), (86_400, 403)] as [(Int64, Int)] {
            #expect(try await ask(line, age: age).status == status, "\(age)")
        }
        let answer = try await ask(line, age: 600)
        #expect(answer.headers["www-authenticate"]?.contains("max_age=600") == true)
        #expect(try JSONDocument(parsing: answer.body).root["errors"]?.elements.count == 1)
        #expect(try await ask(line, age: nil).status == 401, "a login that has ended")
        #expect(try await ask(line, age: 86_400, secondsMax: 0).status == 204, "it is off")
    }

    @Test(arguments: [
        "GET /users", "HEAD /users", "GET /users/7", "PUT /users/108", "DELETE /me", "POST /mine", "POST /open",
        "PUT /users/none",
    ]) func `is not asked for where one only looks, or it is one's own`(line: String) async throws {
        #expect(try await ask(line, age: 86_400).status == 204)
    }

    @Test(arguments: ["POST /users", "PUT /users/7", "GET /users/7", "POST /events"])
    func `is asked of nobody who may not do it anyhow`(line: String) async throws {
        for age in [0, 86_400] as [Int64] {
            let answer = try await ask(line, age: age, as: Asking.caller)
            #expect(answer.status == 403)
            #expect(answer.headers["www-authenticate"] == nil)
        }
    }

    private func key(_ scopes: Set<KeyScope>, user: UserID? = nil) -> APIKey {
        APIKey(
            id: 1, name: "k", prefix: "p", scopes: scopes, user: user, login: LoginID(high: 3, low: 3),
            createdAt: Self.now)
    }

    @Test func `is not asked of a key, which can do what its scope says and no more`() async throws {
        #expect(try await ask("POST /events", age: 86_400, key: key([.events])).status == 204)
        let bot = key([.bot], user: Self.admin.user)
        #expect(try await ask("GET /users/108", age: 0, key: bot).status == 204)
        for line in ["POST /users", "PUT /users/7", "PUT /users/108", "DELETE /me"] {
            let answer = try await ask(line, age: 0, key: bot)
            #expect(answer.status == 403, "\(line)")
            #expect(answer.headers["www-authenticate"] == nil, "\(line)")
        }
    }
}
