public import Base

/// Why the store could not do as it was told.
public enum StoreFailure: Error, Equatable, Sendable {
    /// No room on the disk. Nothing of the transaction is kept; reading goes on.
    case full
    /// What is stored is not what was written. It is never shown; everything else goes on.
    case damaged(String)
    /// The disk did not give back what is stored, which may be whole all the same. Nothing of the transaction is kept
    /// that had to read it; a later try may succeed.
    case unreadable(String)
    /// The disk or the database failed. What became of the transaction is unknown, so the process must not go on.
    case broken(String)
}

extension StoreFailure {
    /// Whoever needs what is stored there is refused, and everything else goes on, in the same transaction too.
    public var isOfReading: Bool {
        switch self {
        case .damaged, .unreadable: true
        case .full, .broken: false
        }
    }
}

extension StoreFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .full: "the disk is full"
        case .damaged(let why), .unreadable(let why), .broken(let why): why
        }
    }
}

extension Rejection {
    /// What those are told who need what is not to be had.
    public init(lacking failure: StoreFailure) {
        if case .damaged = failure { self = .damaged } else { self = .unreadable }
    }
}

/// Where the ledger's decisions are kept. Used by one thread. Between `begin` and `commit` its own writes can be read;
/// after `rollback` there is no trace of them.
public protocol ChannelStore: MessageStore, MemberStore, NotificationStore {
    mutating func begin() throws(StoreFailure)
    /// Returns when everything since `begin` is on disk.
    mutating func commit() throws(StoreFailure)
    mutating func rollback()

    /// `head` is where the event's log stands after it.
    mutating func append(_ event: Event, head: ChannelHead) throws(StoreFailure)
    mutating func head(of channel: ChannelID) throws(StoreFailure) -> ChannelHead

    mutating func insert(_ channel: ChannelState) throws(StoreFailure)
    mutating func update(
        _ channel: ChannelID, _ profile: ChannelProfile, at now: Timestamp
    ) throws(StoreFailure)
    /// The channel is gone with all that is in it. Its number is never given again.
    mutating func delete(_ channel: ChannelID, at now: Timestamp) throws(StoreFailure)
    /// A group's number that was never given before.
    mutating func nextGroupID() throws(StoreFailure) -> ChannelID
    mutating func channel(_ id: ChannelID) throws(StoreFailure) -> ChannelState?
    mutating func channels(of user: UserID) throws(StoreFailure) -> [ChannelID]

    mutating func user(_ id: UserID) throws(StoreFailure) -> UserCard?
    /// `folded` is the username in lower case.
    mutating func user(named folded: String) throws(StoreFailure) -> UserCard?
    /// Whether a login has been ended.
    mutating func isEnded(_ login: LoginID) throws(StoreFailure) -> Bool
    /// What is known of an uploaded file; `nil` unless it is the user's own.
    mutating func file(_ id: String, of user: UserID) throws(StoreFailure) -> MessageDetails.Attachment?
    /// A message refers to files from now on; to those of them that are still there. Where a message is erased or taken
    /// away, or its channel deleted, it refers to none, and a file to which nothing refers any more is gone.
    mutating func refer(to files: [String], by number: Int64, in channel: ChannelID) throws(StoreFailure)
    /// Removes files to which no message has ever referred and that are older than `time`, but no more than `limit`.
    /// - Returns: how many those were.
    mutating func removeUnusedFiles(before time: Timestamp, limit: Int) throws(StoreFailure) -> Int
}

/// The half of the store that has messages and what becomes of them.
public protocol MessageStore {
    mutating func message(sentAs key: RetryKey) throws(StoreFailure) -> Message?
    mutating func message(_ number: Int64, in channel: ChannelID) throws(StoreFailure) -> Message?
    /// Those of a range that are there, ascending.
    mutating func messages(_ range: ClosedRange<Int64>, in channel: ChannelID) throws(StoreFailure) -> [Message]
    /// The message's content is another one from now on; what it was is gone from the disk.
    mutating func amend(_ message: Message) throws(StoreFailure)
    /// Only what is left of a message is kept: its reactions, pin, mentions and place in a thread go too.
    mutating func erase(_ message: Message) throws(StoreFailure)
    /// A keyed hash, always the same for the same bytes.
    mutating func fingerprint(of content: [UInt8]) throws(StoreFailure) -> [UInt8]

