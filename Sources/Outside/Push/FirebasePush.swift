public import Auth
public import Base

/// Pushes by Firebase Cloud Messaging, version 1 of its HTTP interface, as a service account: a token signed with the
/// account's key (RFC 7523) is changed for one that is good for an hour.
public struct FirebasePush: PushService {
    /// What Google gives an operator, read from its JSON.
    public struct Account: Sendable {
        public var project: String
        public var email: String
        public var key: SigningKey
        public var tokenURL: String

        public init(project: String, email: String, key: SigningKey, tokenURL: String) {
            self.project = project
            self.email = email
            self.key = key
            self.tokenURL = tokenURL
        }

        public init?(json: [UInt8]) {
            guard let root = try? JSONDocument(parsing: json).root, let project = root["project_id"]?.string,
                let email = root["client_email"]?.string, let url = root["token_uri"]?.string,
                let key = root["private_key"]?.string.flatMap({ SigningKey(.rs256, pem: $0) }),
                project.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
            else { return nil }
            self.init(project: project, email: email, key: key, tokenURL: url)
        }
    }

    private let web: any WebClient
    private let account: Account
    private let url: String
    private let secondsMax: Int
    private let time: TimeSource
    private let kept = KeptToken()

    private static let scope = "https://www.googleapis.com/auth/firebase.messaging"
    private static let assertionSeconds: Int64 = 3_600
    /// Seconds before its end at which a token is changed for another.
    private static let marginSeconds: Int64 = 60
    private static let timeoutMilliseconds = 15_000

    /// - Parameter url: of the service, such as `https://fcm.googleapis.com`.
    public init(web: any WebClient, account: Account, url: String, secondsMax: Int, time: TimeSource) {
        self.web = web
        self.account = account
        self.url = url
        self.secondsMax = secondsMax
        self.time = time
    }

    public func send(_ message: PushMessage, to device: Device) async -> PushOutcome {
        do throws(WebFailure) {
            guard let token = try await token() else {
                return .later("Google gives no token for the service account", afterSeconds: nil)
            }
            let body = { (message: PushMessage) in self.body(message, device.address) }
            let answer = try await web.send(
                WebRequest(
                    .post, "\(url)/v1/projects/\(account.project)/messages:send",
                    headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
                    body: body(message.fitting(PushMessage.bytesMax) { body($0).count }),
                    timeoutMilliseconds: Self.timeoutMilliseconds))
            return await outcome(answer)
        } catch {
            return .of(error)
        }
    }

    private func outcome(_ answer: WebAnswer) async -> PushOutcome {
        guard answer.status >= 400 else { return .of(answer) }
        let error = (try? JSONDocument(parsing: answer.body).root)?["error"]
        let code = error?["details"]?.elements.compactMap { $0["errorCode"]?.string }.first
        let words = code ?? error?["status"]?.string ?? ""
        switch (answer.status, code) {
        case (_, "UNREGISTERED"): return .gone
        // Of another project's app: nobody whom this account reaches.
        case (403, "SENDER_ID_MISMATCH"): return .gone
        case (401, _):
            await kept.drop()
            return .later("it answered 401: \(words)", afterSeconds: nil)
        // A wrong project is a fault of the settings, and no device's.
        case (404, nil): return .refused("it answered 404: \(words)")
        default: return .of(answer, because: words)
        }
    }

    private func body(_ message: PushMessage, _ token: String) -> [UInt8] {
        JSONWriter.object { json in
            json.object("message") { json in
                json.member("token", token)
                json.object("data") { json in
                    for (name, value) in message.data {
                        json.name(name)
                        json.value(value)
                    }
                }
                if let content = message.content {
                    json.object("notification") { json in
                        json.member("title", content.title)
                        json.member("body", content.body)
                    }
                }
                json.object("android") { json in
                    json.member("collapse_key", message.topic.name)
                    json.member("priority", message.content?.isUrgent == true ? "HIGH" : "NORMAL")
                    json.member("ttl", "\(secondsMax)s")
                    guard message.content != nil else { return }
                    json.object("notification") { json in json.member("tag", message.topic.name) }
                }
            }
        }
    }

    // MARK: The token

    /// `nil` when the account is refused.
    private func token() async throws(WebFailure) -> String? {
        if let token = await kept.value(at: time.instant()) { return token }
        let now = time.now().seconds
        let assertion = ServiceToken.make(by: account.key) { json in
            json.member("iss", account.email)
            json.member("scope", Self.scope)
            json.member("aud", account.tokenURL)
            json.member("iat", now)
            json.member("exp", now + Self.assertionSeconds)
        }
        // RFC 7523 section 2.1; neither value has a byte that a form would encode, but for the colons of the type.
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        let answer = try await web.send(
            WebRequest(
                .post, account.tokenURL, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(form.utf8), timeoutMilliseconds: Self.timeoutMilliseconds))
        guard answer.status == 200, let root = try? JSONDocument(parsing: answer.body).root,
            let token = root["access_token"]?.string, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let seconds = max(0, (root["expires_in"]?.integer ?? 0) - Self.marginSeconds)
        await kept.keep(token, until: time.instant().adding(milliseconds: Int(min(seconds, 86_400)) * 1_000))
        return token
    }
}
