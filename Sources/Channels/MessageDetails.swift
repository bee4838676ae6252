public import Base

/// What few messages have besides their text.
public struct MessageDetails: Equatable, Sendable {
    public enum Kind: String, Sendable, CaseIterable { case text, file, image }

    public var kind = Kind.text
    public var attachments: [Attachment] = []
    public var reference: Reference?
    public var action: Action?
    /// In the order in which the sender gave them, each once.
    public var tags: [String] = []
    /// The message of the same channel that this one answers.
    public var replyTo: Int64?
    /// The message with which the thread began that this one belongs to.
    public var thread: Int64?
    /// Members whom the text names, ascending.
    public var mentions: [UserID] = []
    public var forwardedFrom: Origin?
    public var editedAt: Timestamp?
    public var deletedAt: Timestamp?
    /// A keyed hash of what was first sent, kept when the content itself is no longer that: a retry is told by it.
    public var fingerprint: [UInt8]?

    public static let plain = MessageDetails()

    public init() {}

    /// A file that the message refers to.
    public struct Attachment: Equatable, Sendable {
        public var file: String
        public var name: String?
        public var byteCount: Int64?
        public var contentType: String?
        /// Of an image that says how large it is.
        public var image: ImageSize?

        public init(
            file: String, name: String? = nil, byteCount: Int64? = nil, contentType: String? = nil,
            image: ImageSize? = nil
        ) {
            self.file = file
            self.name = name
            self.byteCount = byteCount
            self.contentType = contentType
            self.image = image
        }
    }

    /// Something outside the channel that the message is about: an order, a lesson, an address.
    public struct Reference: Equatable, Sendable {
        public var type: String
        public var id: String

        public init(type: String, id: String) {
            self.type = type
            self.id = id
        }
    }

    /// Something that clients offer to do. The server keeps it as it is.
    public struct Action: Equatable, Sendable {
        public var name: String
        /// JSON; `nil` when there are none.
        public var parameters: [UInt8]?

        public init(name: String, parameters: [UInt8]? = nil) {
            self.name = name
            self.parameters = parameters
        }
    }

    /// Who said first what was forwarded, and when. Never where.
    public struct Origin: Equatable, Sendable {
        public var sender: UserID
        public var createdAt: Timestamp

        public init(sender: UserID, createdAt: Timestamp) {
            self.sender = sender
            self.createdAt = createdAt
        }
    }

    /// What is left when the content is taken away.
    func erased(at now: Timestamp, fingerprint: [UInt8]) -> MessageDetails {
        var left = MessageDetails()
        left.deletedAt = now
        left.fingerprint = fingerprint
        return left
    }
}

/// Details kept apart from what carries them, because most messages have none and all of them are moved about.
struct RareDetails: Equatable, Sendable {
    private var box: Box?

    init(_ details: MessageDetails) { box = details == .plain ? nil : Box(details) }

    var value: MessageDetails { box?.details ?? .plain }
    var isPlain: Bool { box == nil }

    private final class Box: Equatable, Sendable {
        let details: MessageDetails

        init(_ details: MessageDetails) { self.details = details }

        static func == (one: Box, other: Box) -> Bool { one === other || one.details == other.details }
    }
}
