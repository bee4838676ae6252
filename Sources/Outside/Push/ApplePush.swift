public import Auth
public import Base

/// Pushes by Apple's service over HTTP/2, as an app whose team has a key for it.
public struct ApplePush: PushService {
    /// What Apple gives an operator.
    public struct Account: Sendable {
        public var key: SigningKey
        public var keyID: String
        public var team: String
        /// The app's bundle id.
        public var app: String

        public init(key: SigningKey, keyID: String, team: String, app: String) {
            self.key = key
            self.keyID = keyID
            self.team = team
            self.app = app
        }
    }

    private let web: any WebClient
    private let account: Account
    private let url: String
    private let secondsMax: Int
    private let time: TimeSource
    private let kept = KeptToken()

    /// Seconds for which a token is used: Apple takes none of more than an hour, and wants no new one within 20
    /// minutes.
    private static let tokenSeconds = 40 * 60
    private static let timeoutMilliseconds = 15_000

    /// - Parameter url: of the service, such as `https://api.push.apple.com`.
    public init(web: any WebClient, account: Account, url: String, secondsMax: Int, time: TimeSource) {
        self.web = web
        self.account = account
        self.url = url
        self.secondsMax = secondsMax
        self.time = time
    }

    public func send(_ message: PushMessage, to device: Device) async -> PushOutcome {
        guard device.address.utf8.allSatisfy(\.isHexadecimalDigit) else { return .gone }
        let isAlert = message.content != nil
        let expiry = time.now().seconds + Int64(secondsMax)
        var request = WebRequest(
            .post, "\(url)/3/device/\(device.address)",
            headers: [
                ("authorization", "bearer \(await token())"), ("apns-topic", account.app),
                ("apns-push-type", isAlert ? "alert" : "background"),
                // A background message may not ask for more than 5.
                ("apns-priority", message.content?.isUrgent == true ? "10" : "5"),
                ("apns-expiration", "\(expiry)"), ("apns-collapse-id", message.topic.name),
                ("content-type", "application/json"),
            ], body: Self.body(message.fitting(PushMessage.bytesMax) { Self.body($0).count }),
            timeoutMilliseconds: Self.timeoutMilliseconds)
        request.speaksHTTP2 = true
        do throws(WebFailure) {
            return await outcome(try await web.send(request))
        } catch {
            return .of(error)
        }
    }

    private func outcome(_ answer: WebAnswer) async -> PushOutcome {
        guard answer.status >= 400 else { return .of(answer) }
        let reason = (try? JSONDocument(parsing: answer.body).root)?["reason"]?.string ?? ""
        switch reason {
        case "Unregistered", "BadDeviceToken", "DeviceTokenNotForTopic", "ExpiredToken": return .gone
        case "ExpiredProviderToken":
            await kept.drop()
            return .later("it answered \(answer.status): \(reason)", afterSeconds: nil)
        default:
            guard answer.status != 404 else { return .refused("it answered 404: \(reason.prefix(128))") }
            return .of(answer, because: reason)
        }
    }

    private static func body(_ message: PushMessage) -> [UInt8] {
        JSONWriter.object { json in
            json.object("aps") { json in
                guard let content = message.content else {
                    json.member("content-available", 1)
                    return
                }
                json.object("alert") { json in
                    json.member("title", content.title)
                    json.member("body", content.body)
                }
                json.member("sound", "default")
                json.member("thread-id", message.topic.name)
                if let badge = content.badge { json.member("badge", badge) }
            }
            for (name, value) in message.data {
                json.name(name)
                json.value(value)
            }
        }
    }

    private func token() async -> String {
        if let token = await kept.value(at: time.instant()) { return token }
        let now = time.now().seconds
        let token = ServiceToken.make(by: account.key, keyID: account.keyID) { json in
            json.member("iss", account.team)
            json.member("iat", now)
        }
        await kept.keep(token, until: time.instant().adding(milliseconds: Self.tokenSeconds * 1_000))
        return token
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
