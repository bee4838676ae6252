public import Base

/// A device of a user to which notifications are pushed. It goes with the login that named it.
public struct Device: Sendable {
    /// By which service; the names are those of the wire and of the store.
    public enum Kind: String, Sendable, CaseIterable {
        /// A browser (RFC 8030): its address is the push service's.
        case web
        /// Firebase Cloud Messaging.
        case fcm
        /// Apple's.
        case apns
        /// The operator's own server.
        case webhook
    }

    public var user: UserID
    /// What the client calls it.
    public var id: String
    public var login: LoginID
    public var kind: Kind
    /// A URL or a token, as the service gave it. Whoever knows it may be able to push: it is never shown.
    public var address: String
    /// Of a browser alone.
    public var keys: PushKeys?

    public init(user: UserID, id: String, login: LoginID, kind: Kind, address: String, keys: PushKeys?) {
        self.user = user
        self.id = id
        self.login = login
        self.kind = kind
        self.address = address
        self.keys = keys
    }

    /// Bytes of a device's name, and of its address.
    public static let idBytesMax = 128
    public static let addressBytesMax = 2_048
    /// Devices of one user; the one that was named the longest ago makes room.
    public static let perUserMax = 16
}

/// What became of a device that was to be kept.
public enum DevicePlace: Sendable, Equatable {
    /// The user had none of this name.
    case added
    case changed
    /// Nothing is kept: the login is none that this server would hear the end of, or has ended.
    case loginEnded
}

/// How something begins to be pushed.
public enum PushBeginning: Sendable, Equatable {
    /// Devices show nothing under the topic.
    case first
    /// They may show something from before.
    case again
}

/// Users' devices, and what is pushed to them.
public protocol Devices: Sendable {
    /// An address that was somebody else's is theirs no more.
    func put(_ device: Device, by cause: Cause) async throws(JobFailure) -> DevicePlace
    /// False when there was none.
    func remove(_ id: String, of user: UserID, by cause: Cause) async throws(JobFailure) -> Bool
    func all(of user: UserID) async throws(JobFailure) -> [Device]
    /// The service says that there is nobody at a device's address any more.
    func forget(_ device: Device) async throws(JobFailure)

    /// Begins to push what has gathered under a topic; what comes from now on is pushed anew.
    /// - Parameter isRepeated: a former try has begun it and may not have come to an end.
    /// - Returns: `nil` when there is nothing to push any more.
    func begin(_ topic: PushTopic, of user: UserID, isRepeated: Bool) async throws(JobFailure) -> PushBeginning?
    /// What was begun was not pushed, and nothing was before: nothing is to be taken back.
    func drop(_ topic: PushTopic, of user: UserID) async throws(JobFailure)
    /// Whether something was pushed under a topic that has not been read since.
    func isShown(_ topic: PushTopic, to user: UserID) async throws(JobFailure) -> Bool
}
