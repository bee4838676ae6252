public import Base

/// Finds what was said, what there is to be found by name, and never anything that who asks may not see.
public protocol Search: Sendable {
    /// Much of what was said is not indexed yet, because the index is new.
    var isCatchingUp: Bool { get }

    /// Messages, newest first.
    /// - Parameter cursor: the `next` of the page before.
    func messages(
        _ query: SearchQuery, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<MessageHit>

    /// Channels of the user, and public ones, by name and topic.
    func channels(
        _ query: SearchQuery, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<ChannelHit>

    /// Files by name: the user's own, newest first, and behind them those that messages refer to which the user may
    /// see.
    func files(
        _ query: SearchQuery, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<FileHit>

    /// Tags of messages that the user may see, in their order, by how they begin.
    func tags(
        beginning prefix: String, for user: UserID, after cursor: String?, limit: Int
    ) async throws(Rejection) -> SearchPage<String>
}

/// Some of what was found. A page may have few hits, or none, and yet be followed by others: what is looked through for
/// one answer is bounded.
public struct SearchPage<Hit: Sendable>: Sendable {
    public var hits: [Hit]
    /// Where the next page begins; `nil` where there is nothing more. Says nothing to who has it.
    public var next: String?

    public init(_ hits: [Hit] = [], next: String? = nil) {
        self.hits = hits
        self.next = next
    }
}

public struct MessageHit: Sendable {
    public var view: MessageView
    public var snippet: Snippet

    public init(_ view: MessageView, _ snippet: Snippet) {
        self.view = view
        self.snippet = snippet
    }
}

public struct ChannelHit: Sendable {
    public var card: ChannelCard
    /// `nil` for who is no member.
    public var role: MemberRole?
    public var snippet: Snippet

    public init(_ card: ChannelCard, role: MemberRole?, _ snippet: Snippet) {
        self.card = card
        self.role = role
        self.snippet = snippet
    }
}

public struct FileHit: Sendable {
    public var file: StoredFile
    /// The message that refers to it; none for one's own.
    public var message: (channel: ChannelID, number: Int64)?
    public var snippet: Snippet

    public init(_ file: StoredFile, in message: (channel: ChannelID, number: Int64)?, _ snippet: Snippet) {
        self.file = file
        self.message = message
        self.snippet = snippet
    }
}
