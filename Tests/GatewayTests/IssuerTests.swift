import Base
import Testing

@testable import Auth
@testable import Channels
@testable import Gateway

@Suite("Trusted issuers") struct IssuerTests {
    /// Publishes keys, and counts how often it is asked.
    private final class Web: WebClient {
        struct State {
            var keys: [SigningKey] = []
            var isDown = false
            var count = 0
        }
        let state = Guarded(State())

        init(_ keys: [SigningKey]) { state.withLock { $0.keys = keys } }

        var count: Int { state.withLock { $0.count } }

        func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
            let answer = state.withLock { state -> (isDown: Bool, keys: [SigningKey]) in
                state.count += 1
                return (state.isDown, state.keys)
            }
            guard !answer.isDown else { throw .timedOut }
            guard request.url == "https://id.example/keys" else { throw .unreachable(request.url) }
            let sets = answer.keys.map { String(decoding: KeyRing($0).publicKeys(at: People.noon), as: UTF8.self) }
            let keys = sets.map { $0.dropFirst(#"{"keys":["#.utf8.count).dropLast(2) }.joined(separator: ",")
            return WebAnswer(status: 200, body: Array("{\"keys\":[\(keys)]}".utf8))
        }
    }

    /// Everybody is let in, as the user whose number the subject is.
    private final class Guests: ForeignUsers {
        let ended = Guarded<Set<LoginID>>([])
        let blocked = Guarded(false)
        let admitted = Guarded<[NewAccount]>([])
        let proven = Guarded<Timestamp?>(nil)

        func account(
            of identity: Identity, orMaking new: NewAccount, by cause: Cause
        ) async throws(AccountFailure) -> Account { throw .unavailable }

        func admit(
            _ identity: Identity, orMaking new: NewAccount, by login: ForeignLogin, at now: Timestamp
        ) async throws(AccountFailure) -> ForeignAdmission {
            if ended.withLock({ $0.contains(login.id) }) { return .ended }
            if blocked.withLock({ $0 }) { return .blocked }
            admitted.withLock { $0.append(new) }
            proven.withLock { $0 = login.provenAt }
            guard let user = UserID(identity.subject) else { throw .notFound }
            return .admitted(
                Account(id: user, uuid: "u", role: .member, isActive: true, createdAt: now, updatedAt: now))
        }
    }

