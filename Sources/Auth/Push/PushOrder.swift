public import Base

/// Something to push, as it waits in the queue of jobs. Of what it says nothing is kept: that is looked up when it is
/// sent.
public struct PushOrder: Sendable, Equatable {
    public static let kind: JobKind = "push"

    public var user: UserID
    public var topic: PushTopic
    /// It was read elsewhere: devices are to take it back.
    public var isClosing: Bool
    /// One device alone, to which it could not be sent before, and how often that was tried.
    public var device: String?
    public var attempts: Int

    public init(user: UserID, topic: PushTopic, isClosing: Bool = false, device: String? = nil, attempts: Int = 0) {
        self.user = user
        self.topic = topic
        self.isClosing = isClosing
        self.device = device
        self.attempts = attempts
    }

    public init?(_ payload: [UInt8]) {
        guard let root = try? JSONDocument(parsing: payload).root,
            let user = root["user"]?.string.flatMap({ UserID($0) }),
            let topic = root["topic"]?.string.flatMap({ PushTopic(name: $0) }),
            let attempts = Int(exactly: root.present("attempts")?.integer ?? 0), attempts >= 0
        else { return nil }
        self.init(
            user: user, topic: topic, isClosing: root["closing"]?.bool ?? false,
            device: root.present("device")?.string, attempts: attempts)
    }

    public var payload: [UInt8] {
        JSONWriter.object { json in
            json.member("user", user)
            json.member("topic", topic.name)
            json.member("closing", isClosing)
            json.member("device", orNull: device)
            json.member("attempts", attempts)
        }
    }
}