    mutating func addReply(_ number: Int64, to thread: Int64, in channel: ChannelID) throws(StoreFailure)
    /// How many different emoji a message has, and whether one is among them.
    mutating func reactionKinds(
        of number: Int64, in channel: ChannelID, including emoji: String
    ) throws(StoreFailure) -> (count: Int, hasThis: Bool)
    /// False when nothing has changed.
    mutating func setReaction(
        _ emoji: String, of user: UserID, to number: Int64, in channel: ChannelID, isAdded: Bool, at now: Timestamp
    ) throws(StoreFailure) -> Bool
    mutating func setPin(
        of number: Int64, in channel: ChannelID, isPinned: Bool, by user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> Bool
    /// Pinned messages of a channel, without one of them.
    mutating func pinCount(in channel: ChannelID, besides number: Int64) throws(StoreFailure) -> Int

    mutating func changeDeleted(_ change: NumberRanges.Change, in channel: ChannelID) throws(StoreFailure)
    mutating func changeHidden(
        _ change: NumberRanges.Change, of user: UserID, in channel: ChannelID
    ) throws(StoreFailure)
    mutating func addMention(of user: UserID, by number: Int64, in channel: ChannelID) throws(StoreFailure)
    mutating func removeMention(of user: UserID, by number: Int64, in channel: ChannelID) throws(StoreFailure)
    /// Those that the user has read.
    mutating func removeMentions(
        of user: UserID, through number: Int64, in channel: ChannelID
    ) throws(StoreFailure)

    mutating func insertReport(
        _ report: ReportMessage, by user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> Int64

    /// Channels, after the one that is given, in which something may be old enough to be taken away, by number.
    mutating func channelsToPurge(
        after channel: Int64, limit: Int
    ) throws(StoreFailure) -> [RetainingChannel]
    /// Takes the oldest events of a log away for good, as long as they are older than `time`, but no more than `limit`.
    /// - Returns: up to where the log is gone now, and how many events that were; `nil` when nothing was old enough.
    mutating func purge(
        _ channel: ChannelID, before time: Timestamp, limit: Int
    ) throws(StoreFailure) -> (place: LogPlace, count: Int)?
}

/// A channel that keeps its messages only so long.
public struct RetainingChannel: Equatable, Sendable {
    public var id: ChannelID
    /// 0 for a channel that is gone.
    public var seconds: Int64

    public init(id: ChannelID, seconds: Int64) {
        self.id = id
        self.seconds = seconds
    }
}

/// The half of the store that has members, invitations and blocks.
public protocol MemberStore {
    /// The member's row as it is from now on, whether it was there or not.
    mutating func setMember(
        _ member: ChannelMember, as user: UserID, of channel: ChannelID
    ) throws(StoreFailure)
    mutating func removeMember(_ user: UserID, of channel: ChannelID) throws(StoreFailure)
    mutating func setReadMarker(of user: UserID, in channel: ChannelID, to number: Int64) throws(StoreFailure)

    /// Gives the invitation its number.
    mutating func insert(_ invite: Invite, token: String) throws(StoreFailure) -> Invite
    mutating func invite(token: String) throws(StoreFailure) -> Invite?
    mutating func invites(of channel: ChannelID) throws(StoreFailure) -> [Invite]
    mutating func useInvite(_ id: Int64) throws(StoreFailure)
    /// False when there is none of this channel.
    mutating func removeInvite(_ id: Int64, of channel: ChannelID) throws(StoreFailure) -> Bool

    mutating func isBlocked(_ user: UserID, by other: UserID) throws(StoreFailure) -> Bool
    /// False when nothing has changed.
    mutating func setBlock(
        of user: UserID, by other: UserID, isBlocked: Bool, at now: Timestamp
    ) throws(StoreFailure) -> Bool
    mutating func blocked(by user: UserID) throws(StoreFailure) -> [UserCard]
}
