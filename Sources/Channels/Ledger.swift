public import Base

/// Decides commands one after another, and keeps in memory what the next decision needs. Order, numbers and retries
/// need no locks here, because there is nobody to race with.
public struct Ledger<Store: ChannelStore> {
    public var store: Store
    /// May be changed between two proposals.
    public var limits: Limits
    private var channels: [ChannelID: Loaded] = [:]
    private var memberships: [UserID: [ChannelID]] = [:]
    private var personalHeads: [UserID: ChannelHead] = [:]
    private var users: [UserID: UserCard] = [:]
    private var sendRates: [UserID: TokenBucket] = [:]
    private var joinRates: [UserID: TokenBucket] = [:]

    public init(store: Store, limits: Limits) {
        self.store = store
        self.limits = limits
    }

    /// Decides one command and hands what has changed to the store's open transaction.
    public mutating func decide(_ proposal: Proposal, at now: Timestamp) throws(StoreFailure) -> Decision {
        do throws(Interruption) {
            return try decision(on: proposal.command, by: proposal.user, at: now)
        } catch {
            switch error {
            case .rejected(let rejection): return Decision(refused: rejection)
            case .failed(.damaged): return Decision(refused: .damaged)
            case .failed(let failure): throw failure
            }
        }
    }

    /// Forgets everything: after a failed transaction memory must not run ahead of the disk.
    public mutating func forget() {
        channels.removeAll()
        memberships.removeAll()
        personalHeads.removeAll()
        users.removeAll()
    }

    /// Keeps memory within its bound. Called between transactions; whatever goes is read again when it is wanted.
    public mutating func trim(at now: Timestamp) {
        let most = limits.channelsInMemoryMax
        if channels.count > most || users.count > most || memberships.count > most || personalHeads.count > most {
            forget()
        }
        if sendRates.count > most {
            let window = limits.sendWindowMilliseconds
            sendRates = sendRates.filter { !$0.value.isForgotten(windowMilliseconds: window, at: now.milliseconds) }
        }
        if joinRates.count > most {
            let window = limits.newMembersWindowMilliseconds
            joinRates = joinRates.filter { !$0.value.isForgotten(windowMilliseconds: window, at: now.milliseconds) }
        }
    }

    // MARK: Operations

    private mutating func decision(
        on command: Command, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        switch command {
        case .sendMessage(let send): return try decide(send, by: user, at: now)
        case .openDirect(let open): return try decide(open, by: user, at: now)
        case .createGroup(let create): return try decide(create, by: user, at: now)
        case .markRead(let mark): return try decide(mark, by: user)
        case .attend(let attend): return try decide(attend, by: user)
        case .listChannels: return Decision(.listed(try summaries(for: user)))
        case .listMembers(let id): return Decision(.members(try members(of: id, for: user)))
        case .describeChannel(let id): return Decision(.described(try summary(of: try loaded(id).state, for: user)))
        }
    }

    private mutating func decide(
        _ send: SendMessage, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let channel = try loaded(send.channel)
        let key = RetryKey(channel: send.channel, sender: user, clientMessageID: send.clientMessageID)
        if channel.state.members[user] != nil,
            let first = try stored({ store throws(StoreFailure) in try store.message(sentAs: key) })
        {
            let message = try allowed { () throws(Rejection) in try send.decide(repeating: first) }
            return Decision(.sent(message, isDuplicate: true))
        }
        let message = try allowed { () throws(Rejection) in try send.decide(in: channel.state, by: user, at: now) }
        try takeSendToken(of: user, at: now)
        let event = Event(message)
        try append(event)
        channel.state.members[user]?.readNumber = message.number
        return Decision(.sent(message, isDuplicate: false), events: [event])
    }

    private mutating func decide(
        _ open: OpenDirect, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let peer: UserID
        switch open.peer {
        case .id(let id): peer = try card(of: id).id
        case .username(let name):
            guard let found = try stored({ store throws(StoreFailure) in try store.user(named: name.lowercased()) })
            else { throw .rejected(.noSuchUser) }
            peer = found.id
        }
        let fresh = try allowed { () throws(Rejection) in try open.decide(by: user, with: peer, at: now) }
        if let channel = try find(fresh.id) {
            return Decision(.opened(try summary(of: channel.state, for: user), isNew: false))
        }
        return try establish(fresh, by: user, at: now)
    }

