public import Auth
public import Base

/// What is pushed to a device, whatever by.
public struct PushMessage: Sendable, Equatable {
    /// Later ones take the place of earlier ones with the same.
    public var topic: PushTopic
    /// `nil` when what is shown under the topic is to be taken back.
    public var content: Content?

    public struct Content: Sendable, Equatable {
        public var title: String
        public var body: String
        /// Notifications that the user has not read, for the number beside an app's icon; `nil` where nobody counted.
        public var badge: Int64?
        /// Somebody waits for an answer; the others may arrive when the device wakes up.
        public var isUrgent: Bool
        /// What an app makes of it: names and texts, `type` (that of the notification) among them.
        public var data: [(name: String, value: String)]

        public init(
            title: String, body: String, badge: Int64?, isUrgent: Bool, data: [(name: String, value: String)]
        ) {
            self.title = title
            self.body = body
            self.badge = badge
            self.isUrgent = isUrgent
            self.data = data
        }

        public static func == (one: Self, other: Self) -> Bool {
            one.title == other.title && one.body == other.body && one.badge == other.badge
                && one.isUrgent == other.isUrgent && one.data.elementsEqual(other.data) { $0 == $1 }
        }
    }

    public init(_ topic: PushTopic, _ content: Content?) {
        self.topic = topic
        self.content = content
    }

    /// Bytes of a message at most, whatever by: RFC 8030 section 7.2, and what FCM and APNs take.
    public static let bytesMax = 4_096

    /// What it is called for services that take a few letters only: 32 of them (RFC 8030 section 5.4).
    public var shortTopic: String { Base64.encodeURLSafe(Digest.sha256(Array(topic.name.utf8)).prefix(24)) }

    /// The names and texts that an app is given, `tag` among them.
    var data: [(name: String, value: String)] {
        (content?.data ?? [("type", "read")]) + [("tag", topic.name)]
    }

    /// As JSON, for browsers and for servers of the operator's own.
    var json: [UInt8] {
        JSONWriter.object { json in
            for (name, value) in data {
                json.name(name)
                json.value(value)
            }
            guard let content else { return }
            json.member("title", content.title)
            json.member("body", content.body)
            json.member("badge", orNull: content.badge)
        }
    }

    /// The same with a shorter body when `size` of it is over the bound: words make room, names do not.
    func fitting(_ bytesMax: Int, _ size: (PushMessage) -> Int) -> PushMessage {
        var message = self
        while size(message) > bytesMax, let body = message.content?.body, !body.isEmpty {
            message.content?.body = String(body.prefix(body.count / 2))
        }
        return message
    }
}

/// What came of sending to one device.
public enum PushOutcome: Sendable, Equatable {
    case sent
    /// There is nobody at this address any more.
    case gone
    /// A later try may succeed: after so many seconds, where the service said how many.
    case later(String, afterSeconds: Int64?)
    /// No try will; the words are for the log.
    case refused(String)
}

/// One service by which devices are reached.
public protocol PushService: Sendable {
    func send(_ message: PushMessage, to device: Device) async -> PushOutcome
}

extension PushOutcome {
    /// Seconds that a service may ask for: beyond that the message is old.
    private static let waitSecondsMax: Int64 = 86_400

    /// What the status of an answer means where the service has no words of its own.
    static func of(_ answer: WebAnswer, because words: String = "") -> PushOutcome {
        let why = "it answered \(answer.status)" + (words.isEmpty ? "" : ": \(words.prefix(128))")
        switch answer.status {
        case 200..<300: return .sent
        case 404, 410: return .gone
        case 408, 425, 429, 500...: return .later(why, afterSeconds: wait(answer))
        default: return .refused(why)
        }
    }

    /// `Retry-After` in seconds (RFC 9110 section 10.2.3); a date is left to our own pace.
    static func wait(_ answer: WebAnswer) -> Int64? {
        answer.header("retry-after").flatMap { Int64(plainDecimal: $0) }.map { min($0, waitSecondsMax) }
    }

    static func of(_ failure: WebFailure) -> PushOutcome {
        switch failure {
        case .refused, .malformed: .refused(failure.words)
        case .unavailable, .timedOut, .tooLong, .unreachable: .later(failure.words, afterSeconds: nil)
        }
    }
}

/// A token that is made or fetched now and then and kept meanwhile.
actor KeptToken {
    private var token: String?
    private var expiresAt: Instant?

    func value(at now: Instant) -> String? {
        guard let expiresAt, now < expiresAt else { return nil }
        return token
    }

    func keep(_ token: String, until expiry: Instant) {
        self.token = token
        expiresAt = expiry
    }

    /// The service takes it no more.
    func drop() { token = nil }
}
