import Base
import Channels
import TestSupport

/// A ledger over a store in memory, a few users, and a clock. Every command is a transaction of its own.
struct World {
    var ledger: Ledger<MemoryChannelStore>
    var now = Timestamp(milliseconds: 1_790_000_000_000)
    /// Messages that were given names of their own.
    var namedCount = 0

    static let ann = user(1), bob = user(2), cat = user(3), dan = user(4), eve = user(5)
    static let login = LoginID(high: 7, low: 7)

    /// Without a rate limit unless `limits` says otherwise.
    init(_ limits: Limits = unlimited) {
        var store = MemoryChannelStore()
        for (number, name) in ["ann", "bob", "Cat", "dan", "eve"].enumerated() {
            store.addUser(Self.user(Int64(number + 1)), username: name, displayName: name.uppercased())
        }
        store.addLogin(Self.login)
        ledger = Ledger(store: store, limits: limits)
    }

    static var unlimited: Limits {
        var limits = Limits()
        limits.areRatesLimited = false
        return limits
    }

    static func user(_ number: Int64) -> UserID {
        guard let id = UserID(rawValue: number) else { preconditionFailure("\(number) is no user's number") }
        return id
    }

    static func direct(_ one: UserID, _ other: UserID) -> ChannelID {
        guard let id = ChannelID.direct(one, other) else { preconditionFailure("one user is no pair") }
        return id
    }

    // MARK: Asking

    mutating func ask(
        _ command: Command, as user: UserID, by authority: Authority = .member
    ) throws -> Decision {
        try ledger.store.begin()
        let decision = try ledger.decide(Proposal(user: user, command: command, authority: authority), at: now)
        try ledger.store.commit()
        return decision
    }

    mutating func send(
        _ text: String, as name: String, in channel: ChannelID, by user: UserID
    ) throws -> Decision {
        try ask(
            .sendMessage(
                SendMessage(channel: channel, clientMessageID: ClientMessageID(name), text: Array(text.utf8))),
            as: user)
    }

    mutating func mark(_ number: Int64, in channel: ChannelID, by user: UserID) throws -> Decision {
        try ask(.markRead(MarkRead(channel: channel, messageNumber: number)), as: user)
    }

    mutating func openDirect(_ one: UserID, _ other: UserID) throws -> ChannelID {
        _ = try ask(.openDirect(OpenDirect(peer: .id(other))), as: one)
        return Self.direct(one, other)
    }

    mutating func group(_ members: [UserID], by owner: UserID) throws -> ChannelID {
        try ask(.createChannel(CreateChannel(name: "group", members: members)), as: owner).opened().channel
    }

    mutating func attendance(of user: UserID) throws -> Attendance {
        try ask(.attend(Attend(login: Self.login, session: SessionID(high: 1, low: 1))), as: user).attended()
    }
}

/// What a test expected of a decision and did not find.
struct Unexpected: Error {
    let decision: Decision
}

extension Decision {
    var rejection: Rejection? {
        guard case .failure(let rejection) = result else { return nil }
        return rejection
    }

    func sent() throws -> (message: Message, isDuplicate: Bool) {
        guard case .success(.sent(let message, let isDuplicate)) = result else { throw Unexpected(decision: self) }
        return (message, isDuplicate)
    }

    func opened() throws -> ChannelSummary {
        guard case .success(.opened(let summary, _)) = result else { throw Unexpected(decision: self) }
        return summary
    }

    var isNew: Bool? {
        guard case .success(.opened(_, let isNew)) = result else { return nil }
        return isNew
    }

    func marked() throws -> (readNumber: Int64, unread: Int64) {
        guard case .success(.marked(let readNumber, let unread, _)) = result else { throw Unexpected(decision: self) }
        return (readNumber, unread)
    }

    func attended() throws -> Attendance {
        guard case .success(.attended(let attendance)) = result else { throw Unexpected(decision: self) }
        return attendance
    }

    func listed() throws -> [ChannelSummary] {
        guard case .success(.listed(let summaries)) = result else { throw Unexpected(decision: self) }
        return summaries
    }

    func described() throws -> ChannelSummary {
        guard case .success(.described(let summary)) = result else { throw Unexpected(decision: self) }
        return summary
    }

    func members() throws -> [MemberCard] {
        guard case .success(.members(let members)) = result else { throw Unexpected(decision: self) }
        return members
    }
}
