public import Auth
public import Base

/// Pushes to browsers: Web Push (RFC 8030), encrypted for the browser alone (RFC 8291), by a server that says who it is
/// (VAPID, RFC 8292).
public struct WebPush: PushService {
    private let web: any WebClient
    private let key: SigningKey
    private let contact: String
    private let secondsMax: Int
    private let time: TimeSource

    /// Seconds for which a token is good: RFC 8292 section 2 allows a day.
    private static let tokenSeconds: Int64 = 12 * 3_600
    private static let timeoutMilliseconds = 15_000

    /// - Parameters:
    ///   - key: of P-256.
    ///   - contact: a `mailto:` or `https:` address for whoever runs the push service; empty for none.
    ///   - secondsMax: for which a message is kept for a browser that is away.
    public init(web: any WebClient, key: SigningKey, contact: String, secondsMax: Int, time: TimeSource) {
        self.web = web
        self.key = key
        self.contact = contact
        self.secondsMax = secondsMax
        self.time = time
    }

    public func send(_ message: PushMessage, to device: Device) async -> PushOutcome {
        guard let keys = device.keys, let origin = Self.origin(of: device.address) else {
            return .refused("it is no browser's subscription")
        }
        let fitting = message.fitting(PushEncryption.plainBytesMax) { $0.json.count }
        var random = RandomSource.system
        guard let body = PushEncryption.encrypt(fitting.json, for: keys, random: &random) else {
            return .refused("it cannot be encrypted")
        }
        let request = WebRequest(
            .post, device.address,
            headers: [
                ("Authorization", "vapid t=\(token(for: origin)), k=\(Base64.encodeURLSafe(key.publicPoint))"),
                ("Content-Type", "application/octet-stream"), ("Content-Encoding", "aes128gcm"),
                ("TTL", "\(secondsMax)"), ("Topic", message.shortTopic),
                ("Urgency", message.content?.isUrgent == true ? "high" : "normal"),
            ], body: body, timeoutMilliseconds: Self.timeoutMilliseconds)
        do throws(WebFailure) {
            return .of(try await web.send(request))
        } catch {
            return .of(error)
        }
    }

    private func token(for origin: String) -> String {
        let now = time.now().seconds
        return ServiceToken.make(by: key) { json in
            json.member("aud", origin)
            json.member("exp", now + Self.tokenSeconds)
            if !contact.isEmpty { json.member("sub", contact) }
        }
    }

    /// Scheme, host and port (RFC 6454).
    static func origin(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, !parts[2].isEmpty else { return nil }
        return "\(parts[0].lowercased())//\(parts[2].lowercased())"
    }
}