    private mutating func decide(
        _ create: CreateGroup, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        try allowed { () throws(Rejection) in try create.validate(within: limits) }
        for member in create.members where try known(member) == nil {
            throw .rejected(.invalid("/members", "not_found", "there is no user \(member)"))
        }
        let id = try stored { store throws(StoreFailure) in try store.nextGroupID() }
        return try establish(create.decide(as: id, by: user, at: now), by: user, at: now)
    }

    /// Writes a new channel: its first event, and on each member's own log that it is there.
    private mutating func establish(
        _ fresh: ChannelState, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        // Refused before anything is written: a token may outlive its user.
        _ = try card(of: user)
        try takeJoinTokens(fresh.members.count, of: user, at: now)
        try stored { store throws(StoreFailure) in try store.insert(fresh) }
        let channel = Loaded(fresh)
        channels[fresh.id] = channel
        let created = JSONWriter.object { json in
            json.member("kind", fresh.kind.rawValue)
            json.member("name", orNull: fresh.name)
            json.member("members_count", fresh.members.count)
            json.member("by", user)
        }
        var events = [Event(channel: fresh.id, seq: 1, at: now, fact: .channelCreated(data: created))]
        try append(events[0])
        for member in fresh.members.keys.sorted() {
            if memberships[member] != nil { memberships[member]?.append(fresh.id) }
            let log = ChannelID.personal(member)
            let event = Event(
                channel: log, seq: try personalHead(of: member).seq + 1, at: now,
                fact: .channelAdded(fresh.id, data: try summary(of: channel.state, for: member).json))
            try append(event)
            events.append(event)
        }
        return Decision(.opened(try summary(of: channel.state, for: user), isNew: true), events: events)
    }

    private mutating func decide(_ mark: MarkRead, by user: UserID) throws(Interruption) -> Decision {
        let channel = try loaded(mark.channel)
        let before = channel.state.members[user]?.readNumber
        let number = try allowed { () throws(Rejection) in try mark.decide(in: channel.state, by: user) }
        let unread = channel.state.head.lastMessageNumber - number
        guard number != before else { return Decision(.marked(readNumber: number, unread: unread)) }
        try stored { store throws(StoreFailure) in
            try store.setReadMarker(of: user, in: mark.channel, to: number)
        }
        channel.state.members[user]?.readNumber = number
        let notice = Notice.markerMoved(
            channel: mark.channel, user: user, readNumber: number, unread: unread,
            membersCount: channel.state.members.count)
        return Decision(.marked(readNumber: number, unread: unread), notices: [notice])
    }

    private mutating func decide(_ attend: Attend, by user: UserID) throws(Interruption) -> Decision {
        guard !(try stored({ store throws(StoreFailure) in try store.isEnded(attend.login) })) else {
            throw .rejected(.loginEnded)
        }
        return Decision(
            .attended(
                Attendance(
                    session: attend.session, user: try card(of: user), channels: try summaries(for: user),
                    personalSeq: try personalHead(of: user).seq)))
    }

    // MARK: What decisions look at

    /// A channel; one that is not there is refused like one that the caller may not see.
    private mutating func loaded(_ id: ChannelID) throws(Interruption) -> Loaded {
        guard let channel = try find(id) else { throw .rejected(.noSuchChannel) }
        return channel
    }

    private mutating func find(_ id: ChannelID) throws(Interruption) -> Loaded? {
        if let channel = channels[id] { return channel }
        guard let state = try stored({ store throws(StoreFailure) in try store.channel(id) }) else { return nil }
        let channel = Loaded(state)
        channels[id] = channel
        return channel
    }

    private mutating func summary(of state: ChannelState, for user: UserID) throws(Interruption) -> ChannelSummary {
        guard let member = state.members[user] else { throw .rejected(.noSuchChannel) }
        let peer: UserCard? = if let id = state.peer(of: user) { try card(of: id) } else { nil }
        return ChannelSummary(of: state, for: member, peer: peer)
    }