    private final class Clock: Sendable {
        let now = Guarded(People.noon)
        var source: TimeSource {
            TimeSource(now: { self.now.withLock { $0 } }, instant: { Dialogue.opened })
        }
        func pass(seconds: Int64) { now.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    private let key: SigningKey, other: SigningKey
    private let clock = Clock(), guests = Guests()

    init() {
        var random = RandomSource(seed: 1)
        key = SigningKey.make(.es256, random: &random)
        other = SigningKey.make(.edDSA, random: &random)
    }

    private func trusted(_ source: String) throws -> [TrustedIssuer] {
        try TrustedIssuer.list(
            Array(
                #"""
                [{"issuer":"https://id.example","audience":"chat",\#(source),
                "claims":{"username":"nick","display_name":"full name"}}]
                """#.utf8))
    }

    private static let url = #""jwks_url":"https://id.example/keys""#

    private func claims(_ changes: [String: String?] = [:]) -> [UInt8] {
        let iat = People.noon.seconds
        var all: [String: String] = [
            "iss": #""https://id.example""#, "aud": #""chat""#, "sub": #""42""#, "iat": "\(iat)", "exp": "\(iat + 600)",
            "jti": #""j1""#, "nick": #""alice""#, "full name": #""Alice A.""#,
        ]
        for (name, value) in changes { all[name] = value }
        return Array(("{" + all.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}").utf8)
    }

    private func issuers(_ web: Web, _ source: String = url) throws -> Issuers {
        Issuers(
            try trusted(source), users: guests, published: PublishedKeys(web: web, time: clock.source),
            time: clock.source)
    }

    private func code(_ result: Result<AccessClaims, Rejection>) -> Rejection.Code? {
        guard case .failure(let rejection) = result else { return nil }
        return rejection.code
    }

    @Test func `a token speaks for the user of its subject, and is known from then on`() async throws {
        let web = Web([key]), issuers = try issuers(web)
        let token = CompactToken.make(payload: claims(), signedBy: key)
        #expect(issuers.mayHaveMade(token))
        #expect(issuers.known(token) == nil)
        let found = try await issuers.claims(of: token).get()
        #expect(found.user.description == "42")
        #expect(found.expiresAt.seconds == People.noon.seconds + 600)
        #expect(issuers.known(token) == found)
        #expect(guests.admitted.withLock { $0.first?.username?.text } == "alice")
        #expect(guests.admitted.withLock { $0.first?.displayName } == "Alice A.")
        #expect(web.count == 1)
        let again = CompactToken.make(payload: claims(["jti": #""j2""#]), signedBy: key)
        let second = try await issuers.claims(of: again).get()
        #expect(second.login != found.login)
        #expect(web.count == 1, "the keys are kept")
        clock.pass(seconds: 640)
        #expect(issuers.known(token) == nil)
        #expect(code(await issuers.claims(of: token)) == .tokenExpired)
    }

    @Test func `the same words signed twice are one login`() async throws {
        let issuers = try issuers(Web([key]))
        let payload = claims(["jti": nil])
        let first = try await issuers.claims(of: CompactToken.make(payload: payload, signedBy: key)).get()
        let second = try await issuers.claims(of: CompactToken.make(payload: payload, signedBy: key)).get()
        #expect(first.login == second.login)
    }

    @Test(
        arguments: [
            ("aud", #""other""#), ("iss", #""https://evil.example""#), ("exp", nil), ("exp", "1"), ("exp", "1.5"),
            ("nbf", "253402300799"), ("iat", "253402300799"), ("sub", nil), ("sub", #""""#), ("sub", "42"),
            ("auth_time", #""now""#),
        ] as [(String, String?)]) func `a token that is not in order is refused`(name: String, value: String?)
        async throws
    {
        let issuers = try issuers(Web([key]))
        let token = CompactToken.make(payload: claims([name: value]), signedBy: key)
        let refused = code(await issuers.claims(of: token))
        #expect(refused == .invalidToken || refused == .tokenExpired)
        #expect(guests.admitted.withLock { $0.isEmpty })
    }

    @Test func `a key that is not published is asked for once in a minute, and by all at once`() async throws {
        let web = Web([key]), issuers = try issuers(web)
        let stranger = CompactToken.make(payload: claims(), signedBy: other)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = await issuers.claims(of: stranger) } }
        }
        #expect(web.count == 1)
        clock.pass(seconds: 59)
        #expect(code(await issuers.claims(of: stranger)) == .invalidToken)
        #expect(web.count == 1)
        // The issuer has a new key from now on.
        web.state.withLock { $0.keys.append(other) }
        clock.pass(seconds: 1)
        #expect(try await issuers.claims(of: stranger).get().user.description == "42")
        #expect(web.count == 2)
    }

    @Test func `an issuer that cannot be asked is a refusal for now, and its known keys go on in their time`()
        async throws
    {
        let web = Web([key]), issuers = try issuers(web)
        func token(_ name: String) -> String {
            let iat = clock.now.withLock { $0.seconds }
            return CompactToken.make(
                payload: claims(["iat": "\(iat)", "exp": "\(iat + 600)", "jti": "\"\(name)\""]), signedBy: key)
        }
        func isRefusedForNow(_ token: String) async -> Bool {
            guard case .failure(let rejection) = await issuers.claims(of: token) else { return false }
            return rejection.isTemporary
        }
        web.state.withLock { $0.isDown = true }
        #expect(await isRefusedForNow(token("j1")))
        web.state.withLock { $0.isDown = false }
        clock.pass(seconds: 60)
        #expect(code(await issuers.claims(of: token("j2"))) == nil)
        web.state.withLock { $0.isDown = true }
        clock.pass(seconds: 3_599)
        #expect(code(await issuers.claims(of: token("j3"))) == nil)
        clock.pass(seconds: 1)
        #expect(await isRefusedForNow(token("j4")), "they may have been taken back since")
        web.state.withLock { $0.isDown = false }
        clock.pass(seconds: 60)
        #expect(code(await issuers.claims(of: token("j5"))) == nil)
    }

