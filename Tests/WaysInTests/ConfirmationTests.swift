import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Confirming a login") struct ConfirmationTests {
    private let hall: Hall

    init() throws {
        var limits = Hall.limits
        limits.adminLoginSecondsMax = 600
        hall = try Hall(limits: limits)
    }

    /// Somebody with a password and a role, logged in.
    private func person(_ name: String, role: Role = .admin) async throws -> String {
        _ = try await hall.register(#""username":"\#(name)""#)
        let user = try #require(try await hall.account(name)).id
        _ = try await hall.storage.people.setRole(of: user, to: role, within: .operator, by: .server)
        return try await hall.login(name).text("access_token")
    }

    /// Administration, of the mildest kind.
    private func administer(_ token: String) async throws -> HTTPResponse {
        try await hall.post("/users", "{}", token: token)
    }

    private func confirm(_ body: String, _ token: String) async throws -> HTTPResponse {
        try await hall.post("/auth/confirm", body, token: token)
    }

    private static let password = #""current_password":"\#(Hall.password)""#

    @Test func `administration asks for it when the login is old, and says so`() async throws {
        let admin = try await person("root"), member = try await person("ann", role: .member)
        hall.time.pass(milliseconds: 599_999)
        #expect(try await administer(admin).status == 422, "the body is looked at")
        hall.time.pass(milliseconds: 1)
        let answer = try await administer(admin)
        #expect(answer.status == 403)
        #expect(try answer.code() == "permission_denied")
        #expect(try answer.json()["errors"]?.elements.first?["code"]?.string == "login_too_old")
        #expect(try answer.text("detail").contains("/api/v1/auth/confirm"))
        #expect(
            answer.headers["www-authenticate"] == #"Bearer error="insufficient_user_authentication", max_age=600"#)
        let denied = try await administer(member)
        #expect(try denied.json()["errors"]?.elements.isEmpty == true, "who may not do it confirms nothing for that")
        for path in ["/users", "/invitations"] {
            #expect(try await hall.ask("GET", path, token: admin).status == 200, "looking is not asked for it")
        }
    }

    @Test func `makes the same login count as new, for so long`() async throws {
        let token = try await person("root")
        hall.time.pass(milliseconds: 600_000)
        #expect(try await administer(token).status == 403)
        let answer = try await confirm("{\(Self.password)}", token)
        #expect(answer.status == 200)
        #expect(try answer.text("confirmed_until") == hall.time.now.adding(seconds: 600).rfc3339)
        #expect(try await administer(token).status == 422)
        hall.time.pass(milliseconds: 599_999)
        #expect(try await administer(token).status == 422)
        hall.time.pass(milliseconds: 1)
        #expect(try await administer(token).status == 403)
    }

    @Test func `refreshing is none, and another login's is not this one's`() async throws {
        _ = try await person("root")
        let login = try await hall.login("root")
        hall.time.pass(milliseconds: 600_000)
        let refresh = try login.text("refresh_token")
        let token = try await hall.post("/auth/refresh", #"{"refresh_token":"\#(refresh)"}"#).text("access_token")
        #expect(try await administer(token).status == 403)
        let other = try await hall.login("root").text("access_token")
        #expect(try await administer(other).status == 422)
        #expect(try await administer(token).status == 403)
        #expect(try await confirm("{\(Self.password)}", other).status == 200)
        #expect(try await administer(token).status == 403)
    }

    @Test func `takes the password and nothing else, and counts what is wrong`() async throws {
        let token = try await person("root")
        hall.time.pass(milliseconds: 600_000)
        for (body, status) in [
            ("{}", 422), (#"{"current_password":"wrong"}"#, 401), (#"{"current_password":""}"#, 401),
            (#"{"code":"123456"}"#, 422), (#"{"current_password":7}"#, 422),
        ] { #expect(try await confirm(body, token).status == status, "\(body)") }
        #expect(try await administer(token).status == 403)
        #expect(try await hall.post("/auth/confirm", "{\(Self.password)}").status == 401, "nobody confirms nothing")
        var limits = Hall.limits
        limits.areRatesLimited = true
        limits.loginFailuresFree = 2
        let strict = try Hall(limits: limits)
        let ann = try await strict.register(#""username":"ann""#).text("access_token")
        for _ in 1...3 {
            _ = try await strict.post("/auth/confirm", #"{"current_password":"wrong"}"#, token: ann)
        }
        #expect(try await strict.post("/auth/confirm", "{\(Self.password)}", token: ann).status == 429)
    }

    @Test func `where there is a second factor, takes both`() async throws {
        let token = try await person("root")
        let app = try await hall.setUpApp(token: token)
        hall.time.pass(milliseconds: 600_000)
        #expect(try await confirm("{\(Self.password)}", token).status == 422)
        #expect(try await confirm(#"{\#(Self.password),"code":"000000"}"#, token).status == 401)
        #expect(try await administer(token).status == 403)
        let code = hall.code(app)
        #expect(try await confirm(#"{"current_password":"wrong","code":"\#(code)"}"#, token).status == 401)
        #expect(try await confirm(#"{"code":"\#(code)"}"#, token).status == 422)
        #expect(try await confirm(#"{\#(Self.password),"code":"\#(code)"}"#, token).status == 200)
        #expect(try await administer(token).status == 422)
        #expect(try await confirm(#"{\#(Self.password),"code":"\#(code)"}"#, token).status == 401, "it is spent")
    }

    @Test func `who has nothing to show logs in again`() async throws {
        let (_, token) = try await hall.member("root", role: .admin)
        hall.time.pass(milliseconds: 600_000)
        #expect(try await administer(token).status == 403)
        #expect(try await confirm("{\(Self.password)}", token).status == 403)
        let app = try await hall.setUpApp(token: token)
        #expect(try await confirm(#"{"code":"\#(hall.code(app))"}"#, token).status == 200, "but an app is something")
        #expect(try await administer(token).status == 422)
    }

    @Test func `one's own account asks for none, and others' do`() async throws {
        let token = try await person("root"), ann = try await person("ann", role: .member)
        let id = try #require(try await hall.account("ann")).id, own = try #require(try await hall.account("root")).id
        hall.time.pass(milliseconds: 600_000)
        for path in ["/users/me", "/users/\(own)"] {
            #expect(try await hall.ask("PATCH", path, #"{"bio":"a"}"#, token: token).status == 200, "\(path)")
        }
        #expect(try await hall.ask("PATCH", "/users/\(id)", #"{"bio":"a"}"#, token: token).status == 403)
        #expect(try await hall.ask("DELETE", "/users/\(id)", "{}", token: token).status == 403)
        #expect(try await hall.ask("PATCH", "/users/\(id)", #"{"bio":"a"}"#, token: ann).status == 200)
        #expect(try await confirm("{\(Self.password)}", token).status == 200)
        #expect(try await hall.ask("PATCH", "/users/\(id)", #"{"bio":"a"}"#, token: token).status == 200)
        #expect(try await hall.ask("DELETE", "/users/me", "{}", token: ann).status == 422)
        #expect(try await confirm("{\(Self.password)}", ann).status == 200)
        #expect(try await hall.ask("DELETE", "/users/me", "{}", token: ann).status == 204, "who has just confirmed")
    }

    @Test func `is asked for by nobody where it is off`() async throws {
        var limits = Hall.limits
        limits.adminLoginSecondsMax = 0
        let hall = try Hall(limits: limits)
        let (_, token) = try await hall.member("root", role: .admin)
        hall.time.pass(milliseconds: 7_000_000)
        #expect(try await hall.post("/users", "{}", token: token).status == 422)
    }

    @Test func `is written down`() async throws {
        let token = try await person("root")
        #expect(try await confirm("{\(Self.password)}", token).status == 200)
        let rows = try await hall.storage.audit.page(AuditFilter(action: .loginConfirmed), before: nil, limit: 10)
        #expect(rows.count == 1)
        #expect(rows.first?.entry.cause.actor == (try await hall.account("root"))?.id)
    }
}
