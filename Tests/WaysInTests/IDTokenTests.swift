import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Logging in by a provider's ID token") struct IDTokenTests {
    @Test func `the first time makes an account, and the second one finds it by issuer and subject`() async throws {
        let hall = try Hall.withProviders()
        let claims = Claims(at: hall.time.now, email: "Ann@example.org").with("name", "\"Ann A.\"")
        let first = try await hall.withIDToken(PlayedProvider.known.token(claims.text))
        #expect(first.status == 201)
        #expect(try first.json()["user"]?["email"]?.string == "Ann@example.org")
        #expect(try first.json()["user"]?["display_name"]?.string == "Ann A.")
        #expect(try first.json()["user"]?["is_verified"]?.bool == true)
        let again = try await hall.withIDToken(
            PlayedProvider.known.token(claims.with("email", "\"other@example.org\"").text))
        #expect(again.status == 200)
        #expect(again.userID == first.userID)
        #expect(hall.web.count(of: "\(PlayedProvider.url)/keys") == 1, "the keys are kept")
    }

    /// What is wrong with each, and the token.
    static let bad: [(String, @Sendable (Timestamp) -> String)] = {
        func claims(
            _ name: String, _ value: String?
        ) -> @Sendable (Timestamp) -> String {
            { PlayedProvider.known.token(Claims(at: $0, email: "eve@example.org").with(name, value).text) }
        }
        func header(_ header: String) -> @Sendable (Timestamp) -> String {
            { PlayedProvider.known.token(Claims(at: $0).text, header: header) }
        }
        func cut(_ change: @escaping @Sendable ([Substring]) -> String) -> @Sendable (Timestamp) -> String {
            { change(PlayedProvider.known.token(Claims(at: $0).text).split(separator: ".")) }
        }
        return [
            ("another audience", claims("aud", #""their-client""#)),
            ("an audience in another case", claims("aud", #""Our-Client""#)),
            ("no audience", claims("aud", nil)),
            ("an empty list of audiences", claims("aud", "[]")),
            ("two audiences without a party", claims("aud", #"["our-client","their-client"]"#)),
            ("another authorized party", claims("azp", #""their-client""#)),
            ("a party that is no text", claims("azp", "7")),
            ("another issuer", claims("iss", #""https://evil.example""#)),
            ("an issuer with a slash", claims("iss", #""https://provider.example/""#)),
            ("no issuer", claims("iss", nil)),
            ("expired", claims("exp", "1000000000")),
            ("no end", claims("exp", nil)),
            ("an end that is a text", claims("exp", #""9999999999""#)),
            ("made in the future", claims("iat", "1990000000")),
            ("made long ago", claims("iat", "1700000000")),
            ("no beginning", claims("iat", nil)),
            ("not valid yet", claims("nbf", "1990000000")),
            ("no subject", claims("sub", nil)),
            ("an empty subject", claims("sub", #""""#)),
            ("a subject that is a number", claims("sub", "7")),
            ("a subject without end", claims("sub", "\"\(String(repeating: "a", count: 256))\"")),
            ("a nonce that nobody asked for", claims("nonce", #""n""#)),
            ("a nonce that is null", claims("nonce", "null")),
            ("alg none, signed", header(#"{"alg":"none","kid":"known"}"#)),
            ("alg none in capitals", header(#"{"alg":"NONE","kid":"known"}"#)),
            ("no alg", header(#"{"kid":"known"}"#)),
            ("another alg of the key", header(#"{"alg":"PS256","kid":"known"}"#)),
            ("alg ES256 with an RSA key", header(#"{"alg":"ES256","kid":"known"}"#)),
            ("critical extensions", header(#"{"alg":"RS256","kid":"known","crit":["exp"]}"#)),
            ("a key of its own", header(#"{"alg":"RS256","jwk":\#(PlayedProvider.known.jwk)}"#)),
            ("an address of keys", header(#"{"alg":"RS256","kid":"known","jku":"https://evil.example"}"#)),
            ("an unknown key", { PlayedProvider.other.token(Claims(at: $0).text) }),
            (
                "another key under a known name",
                { PlayedProvider.other.token(Claims(at: $0).text, header: #"{"alg":"RS256","kid":"known"}"#) }
            ),
            (
                "HS256 with the public key as secret",
                { now in
                    let parts = PlayedProvider.known.token(
                        Claims(at: now).text, header: #"{"alg":"HS256","kid":"known"}"#
                    ).split(separator: ".")
                    let key = Secret(Array(PlayedProvider.known.modulusText.utf8))
                    let mac = Digest.hmacSHA256(key: key, "\(parts[0]).\(parts[1])".utf8)
                    return "\(parts[0]).\(parts[1]).\(Base64.encodeURLSafe(mac))"
                }
            ),
            ("no signature", cut { "\($0[0]).\($0[1])." }),
            ("two parts", cut { "\($0[0]).\($0[1])" }),
            ("four parts", cut { "\($0[0]).\($0[1]).\($0[2]).\($0[2])" }),
            ("another's content", cut { "\($0[0]).\(Base64.encodeURLSafe(Array(#"{"sub":"1"}"#.utf8))).\($0[2])" }),
            ("padding", cut { "\($0[0]).\($0[1])=.\($0[2])" }),
            ("content that is no JSON", { _ in PlayedProvider.known.token("{") }),
            ("content that is a list", { _ in PlayedProvider.known.token("[]") }),
            ("the same claim twice", { _ in PlayedProvider.known.token(#"{"sub":"1","sub":"2"}"#) }),
            ("nothing like a token", { _ in "x" }),
        ]
    }()

    @Test func `a token that is wrong in any way opens nothing`() async throws {
        let hall = try Hall.withProviders()
        #expect(Self.bad.count >= 25)
        for (name, make) in Self.bad {
            let answer = try await hall.withIDToken(make(hall.time.now))
            #expect(answer.status == 401, "\(name)")
            #expect(try answer.code() == "invalid_credentials", "\(name)")
        }
        #expect(try await hall.account("eve@example.org") == nil)
        let good = try await hall.withIDToken(PlayedProvider.known.token(Claims(at: hall.time.now).text))
        #expect(good.status == 201, "and what is right does")
    }

    @Test func `a token says the nonce that the app asked for, and no other`() async throws {
        let hall = try Hall.withProviders()
        let token = PlayedProvider.known.token(Claims(at: hall.time.now).with("nonce", #""n-1""#).text)
        #expect(try await hall.withIDToken(token, #","nonce":"n-2""#).status == 401)
        #expect(try await hall.withIDToken(token, #","nonce":"n-1""#).status == 201)
        let without = PlayedProvider.known.token(Claims(at: hall.time.now).text)
        #expect(try await hall.withIDToken(without, #","nonce":"n-1""#).status == 401)
    }

    @Test func `a token for several names its party`() async throws {
        let hall = try Hall.withProviders()
        let claims = Claims(at: hall.time.now).with("aud", #"["our-client","their-client"]"#)
            .with("azp", #""our-client""#)
        #expect(try await hall.withIDToken(PlayedProvider.known.token(claims.text)).status == 201)
    }

    // MARK: Accounts

    @Test func `a verified address joins the account whose address is verified too`() async throws {
        let hall = try Hall.withProviders()
        let ann = try await hall.register(#""email":"ann@example.org""#)
        let link = try await hall.postbox.token(1)
        #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(link)"}"#).status == 200)
        let token = PlayedProvider.known.token(Claims(at: hall.time.now, email: "ANN@example.org").text)
        let answer = try await hall.withIDToken(token)
        #expect(answer.status == 200)
        #expect(answer.userID == ann.userID)
    }

    @Test(arguments: [true, false]) func `an address that one side has not verified joins nothing`(
        isVerifiedThere: Bool
    ) async throws {
        let hall = try Hall.withProviders()
        let ann = try await hall.register(#""email":"ann@example.org""#)
        if !isVerifiedThere {
            let link = try await hall.postbox.token(1)
            #expect(try await hall.post("/auth/email/verify", #"{"token":"\#(link)"}"#).status == 200)
        }
        let claims = Claims(at: hall.time.now, email: "ann@example.org", isVerified: isVerifiedThere)
        let answer = try await hall.withIDToken(PlayedProvider.known.token(claims.text))
        #expect(answer.status == 201)
        #expect(answer.userID != ann.userID)
        #expect(try answer.json()["user"]?["email"]?.isNull == true, "nor is it taken over")
    }

    @Test(arguments: [WaysInSettings.Registration.invite, .closed])
    func `where registration is not open nobody new comes`(
        registration: WaysInSettings.Registration
    ) async throws {
        let hall = try Hall.withProviders { $0.registration = registration }
        let token = PlayedProvider.known.token(Claims(at: hall.time.now, email: "eve@example.org").text)
        #expect(try await hall.withIDToken(token).status == 403)
        #expect(try await hall.account("eve@example.org") == nil)
    }

    @Test func `many first times at once make one account`() async throws {
        let hall = try Hall.withProviders()
        let identity = ProvenIdentity(issuer: "i", subject: "s"), identities = hall.storage.identities
        let now = hall.time.now
        let outcomes = await withTaskGroup(of: IdentityOutcome?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try? await identities.signIn(
                        identity, newcomer: NewAccount(uuid: "u\(number)", createdAt: now), by: .server)
                }
            }
            return await group.reduce(into: [IdentityOutcome?]()) { $0.append($1) }
        }
        #expect(outcomes.count { if case .new = $0 { true } else { false } } == 1)
        #expect(outcomes.count { if case .known = $0 { true } else { false } } == 19)
    }
}
