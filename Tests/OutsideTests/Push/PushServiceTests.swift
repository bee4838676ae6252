import Base
import TestSupport
import Testing

@testable import Auth
@testable import Outside

@Suite("Push services") struct PushServiceTests {
    /// Answers each request as it is told, and keeps what was asked.
    private final class Web: WebClient {
        let asked = Guarded<[WebRequest]>([])
        let answers: Guarded<[WebAnswer]>

        init(_ answers: [WebAnswer]) { self.answers = Guarded(answers) }

        func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
            asked.withLock { $0.append(request) }
            guard let answer = answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw .timedOut }
            return answer
        }

        var requests: [WebRequest] { asked.withLock { $0 } }
    }

    private let time = ManualTime()
    private let user: UserID
    private let message: PushMessage

    init() throws {
        user = try #require(UserID(rawValue: 2))
        message = PushMessage(
            .channel(try #require(ChannelID("205"))),
            PushMessage.Content(
                title: "Room", body: "ann: hello", badge: 3, isUrgent: true, data: [("kind", "mention")]))
    }

    private func device(_ kind: Device.Kind, _ address: String, _ keys: PushKeys? = nil) -> Device {
        Device(user: user, id: "d", login: LoginID(high: 1, low: 1), kind: kind, address: address, keys: keys)
    }

    private func browser() throws -> Device {
        let pair = try #require(KeyPair.make(.es256))
        let keys = try #require(
            PushKeys(publicKey: pair.publicKey.point, authSecret: [UInt8](repeating: 1, count: 16)))
        return device(.web, "https://push.example.org:8443/x/1?y", keys)
    }

    private func key(_ algorithm: SigningAlgorithm) -> SigningKey {
        var random = RandomSource.system
        return SigningKey.make(algorithm, random: &random)
    }

    private func field(_ request: WebRequest, _ name: String) -> String? {
        request.headers.first { $0.name.lowercased() == name }?.value
    }

    /// What a token says, when its signature is right.
    private func claims(_ token: String, _ key: SigningKey) throws -> JSONElement {
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let signature = try #require(Base64.decodeURLSafe(Array(parts[2].utf8)))
        guard case .pair(let pair) = key.verifying.material else { throw WebFailure.timedOut }
        #expect(pair.isRight(signature, over: Array("\(parts[0]).\(parts[1])".utf8)))
        return try JSONDocument(parsing: try #require(Base64.decodeURLSafe(Array(parts[1].utf8)))).root
    }

    @Test func `a browser's is told who we are, for how long, and nothing that others can read`() async throws {
        let web = Web([WebAnswer(status: 201)]), key = key(.es256)
        let push = WebPush(
            web: web, key: key, contact: "mailto:ops@example.org", secondsMax: 60, time: time.source)
        #expect(await push.send(message, to: try browser()) == .sent)
        let request = web.requests[0]
        #expect(field(request, "content-encoding") == "aes128gcm" && field(request, "ttl") == "60")
        #expect(field(request, "urgency") == "high" && field(request, "topic")?.utf8.count == 32)
        #expect(!String(decoding: request.body, as: UTF8.self).contains("hello"))
        let vapid = try #require(field(request, "authorization")?.split(separator: " ").map(String.init))
        #expect(vapid[0] == "vapid" && vapid[2] == "k=" + Base64.encodeURLSafe(key.publicPoint))
        let said = try claims(String(vapid[1].dropFirst(2).dropLast()), key)
        #expect(said["aud"]?.isString("https://push.example.org:8443") == true)
        #expect(said["sub"]?.isString("mailto:ops@example.org") == true)
        #expect(said["exp"]?.integer == time.now.seconds + 43_200)
    }

    @Test func `the same status means the same for all`() async throws {
        let device = try browser()
        let cases: [(WebAnswer, PushOutcome)] = [
            (WebAnswer(status: 404), .gone), (WebAnswer(status: 410), .gone),
            (
                WebAnswer(status: 429, headers: [("retry-after", "120")]),
                .later("it answered 429", afterSeconds: 120)
            ),
            (
                WebAnswer(status: 503, headers: [("retry-after", "99999999")]),
                .later("it answered 503", afterSeconds: 86_400)
            ),
            (
                WebAnswer(status: 503, headers: [("retry-after", "Fri, 31 Dec 2027 23:59:59 GMT")]),
                .later("it answered 503", afterSeconds: nil)
            ),
            (WebAnswer(status: 400), .refused("it answered 400")),
            (WebAnswer(status: 302), .refused("it answered 302")),
        ]
        for (answer, outcome) in cases {
            let push = WebPush(web: Web([answer]), key: key(.es256), contact: "", secondsMax: 60, time: time.source)
            #expect(await push.send(message, to: device) == outcome)
        }
        let silent = WebPush(web: Web([]), key: key(.es256), contact: "", secondsMax: 60, time: time.source)
        #expect(await silent.send(message, to: device) == .later("it took too long", afterSeconds: nil))
    }

    @Test func `Google gives a token for an hour, which is used as long`() async throws {
        let key = key(.rs256)
        let account = FirebasePush.Account(
            project: "demo", email: "bot@demo", key: key, tokenURL: "https://oauth.example/token")
        let token = WebAnswer(status: 200, body: Array(#"{"access_token":"at","expires_in":3600}"#.utf8))
        let gone = WebAnswer(
            status: 404, body: Array(#"{"error":{"details":[{"errorCode":"UNREGISTERED"}]}}"#.utf8))
        let web = Web([
            token, WebAnswer(status: 200), WebAnswer(status: 200), WebAnswer(status: 401), token, gone,
            WebAnswer(status: 404),
        ])
        let push = FirebasePush(
            web: web, account: account, url: "https://fcm.example", secondsMax: 60, time: time.source)
        let phone = device(.fcm, "token")
        #expect(await push.send(message, to: phone) == .sent)
        #expect(await push.send(PushMessage(message.topic, nil), to: phone) == .sent)
        #expect(await push.send(message, to: phone) == .later("it answered 401: ", afterSeconds: nil))
        #expect(await push.send(message, to: phone) == .gone)
        #expect(await push.send(message, to: phone) == .refused("it answered 404: "), "the project is not there")
        let requests = web.requests
        #expect(requests.map(\.url).filter { $0.contains("oauth") }.count == 2)
        let assertion = String(decoding: requests[0].body, as: UTF8.self).split(separator: "assertion=")[1]
        let said = try claims(String(assertion), key)
        #expect(said["aud"]?.isString("https://oauth.example/token") == true)
        #expect(requests[1].url == "https://fcm.example/v1/projects/demo/messages:send")
        #expect(field(requests[1], "authorization") == "Bearer at")
        let sent = try JSONDocument(parsing: requests[1].body).root["message"]
        #expect(sent?["token"]?.isString("token") == true)
        #expect(sent?["notification"]?["body"]?.isString("ann: hello") == true)
        #expect(sent?["android"]?["collapse_key"]?.isString("channel-205") == true)
        let back = try JSONDocument(parsing: requests[2].body).root["message"]
        #expect(back?["notification"] == nil && back?["data"]?["type"]?.isString("read") == true)
    }

    @Test func `Apple is told by a token that is used for 40 minutes, over HTTP 2`() async throws {
        let key = key(.es256)
        let account = ApplePush.Account(key: key, keyID: "K1", team: "T1", app: "org.example.app")
        let bad = WebAnswer(status: 400, body: Array(#"{"reason":"BadDeviceToken"}"#.utf8))
        let old = WebAnswer(status: 403, body: Array(#"{"reason":"ExpiredProviderToken"}"#.utf8))
        let web = Web([
            WebAnswer(status: 200), WebAnswer(status: 200), WebAnswer(status: 200), old, WebAnswer(status: 200), bad,
        ])
        let push = ApplePush(web: web, account: account, url: "https://apns.example", secondsMax: 60, time: time.source)
        let phone = device(.apns, "00ff")
        #expect(await push.send(message, to: phone) == .sent)
        #expect(await push.send(PushMessage(message.topic, nil), to: phone) == .sent)
        time.pass(milliseconds: 2_400_000)
        #expect(await push.send(message, to: phone) == .sent)
        #expect(
            await push.send(message, to: phone) == .later("it answered 403: ExpiredProviderToken", afterSeconds: nil))
        #expect(await push.send(message, to: phone) == .sent)
        #expect(await push.send(message, to: phone) == .gone)
        #expect(await push.send(message, to: device(.apns, "../x")) == .gone, "it is no token")
        let requests = web.requests
        #expect(requests.count == 6 && requests.allSatisfy { $0.speaksHTTP2 })
        let tokens = requests.compactMap { field($0, "authorization") }
        #expect(tokens[0] == tokens[1] && tokens[1] != tokens[2] && tokens[2] == tokens[3] && tokens[3] != tokens[4])
        let said = try claims(String(tokens[0].dropFirst("bearer ".count)), key)
        #expect(said["iss"]?.isString("T1") == true && said["iat"] != nil)
        #expect(requests[0].url == "https://apns.example/3/device/00ff")
        #expect(field(requests[0], "apns-push-type") == "alert" && field(requests[0], "apns-priority") == "10")
        #expect(field(requests[1], "apns-push-type") == "background" && field(requests[1], "apns-priority") == "5")
        #expect(field(requests[0], "apns-collapse-id") == "channel-205")
        let body = try JSONDocument(parsing: requests[0].body).root
        #expect(body["aps"]?["alert"]?["body"]?.isString("ann: hello") == true && body["aps"]?["badge"]?.integer == 3)
    }

    @Test func `what is too long loses words and nothing else`() async throws {
        var long = message
        long.content?.body = String(repeating: "äöü ", count: 2_000)
        let web = Web([WebAnswer(status: 200), WebAnswer(status: 201)])
        let hook = WebhookPush(
            web: web, url: "https://own.example", secret: Secret(Array("s".utf8)), time: time.source)
        #expect(await hook.send(long, to: device(.webhook, "t")) == .sent)
        #expect(web.requests[0].body.count <= 4_096)
        let body = try JSONDocument(parsing: web.requests[0].body).root
        let data = body["data"]
        #expect(data?["message"]?["tag"]?.isString("channel-205") == true && data?["token"]?.isString("t") == true)
        let push = WebPush(web: web, key: key(.es256), contact: "", secondsMax: 60, time: time.source)
        #expect(await push.send(long, to: try browser()) == .sent)
        #expect(web.requests[1].body.count <= 4_096)
    }

    @Test func `a service account is read from Google's file, and nothing else is`() throws {
        let pem = """
            -----BEGIN PRIVATE KEY-----
            \(Base64.encode(key(.rs256).privateBytes))
            -----END PRIVATE KEY-----
            """
        let json = JSONWriter.object { json in
            json.member("project_id", "demo")
            json.member("client_email", "bot@demo")
            json.member("token_uri", "https://oauth.example/token")
            json.member("private_key", pem)
        }
        #expect(FirebasePush.Account(json: json)?.project == "demo")
        #expect(FirebasePush.Account(json: Array("{}".utf8)) == nil)
        #expect(SigningKey(.es256, pem: pem) == nil, "it is a key of another kind")
        #expect(SigningKey(.rs256, pem: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----") == nil)
    }
}