    /// All channels of a user, most recently active first.
    private mutating func summaries(for user: UserID) throws(Interruption) -> [ChannelSummary] {
        let ids: [ChannelID]
        if let cached = memberships[user] {
            ids = cached
        } else {
            ids = try stored { store throws(StoreFailure) in try store.channels(of: user) }
            memberships[user] = ids
        }
        var all: [ChannelSummary] = []
        all.reserveCapacity(ids.count)
        for id in ids { all.append(try summary(of: try loaded(id).state, for: user)) }
        return all.sorted { one, other in
            one.lastActiveAt == other.lastActiveAt
                ? one.channel.rawValue < other.channel.rawValue : one.lastActiveAt > other.lastActiveAt
        }
    }

    private mutating func members(of id: ChannelID, for user: UserID) throws(Interruption) -> [MemberCard] {
        let members = try loaded(id).state.members
        guard members[user] != nil else { throw .rejected(.noSuchChannel) }
        var cards: [MemberCard] = []
        for (id, member) in members.sorted(by: { $0.key < $1.key }) {
            cards.append(MemberCard(user: try card(of: id), member: member))
        }
        return cards
    }

    private mutating func known(_ id: UserID) throws(Interruption) -> UserCard? {
        if let card = users[id] { return card }
        guard let card = try stored({ store throws(StoreFailure) in try store.user(id) }) else { return nil }
        users[id] = card
        return card
    }

    private mutating func card(of id: UserID) throws(Interruption) -> UserCard {
        guard let card = try known(id) else { throw .rejected(.noSuchUser) }
        return card
    }

    private mutating func personalHead(of user: UserID) throws(Interruption) -> ChannelHead {
        if let head = personalHeads[user] { return head }
        let head = try stored { store throws(StoreFailure) in try store.head(of: .personal(user)) }
        personalHeads[user] = head
        return head
    }

    // MARK: Steps

    private mutating func append(_ event: Event) throws(Interruption) {
        if let owner = event.channel.owner {
            var head = try personalHead(of: owner)
            head.advance(past: event)
            try stored { store throws(StoreFailure) in try store.append(event, head: head) }
            personalHeads[owner] = head
        } else {
            let channel = try loaded(event.channel)
            var head = channel.state.head
            head.advance(past: event)
            try stored { store throws(StoreFailure) in try store.append(event, head: head) }
            channel.state.head = head
        }
    }

    private mutating func takeSendToken(of user: UserID, at now: Timestamp) throws(Interruption) {
        guard limits.areRatesLimited else { return }
        let capacity = limits.sendCountMax, window = limits.sendWindowMilliseconds
        let wait = sendRates[
            user, default: TokenBucket(capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        ]
        .take(capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        guard let wait else { return }
        let rule = "\(capacity) messages per \(window / 1_000) s"
        throw .rejected(Rejection(.rateLimited, rule, retryAfterMilliseconds: wait))
    }

    /// A new channel costs as much as it has members: each of them is told, and written down.
    private mutating func takeJoinTokens(
        _ count: Int, of user: UserID, at now: Timestamp
    ) throws(Interruption) {
        guard limits.areRatesLimited else { return }
        let capacity = limits.newMembersMax, window = limits.newMembersWindowMilliseconds
        let wait = joinRates[
            user, default: TokenBucket(capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        ]
        .take(count, capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        guard let wait else { return }
        let rule = "new channels with \(capacity) members in all per \(window / 1_000) s"
        throw .rejected(Rejection(.rateLimited, rule, retryAfterMilliseconds: wait))
    }

    private mutating func stored<Value>(
        _ body: (inout Store) throws(StoreFailure) -> Value
    ) throws(Interruption) -> Value {
        do throws(StoreFailure) { return try body(&store) } catch { throw .failed(error) }
    }

    private func allowed<Value>(_ body: () throws(Rejection) -> Value) throws(Interruption) -> Value {
        do throws(Rejection) { return try body() } catch { throw .rejected(error) }
    }
}

/// A channel in memory, changed in place: a copy for each message would cost as much as the channel has members.
private final class Loaded {
    var state: ChannelState

    init(_ state: ChannelState) { self.state = state }
}

/// Why a decision ended early: the user may not, or the machine could not.
private enum Interruption: Error {
    case rejected(Rejection)
    case failed(StoreFailure)
}
