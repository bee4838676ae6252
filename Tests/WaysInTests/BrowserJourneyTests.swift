import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("A browser's way to a provider and back") struct BrowserJourneyTests {
    /// Where a browser was sent, and the cookie that it keeps.
    private struct Journey {
        var query: HTTPQuery
        var cookie: String

        subscript(_ name: String) -> String { query[name] ?? "" }
    }

    private func start(_ hall: Hall, at name: String = "google") async throws -> Journey {
        let answer = try await hall.ask("GET", "/auth/oauth/\(name)/start")
        #expect(answer.status == 302)
        let location = answer.headers["location"] ?? "", cookie = answer.headers["set-cookie"] ?? ""
        #expect(cookie.hasPrefix("__Host-confab_oauth="))
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=600"] {
            #expect(cookie.contains(part))
        }
        return Journey(query: try query(of: location), cookie: String(cookie.prefix { $0 != ";" }))
    }

    private func query(of url: String) throws -> HTTPQuery {
        let target = "/?" + (url.split(separator: "?", maxSplits: 1).last ?? "")
        var parser = HTTPRequestParser(headBytesMax: 16 << 10, headerCountMax: 100, bodyBytesMax: 1 << 20)
        Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8).withUnsafeBytes { parser.receive($0) }
        guard case .head(let head) = parser.nextEvent() else { throw Unexpected(what: url) }
        return head.query
    }

    /// Has the provider answer the exchange of a code with a token that says this nonce.
    private func play(_ hall: Hall, nonce: String?, at path: String = "/token") {
        let claims = Claims(at: hall.time.now, email: "ann@example.org")
            .with("nonce", nonce.map { "\"\($0)\"" })
        hall.web.at(PlayedProvider.url + path, #"{"id_token":"\#(PlayedProvider.known.token(claims.text))"}"#)
    }

    private func comeBack(
        _ hall: Hall, state: String, cookie: String?, more: String = "", at name: String = "google"
    ) async throws -> String {
        let fields = cookie.map { ["Cookie: other=1; \($0)"] } ?? []
        let answer = try await hall.ask(
            "GET", "/auth/oauth/\(name)/callback?code=c-1&state=\(state)\(more)", fields: fields)
        #expect(answer.status == 302)
        #expect(answer.body.isEmpty)
        let location = answer.headers["location"] ?? ""
        #expect(location.hasPrefix("\(Hall.publicURL)/#"), "never anywhere else")
        return String(location.dropFirst(Hall.publicURL.count + 2))
    }

    private func finish(_ hall: Hall, _ code: String, cookie: String?) async throws -> HTTPResponse {
        try await hall.ask(
            "POST", "/auth/oauth/finish", #"{"code":"\#(code)","device":"browser"}"#,
            fields: cookie.map { ["Cookie: \($0)"] } ?? [])
    }

    @Test func `logs in, with PKCE, a nonce, and nothing secret in an address`() async throws {
        let hall = try Hall.withProviders()
        let journey = try await start(hall)
        #expect(journey["client_id"] == PlayedProvider.clientID)
        #expect(journey["response_type"] == "code")
        #expect(journey["code_challenge_method"] == "S256")
        #expect(journey["redirect_uri"] == "\(Hall.publicURL)/api/v1/auth/oauth/google/callback")
        play(hall, nonce: journey["nonce"])
        let found = try await comeBack(hall, state: journey["state"], cookie: journey.cookie)
        #expect(found.hasPrefix("oauth="))
        let answer = try await finish(hall, String(found.dropFirst(6)), cookie: journey.cookie)
        #expect(answer.status == 200)
        #expect(try answer.json()["user"]?["email"]?.string == "ann@example.org")
        #expect(answer.headers["set-cookie"]?.contains("Max-Age=0") == true)

        let exchange = try #require(hall.web.asked.first { $0.url == "\(PlayedProvider.url)/token" })
        let form = try query(of: "?" + String(decoding: exchange.body, as: UTF8.self))
        #expect(exchange.method == .post)
        #expect(form["grant_type"] == "authorization_code")
        #expect(form["code"] == "c-1")
        #expect(form["client_secret"] == "our-secret")
        #expect(form["redirect_uri"] == journey["redirect_uri"])
        let verifier = try #require(form["code_verifier"])
        #expect(verifier.utf8.count == 43)
        // RFC 7636 section 4.6.
        #expect(Base64.encodeURLSafe(Digest.sha256(Array(verifier.utf8))) == journey["code_challenge"])
    }

    @Test func `each way is its own`() async throws {
        let hall = try Hall.withProviders()
        let one = try await start(hall), other = try await start(hall)
        for name in ["state", "nonce", "code_challenge"] { #expect(one[name] != other[name]) }
        #expect(one.cookie != other.cookie)
    }

    @Test func `a state comes back once, from its browser, from its provider, in time`() async throws {
        let hall = try Hall.withProviders()
        let journey = try await start(hall), other = try await start(hall)
        play(hall, nonce: journey["nonce"])
        play(hall, nonce: journey["nonce"], at: "/fb/token")
        let refused = "oauth_error=invalid_credentials"
        let state = journey["state"], cookie = journey.cookie
        #expect(try await comeBack(hall, state: state, cookie: nil) == refused)
        #expect(try await comeBack(hall, state: state, cookie: other.cookie) == refused)
        #expect(try await comeBack(hall, state: other["state"], cookie: cookie) == refused)
        #expect(try await comeBack(hall, state: "", cookie: cookie) == refused)
        #expect(try await comeBack(hall, state: state + "A", cookie: cookie) == refused)
        #expect(try await comeBack(hall, state: state, cookie: cookie, at: "facebook") == refused, "mixed up")
        #expect(
            try await comeBack(hall, state: state, cookie: cookie, more: "&iss=https://evil.example") == refused,
            "RFC 9207")
        #expect(hall.web.count(of: "\(PlayedProvider.url)/token") == 0, "no code is exchanged for any of them")
        let more = "&iss=\(PlayedProvider.url)"
        #expect(try await comeBack(hall, state: state, cookie: cookie, more: more).hasPrefix("oauth="))
        #expect(try await comeBack(hall, state: state, cookie: cookie) == refused, "once")
        hall.time.pass(milliseconds: 600_000)
        #expect(try await comeBack(hall, state: other["state"], cookie: other.cookie) == refused, "in time")
    }

    @Test func `what the provider says has to be an answer to this way`() async throws {
        let hall = try Hall.withProviders()
        for nonce in [nil, "another"] as [String?] {
            let journey = try await start(hall)
            play(hall, nonce: nonce)
            #expect(
                try await comeBack(hall, state: journey["state"], cookie: journey.cookie)
                    == "oauth_error=invalid_credentials")
        }
        for (status, body, error) in [
            (200, "{}", "invalid_credentials"), (200, "x", "invalid_credentials"), (400, "{}", "invalid_credentials"),
            (302, "{}", "invalid_credentials"), (500, "{}", "overloaded"),
            (200, #"{"id_token":7}"#, "invalid_credentials"), (200, #"{"access_token":"x"}"#, "invalid_credentials"),
        ] {
            let journey = try await start(hall)
            hall.web.at("\(PlayedProvider.url)/token", status, body)
            #expect(
                try await comeBack(hall, state: journey["state"], cookie: journey.cookie) == "oauth_error=\(error)")
        }
        let answer = try await hall.ask("GET", "/auth/oauth/google/callback?error=access_denied&state=x")
        #expect(answer.headers["location"] == "\(Hall.publicURL)/#oauth_error=invalid_credentials")
        #expect(try await hall.account("ann@example.org") == nil)
    }

    @Test func `the code of the page is good once, for a minute, in its own browser`() async throws {
        let hall = try Hall.withProviders()
        func code() async throws -> (code: String, cookie: String) {
            let journey = try await start(hall)
            play(hall, nonce: journey["nonce"])
            let found = try await comeBack(hall, state: journey["state"], cookie: journey.cookie)
            return (String(found.dropFirst(6)), journey.cookie)
        }
        let first = try await code(), second = try await code(), third = try await code()
        #expect(try await finish(hall, first.code, cookie: first.cookie).status == 200)
        #expect(try await finish(hall, first.code, cookie: first.cookie).status == 401)
        #expect(try await finish(hall, second.code, cookie: nil).status == 401)
        #expect(try await finish(hall, second.code, cookie: first.cookie).status == 401)
        #expect(try await finish(hall, second.code, cookie: second.cookie).status == 401, "a thief has spent it")
        hall.time.pass(milliseconds: 60_000)
        #expect(try await finish(hall, third.code, cookie: third.cookie).status == 401)
        #expect(try await finish(hall, "x", cookie: third.cookie).status == 401)
    }
}
