public import Base

/// A course: what is taught, by whom, and who may come. Its students talk in its channel.
public struct Course: Equatable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Seen by those who teach it.
        case draft
        case published
        /// Stays readable for its students; nobody enrols, and nothing changes.
        case archived
    }

    public let id: CourseID
    public var slug: Slug
    public var content: CourseContent
    public var rules: EnrolmentRules
    public var state: State
    /// Who made it, and owns its channel.
    public let owner: UserID
    /// Who teaches it besides the owner, ascending.
    public var instructors: [UserID]
    /// Made with the course; `nil` where somebody has ended it.
    public var channel: ChannelID?
    /// Grows with every change; the tag by which lost updates are found.
    public var version: Int64
    public let createdAt: Timestamp
    public var updatedAt: Timestamp
    /// When it was first published.
    public var publishedAt: Timestamp?
    /// When it was taken away; it can be restored from then on.
    public var deletedAt: Timestamp?

    public init(
        id: CourseID, slug: Slug, content: CourseContent, rules: EnrolmentRules = EnrolmentRules(),
        state: State = .draft, owner: UserID, instructors: [UserID] = [], channel: ChannelID? = nil, version: Int64 = 1,
        createdAt: Timestamp, updatedAt: Timestamp, publishedAt: Timestamp? = nil, deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.slug = slug
        self.content = content
        self.rules = rules
        self.state = state
        self.owner = owner
        self.instructors = instructors
        self.channel = channel
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.publishedAt = publishedAt
        self.deletedAt = deletedAt
    }

    /// Whether a user teaches it.
    public func isTaught(by user: UserID) -> Bool { user == owner || instructors.contains(user) }
}
