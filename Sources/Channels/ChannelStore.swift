public import Base

/// Why the store could not do as it was told.
public enum StoreFailure: Error, Equatable, Sendable {
    /// No room on the disk. Nothing of the transaction is kept; reading goes on.
    case full
    /// What is stored is not what was written. It is never shown; everything else goes on.
    case damaged(String)
    /// The disk or the database failed. What became of the transaction is unknown, so the process must not go on.
    case broken(String)
}

/// Where the ledger's decisions are kept. Used by one thread. Between `begin` and `commit` its own writes can be read;
/// after `rollback` there is no trace of them.
public protocol ChannelStore {
    mutating func begin() throws(StoreFailure)
    /// Returns when everything since `begin` is on disk.
    mutating func commit() throws(StoreFailure)
    mutating func rollback()

    /// `head` is where the event's log stands after it.
    mutating func append(_ event: Event, head: ChannelHead) throws(StoreFailure)
    mutating func insert(_ channel: ChannelState) throws(StoreFailure)
    mutating func setReadMarker(of user: UserID, in channel: ChannelID, to number: Int64) throws(StoreFailure)

    /// A group's number that was never given before.
    mutating func nextGroupID() throws(StoreFailure) -> ChannelID
    mutating func channel(_ id: ChannelID) throws(StoreFailure) -> ChannelState?
    mutating func head(of channel: ChannelID) throws(StoreFailure) -> ChannelHead
    mutating func channels(of user: UserID) throws(StoreFailure) -> [ChannelID]
    mutating func user(_ id: UserID) throws(StoreFailure) -> UserCard?
    /// `folded` is the username in lower case.
    mutating func user(named folded: String) throws(StoreFailure) -> UserCard?
    mutating func message(sentAs key: RetryKey) throws(StoreFailure) -> Message?
    /// Whether a login has been ended.
    mutating func isEnded(_ login: LoginID) throws(StoreFailure) -> Bool
}
