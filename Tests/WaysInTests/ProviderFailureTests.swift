import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Providers that fail") struct ProviderFailureTests {
    private let keys = "\(PlayedProvider.url)/keys"
    private let inspect = "\(PlayedProvider.url)/inspect"

    @Test func `one that is not set up is named`() async throws {
        let hall = try Hall()
        for name in ["google", "facebook"] {
            let answer = try await hall.post("/auth/oauth/\(name)", #"{"id_token":"x"}"#)
            #expect(answer.status == 501)
            #expect(try answer.text("detail").contains(name == "google" ? "google-client-id" : "facebook-app-id"))
            #expect(try await hall.ask("GET", "/auth/oauth/\(name)/start").status == 501)
        }
        #expect(try await hall.post("/auth/oauth/other", "{}").status == 404)
    }

    @Test(
        arguments: [
            .timedOut, .unreachable("cut"), .tooLong(bytesMax: 1), .malformed("x"), .refused("x"),
        ] as [WebFailure]) func `keys that cannot be had are a reason to try again`(failure: WebFailure) async throws
    {
        let hall = try Hall.withProviders()
        hall.web.fail(at: keys, failure)
        let answer = try await hall.withIDToken(PlayedProvider.known.token(Claims(at: hall.time.now).text))
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "5")
    }

    @Test func `a server that can ask nobody says what is missing`() async throws {
        let hall = try Hall.withProviders()
        hall.web.fail(at: keys, .unavailable("install libcurl4"))
        let answer = try await hall.withIDToken(PlayedProvider.known.token(Claims(at: hall.time.now).text))
        #expect(answer.status == 501)
        #expect(try answer.text("detail") == "install libcurl4")
    }

    @Test(
        arguments: [
            (500, "{}"), (302, "{}"), (404, "{}"), (200, "<html>"), (200, "[]"), (200, #"{"keys":{}}"#), (200, ""),
        ] as [(Int, String)])
    func `what is no set of keys is not taken for one`(status: Int, body: String) async throws {
        let hall = try Hall.withProviders()
        hall.web.at(keys, status, body)
        #expect(try await hall.withIDToken(PlayedProvider.known.token(Claims(at: hall.time.now).text)).status == 503)
    }

    @Test func `an answer without end is cut off`() async throws {
        let hall = try Hall.withProviders()
        hall.web.at(keys, String(repeating: " ", count: 1 << 20))
        #expect(try await hall.withIDToken(PlayedProvider.known.token(Claims(at: hall.time.now).text)).status == 503)
    }

    // MARK: Keys

    @Test func `an unknown key is asked for once a minute, however often it is shown`() async throws {
        let hall = try Hall.withProviders()
        let web = hall.web, now = hall.time.now
        func login(_ provider: PlayedProvider) async throws -> Int {
            try await hall.withIDToken(provider.token(Claims(at: now).text)).status
        }
        #expect(try await login(.known) == 201)
        for _ in 0..<5 { #expect(try await login(.other) == 401) }
        #expect(web.count(of: keys) == 1)
        hall.time.pass(milliseconds: 60_000)
        for _ in 0..<5 { #expect(try await login(.other) == 401) }
        #expect(web.count(of: keys) == 2)
        // The provider has new keys now.
        web.at(keys, #"{"keys":[\#(PlayedProvider.known.jwk),\#(PlayedProvider.other.jwk)]}"#)
        hall.time.pass(milliseconds: 60_000)
        #expect(try await login(.other) == 200)
        #expect(web.count(of: keys) == 3)
    }

    @Test func `keys are kept for as long as they say, and never for longer than a day`() async throws {
        for (field, seconds) in [
            (nil, 3_600), ("public, max-age=1000, must-revalidate", 1_000), ("max-age=1", 300),
            ("max-age=99999999", 86_400), ("max-age=x", 3_600), ("no-cache", 3_600),
        ] as [(String?, Int64)] {
            let hall = try Hall.withProviders()
            let headers = field.map { [(name: "cache-control", value: $0)] } ?? []
            hall.web.at(keys, #"{"keys":[\#(PlayedProvider.known.jwk)]}"#, headers: headers)
            let provider = hall.services.waysIn.publishedKeys
            _ = try await provider.keys(at: keys, for: "known")
            hall.time.pass(milliseconds: seconds * 1_000 - 1)
            _ = try await provider.keys(at: keys, for: "known")
            #expect(hall.web.count(of: keys) == 1, "\(field ?? "nothing")")
            hall.time.pass(milliseconds: 1)
            _ = try await provider.keys(at: keys, for: "known")
            #expect(hall.web.count(of: keys) == 2, "\(field ?? "nothing")")
        }
    }

    @Test func `many who ask at once ask the provider once`() async throws {
        let hall = try Hall.withProviders()
        let provider = hall.services.waysIn.publishedKeys, url = keys
        let counts = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<50 { group.addTask { try? await provider.keys(at: url, for: "known").keys.count } }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(counts.allSatisfy { $0 == 1 })
        #expect(hall.web.count(of: keys) == 1)
    }

    // MARK: Access tokens

    private func withAccessToken(_ hall: Hall, _ name: String) async throws -> Int {
        try await hall.post("/auth/oauth/\(name)", #"{"access_token":"at-1"}"#).status
    }

    @Test(
        arguments: [
            (200, #"{"aud":"our-client","azp":"our-client","sub":"g-9","expires_in":"3599"}"#, 201),
            (200, #"{"aud":"our-client","sub":"g-9","expires_in":3599}"#, 201),
            (200, #"{"aud":"their-client","azp":"our-client","sub":"g-9","expires_in":"3599"}"#, 401),
            (200, #"{"aud":"our-client","azp":"their-client","sub":"g-9","expires_in":"3599"}"#, 401),
            (200, #"{"aud":"our-client","sub":"g-9","expires_in":"0"}"#, 401),
            (200, #"{"aud":"our-client","sub":"g-9"}"#, 401), (200, #"{"aud":"our-client","expires_in":9}"#, 401),
            (200, #"{"sub":"g-9","expires_in":9}"#, 401), (200, "[]", 401), (200, "<html>", 401), (200, "", 401),
            (400, #"{"error":"invalid_token"}"#, 401), (302, "", 401), (500, "{}", 503), (503, "", 503),
        ] as [(Int, String, Int)])
    func `an access token of Google has to be ours`(status: Int, body: String, answer: Int) async throws {
        let hall = try Hall.withProviders()
        hall.web.at(inspect, status, body)
        #expect(try await withAccessToken(hall, "google") == answer)
    }

    @Test(
        arguments: [
            (#"{"data":{"app_id":"our-client","is_valid":true,"user_id":"f-1","expires_at":0}}"#, "f-1", 201),
            (#"{"data":{"app_id":"our-client","is_valid":true,"user_id":"f-1","expires_at":1990000000}}"#, "f-1", 201),
            (#"{"data":{"app_id":"their-app","is_valid":true,"user_id":"f-1","expires_at":0}}"#, "f-1", 401),
            (#"{"data":{"app_id":"our-client","is_valid":false,"user_id":"f-1","expires_at":0}}"#, "f-1", 401),
            (#"{"data":{"app_id":"our-client","is_valid":"true","user_id":"f-1","expires_at":0}}"#, "f-1", 401),
            (#"{"data":{"app_id":"our-client","is_valid":true,"user_id":"f-1","expires_at":1000}}"#, "f-1", 401),
            (#"{"data":{"app_id":"our-client","is_valid":true,"user_id":"f-1"}}"#, "f-1", 401),
            (#"{"data":{"app_id":"our-client","is_valid":true,"user_id":"f-1","expires_at":0}}"#, "f-2", 401),
            (#"{"data":{"app_id":"our-client","is_valid":true,"expires_at":0}}"#, "", 401),
            (#"{"data":[]}"#, "f-1", 401), ("{}", "f-1", 401),
        ] as [(String, String, Int)])
    func `an access token of Facebook has to be ours`(said: String, profile: String, answer: Int) async throws {
        let hall = try Hall.withProviders()
        hall.web.at("\(PlayedProvider.url)/fb/inspect", said)
        hall.web.at(
            "\(PlayedProvider.url)/fb/profile", #"{"id":"\#(profile)","name":"Ann","email":"ann@example.org"}"#)
        #expect(try await withAccessToken(hall, "facebook") == answer)
        #expect(try await hall.account("ann@example.org") == nil, "an address that may not be verified is not taken")
        for request in hall.web.asked {
            #expect(!request.url.contains("our-secret"), "what is asked for ends up in logs")
        }
    }

    @Test func `either token is needed`() async throws {
        let hall = try Hall.withProviders()
        #expect(try await hall.post("/auth/oauth/google", "{}").status == 422)
    }
}
