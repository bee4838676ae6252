public import Base
public import Channels

/// A `ChannelStore` of plain values, with the same promises as the one on disk. It can be told to fail.
public struct MemoryChannelStore: ChannelStore {
    /// Everything that has been committed, or that an open transaction sees.
    public struct Content: Equatable, Sendable {
        /// As they were inserted, with the markers where they stand now; the heads are in `heads`.
        public var channels: [ChannelID: ChannelState] = [:]
        public var heads: [ChannelID: ChannelHead] = [:]
        public var logs: [ChannelID: [Event]] = [:]
        public var users: [UserID: UserCard] = [:]
        /// True for a login that has been ended; one that is not here never was.
        public var logins: [LoginID: Bool] = [:]
        public var lastGroup: Int64 = 0
        public var replies: [MessagePlace: Int64] = [:]
        public var reactions: [MessagePlace: [String: Set<UserID>]] = [:]
        public var pins: Set<MessagePlace> = []
        public var files: [UserID: [String: MessageDetails.Attachment]] = [:]
        public var references: [MessagePlace: Set<String>] = [:]
        public var invites: [Invite] = []
        public var tokens: [Int64: String] = [:]
        public var lastInvite: Int64 = 0
        public var blocks: [UserID: Set<UserID>] = [:]
        public var reports: [Report] = []
        public var notifications: [Notification] = []
        public var lastNotification: Int64 = 0
        public var unwanted: [UserID: Set<Notification.Kind>] = [:]
        /// Messages of the logs that are notified of, by channel.
        public var notifiedCount: [ChannelID: Int] = [:]
        /// Users with a device, and what is to be pushed or taken back, in order.
        public var deviceOwners: Set<UserID> = []
        public var pushes: [String] = []
        /// Channels that are gone.
        public var ended: Set<ChannelID> = []

        public init() {}
    }

    /// A message of a channel.
    public struct MessagePlace: Hashable, Sendable {
        public var channel: ChannelID
        public var number: Int64

        public init(channel: ChannelID, number: Int64) {
            self.channel = channel
            self.number = number
        }
    }

    /// What somebody said about a message, once for each who said something.
    public struct Report: Equatable, Sendable {
        public var place: MessagePlace
        public var reporter: UserID
        public var reason: String
        public var comment: String?
    }

    /// Which call fails, counted from the first one after this was set, and how.
    public struct PlannedFailure: Sendable {
        public var call: Int
        public var failure: StoreFailure

        public init(call: Int, failure: StoreFailure) {
            self.call = call
            self.failure = failure
        }
    }

    public private(set) var committed: Content
    private var open: Content?
    /// Set to let a call fail; `nil` again once it has.
    public var plannedFailure: PlannedFailure?

    public init(_ content: Content = Content()) { committed = content }

    // MARK: What tests put in

    public mutating func addUser(_ id: UserID, username: String? = nil, displayName: String? = nil) {
        committed.users[id] = UserCard(id: id, username: username, displayName: displayName)
    }

    public mutating func addLogin(_ login: LoginID, isEnded: Bool = false) { committed.logins[login] = isEnded }

    public mutating func addFile(_ file: MessageDetails.Attachment, of user: UserID) {
        committed.files[user, default: [:]][file.file] = file
    }

    public mutating func setRole(_ role: MemberRole, of user: UserID, in channel: ChannelID) {
        committed.channels[channel]?.members[user]?.role = role
    }

    // MARK: Transactions

    public mutating func begin() throws(StoreFailure) {
        try count()
        precondition(open == nil, "a transaction is open already")
        open = committed
    }

    public mutating func commit() throws(StoreFailure) {
        try count()
        guard let open else { throw .broken("no transaction is open") }
        committed = open
        self.open = nil
    }

    public mutating func rollback() { open = nil }

    // MARK: Writing

    public mutating func append(_ event: Event, head: ChannelHead) throws(StoreFailure) {
        try count()
        try write { content in
            content.logs[event.channel, default: []].append(event)
            content.heads[event.channel] = head
            guard case .messageCreated(let message) = event.fact else { return }
            let before = content.channels[event.channel]?.members[message.sender]?.readNumber ?? 0
            content.channels[event.channel]?.members[message.sender]?.readNumber = max(before, message.number)
        }
    }