    @Test(
        arguments: [
            ([:], 0), (["auth_time": "\(People.noon.seconds - 900)"], -900),
            (["auth_time": "\(People.noon.seconds + 900)"], 0), (["iat": nil], nil),
        ] as [([String: String?], Int64?)])
    func `a login is as old as the token says that its user showed who they are`(
        changes: [String: String?], age: Int64?
    ) async throws {
        let issuers = try issuers(Web([key]))
        #expect(
            code(await issuers.claims(of: CompactToken.make(payload: claims(changes), signedBy: key))) == nil)
        // In whole seconds, as tokens say it.
        #expect(guests.proven.withLock { $0?.seconds } == age.map { People.noon.seconds + $0 } ?? 0)
    }

    @Test func `a login that was ended here stays ended, whatever its issuer says`() async throws {
        let issuers = try issuers(Web([key]))
        let token = CompactToken.make(payload: claims(), signedBy: key)
        let login = try await issuers.claims(of: token).get().login
        guests.ended.withLock { _ = $0.insert(login) }
        let fresh = try self.issuers(Web([key]))
        #expect(code(await fresh.claims(of: token)) == .invalidToken)
        guests.ended.withLock { $0 = [] }
        guests.blocked.withLock { $0 = true }
        #expect(code(await fresh.claims(of: token)) == .userBlocked)
    }

    @Test func `a shared secret and a given set of keys need nobody to be asked`() async throws {
        let web = Web([]), secret = try SigningKey(secret: Array("0f9e8d7c6b5a49382716050f9e8d7c6b".utf8))
        let bySecret = try issuers(web, #""secret":"0f9e8d7c6b5a49382716050f9e8d7c6b""#)
        #expect(code(await bySecret.claims(of: CompactToken.make(payload: claims(), signedBy: secret))) == nil)
        #expect(code(await bySecret.claims(of: CompactToken.make(payload: claims(), signedBy: key))) == .invalidToken)
        let set = String(decoding: KeyRing(key).publicKeys(at: People.noon), as: UTF8.self)
        let bySet = try issuers(web, "\"jwks\":\(set)")
        #expect(code(await bySet.claims(of: CompactToken.make(payload: claims(), signedBy: key))) == nil)
        #expect(code(await bySet.claims(of: CompactToken.make(payload: claims(), signedBy: other))) == .invalidToken)
        #expect(web.count == 0)
    }

    @Test(arguments: [
        "", "{}", "[{}]", #"[{"issuer":"a"}]"#, #"[{"issuer":"a","audience":"b"}]"#,
        #"[{"issuer":"a","audience":"b","secret":"short"}]"#, #"[{"issuer":"a","audience":"b","jwks":{"keys":[]}}]"#,
        #"[{"issuer":"a","audience":"b","jwks_url":"file:///etc/passwd"}]"#,
        #"[{"issuer":"a","audience":"b","jwks_url":"https://a","secret":"0f9e8d7c6b5a49382716050f9e8d7c6b"}]"#,
        #"[{"issuer":"mint","audience":"b","jwks_url":"https://a"}]"#,
        #"[{"issuer":"a","audience":"b","jwks_url":"https://a"},{"issuer":"a","audience":"c","jwks_url":"https://a"}]"#,
        #"[{"issuer":1,"audience":"b","jwks_url":"https://a"}]"#,
    ]) func `a list that cannot be obeyed is refused in words`(json: String) {
        #expect(throws: TrustedIssuer.Fault.self) { try TrustedIssuer.list(Array(json.utf8)) }
    }
}
