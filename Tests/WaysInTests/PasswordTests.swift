import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Choosing another password") struct PasswordTests {
    private let other = "another battery staple"

    private func ann(_ hall: Hall) async throws -> (token: String, refresh: String) {
        let answer = try await hall.register(#""username":"ann","email":"ann@example.org""#)
        _ = try await hall.postbox.letter(1)
        return (try answer.text("access_token"), try answer.text("refresh_token"))
    }

    private func set(_ hall: Hall, _ current: String, to password: String, _ token: String) async throws -> HTTPResponse
    {
        try await hall.post(
            "/auth/password/set", #"{"current_password":"\#(current)","password":"\#(password)"}"#, token: token)
    }

    @Test func `with the old one; all other logins end, this one stays, and the owner is told`() async throws {
        let hall = try Hall()
        let ann = try await ann(hall), phone = try await hall.login("ann"), tablet = try await hall.login("ann")
        #expect(try await set(hall, Hall.password, to: other, ann.token).status == 204)
        #expect(try await hall.ask("GET", "/users/me", token: ann.token).status == 200)
        for login in [phone, tablet] {
            #expect(try await hall.ask("GET", "/users/me", token: try login.text("access_token")).status == 401)
            let refresh = try login.text("refresh_token")
            #expect(try await hall.post("/auth/refresh", #"{"refresh_token":"\#(refresh)"}"#).status == 401)
        }
        #expect(hall.listener.count == 2, "their sockets are told in the same commit")
        #expect(try await hall.login("ann").status == 401)
        #expect(try await hall.login("ann", other).status == 200)
        #expect(
            try await hall.postbox.letter(2).way == .email(to: "ann@example.org", subject: "Your password was changed"))
    }

    @Test func `without the old one nothing changes`() async throws {
        let hall = try Hall()
        let ann = try await ann(hall)
        #expect(try await set(hall, "wrong password", to: other, ann.token).status == 401)
        #expect(
            try await hall.post("/auth/password/set", #"{"password":"\#(other)"}"#, token: ann.token).status == 401)
        #expect(try await hall.post("/auth/password/set", #"{"password":"\#(other)"}"#).status == 401)
        #expect(try await hall.login("ann").status == 200)
        #expect(hall.listener.count == 0)
    }

    @Test(arguments: ["short", "password1", "ann@example.org", "qwertyuiop"]) func `what may not be chosen is refused`(
        password: String
    ) async throws {
        let hall = try Hall()
        let ann = try await ann(hall)
        let answer = try await set(hall, Hall.password, to: password, ann.token)
        #expect(answer.status == 422)
        #expect(try answer.json()["errors"]?.elements.first?["pointer"]?.string == "/password")
        let register = try await hall.post(
            "/auth/register", #"{"username":"bob","email":"bob@example.org","password":"password1"}"#)
        #expect(register.status == 422)
    }

    @Test func `who has none sets the first one with the login alone`() async throws {
        let hall = try Hall()
        let bob = try await hall.member("bob")
        #expect(try await hall.post("/auth/password/set", #"{"password":"\#(other)"}"#, token: bob.token).status == 204)
        #expect(try await hall.login("bob", other).status == 200)
    }

    // MARK: By a link

    private func ask(_ hall: Hall, _ login: String) async throws -> HTTPResponse {
        try await hall.post("/auth/password/reset", #"{"login":"\#(login)"}"#)
    }

    private func confirm(_ hall: Hall, _ token: String, _ password: String) async throws -> HTTPResponse {
        try await hall.post("/auth/password/reset/confirm", #"{"token":"\#(token)","password":"\#(password)"}"#)
    }

    @Test func `a link sets it once, ends all logins, and verifies the address`() async throws {
        let hall = try Hall()
        let ann = try await ann(hall)
        #expect(try await ask(hall, "ann").status == 202)
        let letter = try await hall.postbox.letter(2), token = try await hall.postbox.token(2)
        #expect(letter.way == .email(to: "ann@example.org", subject: "A new password"))
        let page = try await hall.ask("GET", "/auth/password/reset/confirm?token=\(token)")
        #expect(String(decoding: page.body, as: UTF8.self).contains("new-password"))
        #expect(try await confirm(hall, token, "password1").status == 422, "a poor one does not spend the link")
        #expect(try await confirm(hall, token, other).status == 204)
        #expect(try await confirm(hall, token, "yet another battery").status == 422)
        #expect(try await hall.ask("GET", "/users/me", token: ann.token).status == 401)
        #expect(try await hall.login("ann", other).status == 200)
        #expect(try await hall.account("ann")?.isEmailVerified == true)
    }

    @Test func `of many uses at once one wins`() async throws {
        let hall = try Hall()
        _ = try await ann(hall)
        _ = try await ask(hall, "ann")
        let hash = try #require(OneTimeToken(text: try await hall.postbox.token(2))).hash
        let password = try await hall.services.passwords.hash(Array(other.utf8)), proofs = hall.storage.proofs
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    ((try? await proofs.resetPassword(token: hash, to: password, by: .server)) ?? nil) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }

    @Test func `asking is answered the same for everybody, and writes to nobody who is not there`() async throws {
        let hall = try Hall()
        _ = try await ann(hall)
        _ = try await hall.register(#""username":"nomail""#)
        for login in ["ann", "ANN@example.org", "nomail", "nobody", "no@body.example", "+491701234567", "!"] {
            let answer = try await ask(hall, login)
            #expect(answer.status == 202)
            #expect(answer.body.isEmpty)
        }
        _ = try await hall.postbox.letter(3)
        #expect(hall.postbox.all.count == 3)
        for letter in hall.postbox.all {
            guard case .email(let to, _) = letter.way else { continue }
            #expect(to == "ann@example.org")
        }
    }

    @Test func `a link dies after an hour, by a newer one, and by any change of the password`() async throws {
        let hall = try Hall()
        let ann = try await ann(hall)
        _ = try await ask(hall, "ann")
        let first = try await hall.postbox.token(2)
        _ = try await ask(hall, "ann@example.org")
        let second = try await hall.postbox.token(3)
        #expect(try await confirm(hall, first, other).status == 422)
        #expect(try await set(hall, Hall.password, to: other, ann.token).status == 204)
        #expect(try await confirm(hall, second, "yet another battery").status == 422)
        _ = try await hall.postbox.letter(4)
        _ = try await ask(hall, "ann")
        let third = try await hall.postbox.token(5)
        hall.time.pass(milliseconds: 3_600_000)
        #expect(try await confirm(hall, third, "yet another battery").status == 422)
        #expect(try await confirm(hall, "x", other).status == 422)
    }

    @Test func `a link of one kind is none of another`() async throws {
        let hall = try Hall()
        _ = try await ann(hall)
        let verification = try await hall.postbox.token(1)
        #expect(try await confirm(hall, verification, other).status == 422)
        _ = try await ask(hall, "ann")
        let reset = try await hall.postbox.token(2)
        #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(reset)"}"#).status == 422)
    }
}
