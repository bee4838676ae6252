import Auth
import Base
import Channels
import Gateway
import Glibc
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Verifying e-mail addresses") struct EmailTests {
    @Test func `a link is sent at registration; looking at it changes nothing, and using it works once`() async throws {
        let hall = try Hall()
        let ann = try await hall.register(#""email":"Ann@Example.org""#)
        #expect(ann.status == 201)
        let letter = try await hall.postbox.letter(1), token = try await hall.postbox.token(1)
        #expect(letter.way == .email(to: "Ann@example.org", subject: "Your e-mail address"))
        #expect(letter.body.contains("\(Hall.publicURL)/#verify="))
        #expect(!letter.body.contains("evil.example"), "the Host of a request makes no links")

        for _ in 0..<3 {
            let page = try await hall.ask("GET", "/auth/email/verify?token=\(token)")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["referrer-policy"] == "no-referrer")
            #expect(
                page.headers["content-security-policy"]?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
            #expect(!String(decoding: page.body, as: UTF8.self).contains(token))
            #expect(String(decoding: page.body, as: UTF8.self).contains("<form>"))
        }
        #expect(try await hall.account("ann@example.org")?.isVerified == false)
        let json = try await hall.ask(
            "GET", "/auth/email/verify?token=\(token)", fields: ["Accept: application/json"])
        #expect(try json.json()["valid"]?.bool == true)

        let answer = try await hall.post("/auth/email/verify", #"{"token":"\#(token)"}"#)
        #expect(answer.status == 200)
        #expect(try await hall.account("ann@example.org")?.isEmailVerified == true)
        let again = try await hall.post("/auth/email/verify", #"{"token":"\#(token)"}"#)
        #expect(again.status == 422)
        let after = try await hall.ask("GET", "/auth/email/verify?token=\(token)", fields: ["Accept: application/json"])
        #expect(try after.json()["valid"]?.bool == false)
    }

    @Test func `of many uses at once one wins`() async throws {
        let hall = try Hall()
        _ = try await hall.register(#""email":"ann@example.org""#)
        let hash = try #require(OneTimeToken(text: try await hall.postbox.token(1))).hash
        let proofs = hall.storage.proofs
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { ((try? await proofs.verifyEmail(token: hash, by: .server)) ?? nil) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }

    @Test func `a newer link ends the older one, and a day ends both`() async throws {
        let hall = try Hall()
        _ = try await hall.register(#""email":"ann@example.org""#)
        #expect(try await hall.post("/auth/email/verification", #"{"email":"ANN@example.org"}"#).status == 202)
        let old = try await hall.postbox.token(1), new = try await hall.postbox.token(2)
        #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(old)"}"#).status == 422)
        hall.time.pass(milliseconds: 86_400_000)
        #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(new)"}"#).status == 422)
    }

    @Test func `asking tells nobody whether there is such an account`() async throws {
        let hall = try Hall()
        _ = try await hall.register(#""email":"ann@example.org""#)
        let known = try await hall.post("/auth/email/verification", #"{"email":"ann@example.org"}"#)
        let unknown = try await hall.post("/auth/email/verification", #"{"email":"nobody@example.org"}"#)
        for answer in [known, unknown] {
            #expect(answer.status == 202)
            #expect(answer.body.isEmpty)
        }
        _ = try await hall.postbox.letter(2)
        #expect(hall.postbox.all.count == 2)
        let bearer = try await hall.login("ann@example.org").text("access_token")
        #expect(try await hall.post("/auth/email/verification", "{}", token: bearer).status == 202)
        _ = try await hall.postbox.letter(3)
        #expect(try await hall.post("/auth/email/verification", "{}").status == 422)
    }

    @Test func `asking again and again sends no more than the rate, and is answered the same`() async throws {
        var limits = Hall.limits
        limits.areRatesLimited = true
        let hall = try Hall(limits: limits)
        _ = try await hall.register(#""email":"ann@example.org""#)
        for _ in 0..<30 {
            #expect(try await hall.post("/auth/email/verification", #"{"email":"ann@example.org"}"#).status == 202)
            hall.time.pass(milliseconds: 30_000)
        }
        _ = try await hall.postbox.letter(5)
        #expect(hall.postbox.all.count == 5)
    }

    @Test func `where it is required, who has not verified does not come in, and registering gives no tokens`()
        async throws
    {
        let hall = try Hall { $0.requiresVerification = true }
        let registered = try await hall.register(#""email":"ann@example.org","username":"ann""#)
        #expect(registered.status == 201)
        #expect(try registered.json()["verification_required"]?.bool == true)
        #expect(try registered.json()["access_token"] == nil)
        #expect(try await hall.login("ann", "wrong password").code() == "invalid_credentials", "only the owner is told")
        let refused = try await hall.login("ann")
        #expect(refused.status == 403)
        #expect(try refused.code() == "email_not_verified")
        #expect(try await hall.register(#""username":"bob""#).status == 422)
        let token = try await hall.postbox.token(1)
        #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(token)"}"#).status == 200)
        #expect(try await hall.login("ann").status == 200)
    }

    @Test func `superusers, and who has no address, are exempt`() async throws {
        let hall = try Hall { $0.requiresVerification = true }
        let root = Account(
            id: try #require(UserID("1")), uuid: "u", email: "a@b.example", role: .superuser, isActive: true,
            createdAt: hall.time.now, updatedAt: hall.time.now)
        let hash = try await hall.services.passwords.hash(Array(Hall.password.utf8))
        for (name, email, role) in [
            ("root", "root@example.org", root.role), ("plain", nil, .member), ("ann", "ann@example.org", .member),
        ] as [(String, String?, Role)] {
            _ = try await hall.storage.accounts.create(
                NewAccount(
                    uuid: name, username: try Username(name), email: try email.map { try EmailAddress($0) },
                    passwordHash: hash, role: role, createdAt: hall.time.now), by: .server)
        }
        #expect(try await hall.login("root").status == 200)
        #expect(try await hall.login("plain").status == 200)
        #expect(try await hall.login("ann").status == 403)
    }

    @Test func `who was taken over from another system is known already`() async throws {
        let hall = try Hall { $0.requiresVerification = true }
        let hash = try await hall.services.passwords.hash(Array(Hall.password.utf8))
        _ = try await hall.storage.accounts.importAccounts(
            [
                ImportedAccount(
                    uuid: "u", email: try EmailAddress("ann@example.org"), phone: try PhoneNumber("+491701234567"),
                    credential: .hash(hash))
            ], at: hall.time.now)
        #expect(try await hall.login("ann@example.org").status == 200)
    }

    @Test func `an operator's own text is used for its role, if it has the link`() async throws {
        let hall = try Hall()
        let folder = hall.directory.file("templates")
        for (role, text) in [("courier", "Moin {name}! {link}"), ("member", "without one")] {
            mkdir(folder, 0o700)
            mkdir("\(folder)/\(role)", 0o700)
            Files.write(Array(text.utf8), to: "\(folder)/\(role)/verify.txt")
        }
        let hash = try await hall.services.passwords.hash(Array(Hall.password.utf8))
        _ = try await hall.storage.accounts.create(
            NewAccount(
                uuid: "c", email: try EmailAddress("c@example.org"), displayName: "{link}", passwordHash: hash,
                role: .courier, createdAt: hall.time.now), by: .server)
        _ = try await hall.post("/auth/email/verification", #"{"email":"c@example.org"}"#)
        let courier = try await hall.postbox.letter(1).body
        #expect(courier.hasPrefix("Moin {link}! \(Hall.publicURL)/#verify="))
        _ = try await hall.register(#""email":"m@example.org""#)
        #expect(try await hall.postbox.letter(2).body.hasPrefix("Hello m@example.org,"))
    }

    @Test func `a server that sends no e-mail says so`() async throws {
        let hall = try Hall(hasEmail: false, hasText: false)
        #expect(try await hall.register(#""email":"ann@example.org""#).status == 201)
        for (path, body) in [
            ("/auth/email/verification", #"{"email":"ann@example.org"}"#),
            ("/auth/password/reset", #"{"login":"ann@example.org"}"#),
            ("/auth/phone/start", #"{"phone":"+4917012345"}"#),
        ] {
            let answer = try await hall.post(path, body)
            #expect(answer.status == 501)
            #expect(try answer.code() == "not_configured")
        }
    }
}
