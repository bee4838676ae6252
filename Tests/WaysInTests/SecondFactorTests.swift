import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("A second factor") struct SecondFactorTests {
    /// Somebody, and the secret of their app.
    private struct Owner {
        var token: String
        var secret: Secret
        var recovery: [String]
    }

    private func code(_ secret: Secret, _ hall: Hall, offset: Int64 = 0) -> String { hall.code(secret, offset: offset) }

    private func begin(_ hall: Hall) async throws -> (token: String, secret: Secret) {
        let token = try await hall.register(#""username":"ann""#).text("access_token")
        let answer = try await hall.post("/auth/totp", "{}", token: token)
        #expect(answer.status == 200)
        let text = try answer.text("secret")
        #expect(try answer.text("url").contains("secret=\(text)"))
        return (token, Secret(Hall.unbase32(text)))
    }

    private func owner(_ hall: Hall) async throws -> Owner {
        let (token, secret) = try await begin(hall)
        let answer = try await hall.post("/auth/totp/confirm", #"{"code":"\#(code(secret, hall))"}"#, token: token)
        #expect(answer.status == 200)
        let recovery = try answer.json()["recovery_codes"]?.elements.compactMap(\.string) ?? []
        #expect(Set(recovery).count == 10)
        hall.time.pass(milliseconds: 30_000)
        return Owner(token: token, secret: secret, recovery: recovery)
    }

    @Test func `its owner can see whether it is asked for`() async throws {
        let hall = try Hall()
        func isActive(_ token: String) async throws -> Bool? {
            try await hall.ask("GET", "/auth/totp", token: token).json()["active"]?.bool
        }
        let (token, secret) = try await begin(hall)
        #expect(try await isActive(token) == false, "one that is not confirmed is not asked for")
        let answer = try await hall.post("/auth/totp/confirm", #"{"code":"\#(code(secret, hall))"}"#, token: token)
        #expect(answer.status == 200)
        #expect(try await isActive(token) == true)
    }

    private func first(_ hall: Hall) async throws -> String {
        let answer = try await hall.post(
            "/auth/login", #"{"login":"ann","password":"\#(Hall.password)","device":"a phone","remember":true}"#)
        #expect(answer.status == 200)
        #expect(try answer.json()["mfa_required"]?.bool == true)
        #expect(try answer.json()["access_token"] == nil)
        return try answer.text("mfa_token")
    }

    private func second(_ hall: Hall, _ token: String, _ code: String) async throws -> HTTPResponse {
        try await hall.post("/auth/login/totp", #"{"mfa_token":"\#(token)","code":"\#(code)"}"#)
    }

    @Test func `is asked for at login once it has been shown to work`() async throws {
        let hall = try Hall()
        let (token, secret) = try await begin(hall)
        #expect(try await hall.login("ann").json()["access_token"] != nil, "not before it is confirmed")
        let wrong = try await hall.post(
            "/auth/totp/confirm", #"{"code":"\#(code(secret, hall, offset: 9))"}"#, token: token)
        #expect(wrong.status == 401)
        #expect(
            try await hall.post("/auth/totp/confirm", #"{"code":"\#(code(secret, hall))"}"#, token: token).status == 200
        )
        hall.time.pass(milliseconds: 30_000)
        let answer = try await second(hall, try await first(hall), code(secret, hall))
        #expect(answer.status == 200)
        #expect(try answer.json()["token_type"]?.string == "Bearer")
        #expect(try await hall.post("/auth/totp", "{}", token: token).status == 409)
        #expect(try await hall.post("/auth/totp/confirm", #"{"code":"123456"}"#, token: token).status == 404)
    }

    @Test func `a code is good once, for every login`() async throws {
        let hall = try Hall()
        let ann = try await owner(hall), now = code(ann.secret, hall)
        #expect(try await second(hall, try await first(hall), now).status == 200)
        #expect(try await second(hall, try await first(hall), now).status == 401, "who looked over a shoulder")
        #expect(try await second(hall, try await first(hall), code(ann.secret, hall, offset: -1)).status == 401)
        #expect(try await second(hall, try await first(hall), code(ann.secret, hall, offset: 1)).status == 200)
    }

    @Test func `a token of the first step is good once, for five minutes and five tries`() async throws {
        let hall = try Hall()
        let ann = try await owner(hall)
        let spent = try await first(hall)
        #expect(try await second(hall, spent, code(ann.secret, hall)).status == 200)
        hall.time.pass(milliseconds: 30_000)
        let again = try await second(hall, spent, code(ann.secret, hall))
        #expect(again.status == 401)
        #expect(try again.code() == "invalid_token")
        let late = try await first(hall)
        hall.time.pass(milliseconds: 300_000)
        #expect(try await second(hall, late, code(ann.secret, hall)).code() == "invalid_token")
        let guessed = try await first(hall)
        for _ in 0..<5 { #expect(try await second(hall, guessed, "000000").code() == "invalid_credentials") }
        #expect(try await second(hall, guessed, code(ann.secret, hall)).code() == "invalid_token")
        #expect(try await second(hall, "x", "000000").code() == "invalid_token")
    }

    @Test func `ten wrong codes lock it for a quarter of an hour, whatever token they come with`() async throws {
        let hall = try Hall()
        let ann = try await owner(hall)
        for _ in 0..<2 {
            let token = try await first(hall)
            for _ in 0..<5 { _ = try await second(hall, token, "junk") }
        }
        let locked = try await second(hall, try await first(hall), code(ann.secret, hall))
        #expect(locked.status == 429)
        #expect(locked.headers["retry-after"] == "900")
        hall.time.pass(milliseconds: 900_000)
        #expect(try await second(hall, try await first(hall), code(ann.secret, hall)).status == 200)
    }

    @Test func `a recovery code stands for it, each once`() async throws {
        let hall = try Hall()
        let ann = try await owner(hall)
        for code in ann.recovery.prefix(2) {
            #expect(try await second(hall, try await first(hall), code.lowercased()).status == 200)
            #expect(try await second(hall, try await first(hall), code).status == 401)
        }
    }

    @Test func `of many uses of a code at once one wins`() async throws {
        let hall = try Hall()
        let ann = try await owner(hall), factors = hall.storage.secondFactors
        let user = try #require(try await hall.account("ann")).id
        let hash = try #require(RecoveryCode(text: ann.recovery[0])).hash(hall.services.waysIn.key, of: user)
        var tokens: [[UInt8]] = []
        for _ in 0..<9 { tokens.append(try #require(OneTimeToken(text: try await first(hall))).hash) }
        let hashes = tokens
        let outcomes = await withTaskGroup(of: FactorOutcome?.self) { group in
            for token in hashes {
                group.addTask { try? await factors.redeem(token: token, shown: .recovery(hash), by: .server) }
            }
            return await group.reduce(into: [FactorOutcome?]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .passed } == 1)
        #expect(outcomes.count { $0 == .wrong } == 8)
    }

    @Test func `goes by a code, a recovery code or the password, and by nothing else`() async throws {
        for way in ["code", "recovery", "password"] {
            let hall = try Hall()
            let ann = try await owner(hall)
            func remove(_ body: String) async throws -> Int {
                try await hall.ask("DELETE", "/auth/totp", body, token: ann.token).status
            }
            #expect(try await remove(#"{"code":"000000"}"#) == 401)
            #expect(try await remove(#"{"current_password":"wrong password"}"#) == 401)
            #expect(try await remove("{}") == 401)
            switch way {
            case "code": #expect(try await remove(#"{"code":"\#(code(ann.secret, hall))"}"#) == 204)
            case "recovery": #expect(try await remove(#"{"code":"\#(ann.recovery[3])"}"#) == 204)
            default: #expect(try await remove(#"{"current_password":"\#(Hall.password)"}"#) == 204)
            }
            #expect(try await hall.login("ann").json()["access_token"] != nil)
            #expect(try await remove(#"{"current_password":"\#(Hall.password)"}"#) == 404)
        }
    }

    @Test func `is owed by whoever comes in by phone or from a provider too`() async throws {
        let hall = try Hall.withProviders()
        let token = PlayedProvider.known.token(Claims(at: hall.time.now).text)
        let bearer = try await hall.withIDToken(token).text("access_token")
        let answer = try await hall.post("/auth/totp", "{}", token: bearer)
        let secret = Secret(Hall.unbase32(try answer.text("secret")))
        _ = try await hall.post("/auth/totp/confirm", #"{"code":"\#(code(secret, hall))"}"#, token: bearer)
        hall.time.pass(milliseconds: 30_000)
        let owed = try await hall.withIDToken(PlayedProvider.known.token(Claims(at: hall.time.now).text))
        #expect(try owed.json()["mfa_required"]?.bool == true)
        #expect(try await second(hall, try owed.text("mfa_token"), code(secret, hall)).status == 200)
    }
}