    public mutating func insert(_ channel: ChannelState) throws(StoreFailure) {
        try count()
        try write { content in
            content.channels[channel.id] = channel
            if channel.kind != .direct { content.lastGroup = max(content.lastGroup, channel.id.rawValue) }
        }
    }

    public mutating func setReadMarker(
        of user: UserID, in channel: ChannelID, to number: Int64
    ) throws(StoreFailure) {
        try count()
        try write { $0.channels[channel]?.members[user]?.readNumber = number }
    }

    public mutating func update(
        _ channel: ChannelID, _ profile: ChannelProfile, at now: Timestamp
    ) throws(StoreFailure) {
        try count()
        try write {
            $0.channels[channel]?.profile = profile
            $0.channels[channel]?.updatedAt = now
        }
    }

    public mutating func delete(_ channel: ChannelID, at now: Timestamp) throws(StoreFailure) {
        try count()
        try write {
            $0.ended.insert(channel)
            $0.invites.removeAll { $0.channel == channel }
            $0.dropReferences { $0.channel == channel }
        }
    }

    // MARK: Reading

    public mutating func file(
        _ id: String, of user: UserID
    ) throws(StoreFailure) -> MessageDetails.Attachment? {
        try count()
        return seen.files[user]?[id]
    }

    public mutating func refer(to files: [String], by number: Int64, in channel: ChannelID) throws(StoreFailure) {
        try count()
        let there = files.filter { file in seen.files.values.contains { $0[file] != nil } }
        guard !there.isEmpty else { return }
        try write { $0.references[MessagePlace(channel: channel, number: number)] = Set(there) }
    }

    /// No test gives its files a time.
    public mutating func removeUnusedFiles(before time: Timestamp, limit: Int) throws(StoreFailure) -> Int {
        try count()
        return 0
    }

    public mutating func nextGroupID() throws(StoreFailure) -> ChannelID {
        try count()
        guard let id = ChannelID(rawValue: seen.lastGroup + 1) else { throw .broken("no more numbers") }
        return id
    }

    public mutating func channel(_ id: ChannelID) throws(StoreFailure) -> ChannelState? {
        try count()
        guard var state = seen.channels[id], !seen.ended.contains(id) else { return nil }
        state.head = seen.heads[id] ?? ChannelHead()
        if let pair = id.members {
            state.blockers = Set(
                [(pair.low, pair.high), (pair.high, pair.low)].filter { seen.blocks[$0]?.contains($1) == true }
                    .map(\.0))
        }
        return state
    }

    public mutating func head(of channel: ChannelID) throws(StoreFailure) -> ChannelHead {
        try count()
        return seen.heads[channel] ?? ChannelHead()
    }

    public mutating func channels(of user: UserID) throws(StoreFailure) -> [ChannelID] {
        try count()
        return seen.channels.values.filter { $0.members[user] != nil && !seen.ended.contains($0.id) }.map(\.id)
            .sorted { $0.rawValue < $1.rawValue }
    }

    public mutating func user(_ id: UserID) throws(StoreFailure) -> UserCard? {
        try count()
        return seen.users[id]
    }

    public mutating func user(named folded: String) throws(StoreFailure) -> UserCard? {
        try count()
        return seen.users.values.first { $0.username?.lowercased() == folded }
    }

    public mutating func isEnded(_ login: LoginID) throws(StoreFailure) -> Bool {
        try count()
        return seen.logins[login] ?? true
    }

    // MARK: Steps

    var seen: Content { open ?? committed }

    mutating func write(_ body: (inout Content) -> Void) throws(StoreFailure) {
        guard open != nil else { throw .broken("no transaction is open") }
        // Taken out while it is changed, so that nothing is copied.
        var content = open ?? committed
        open = nil
        body(&content)
        open = content
    }

    mutating func count() throws(StoreFailure) {
        guard let planned = plannedFailure else { return }
        guard planned.call <= 1 else {
            plannedFailure?.call -= 1
            return
        }
        plannedFailure = nil
        throw planned.failure
    }
}

extension MemoryChannelStore.Content {
    /// A file to which nothing refers any more is gone.
    mutating func dropReferences(where isDropped: (MemoryChannelStore.MessagePlace) -> Bool) {
        let dropped = references.filter { isDropped($0.key) }
        for place in dropped.keys { references[place] = nil }
        for file in dropped.values.joined() where !references.values.contains(where: { $0.contains(file) }) {
            for owner in files.keys { files[owner]?[file] = nil }
        }
    }
}
