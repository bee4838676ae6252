import Base
import Channels
import TestSupport

/// What people do, in fewer words.
extension World {
    /// Says something under a name that no other message has.
    mutating func say(
        _ text: String, in channel: ChannelID, by user: UserID, _ details: MessageDetails = .plain
    ) throws -> Message {
        namedCount += 1
        return try send(text, as: "said \(namedCount)", in: channel, by: user, details).sent().message
    }

    mutating func send(
        _ text: String, as name: String, in channel: ChannelID, by user: UserID, _ details: MessageDetails
    ) throws -> Decision {
        let send = SendMessage(
            channel: channel, clientMessageID: ClientMessageID(name), text: Array(text.utf8), details: details)
        return try ask(.sendMessage(send), as: user)
    }

    mutating func edit(
        _ number: Int64, to text: String, in channel: ChannelID, by user: UserID
    ) throws -> Decision {
        try ask(.editMessage(EditMessage(channel: channel, number: number, text: Array(text.utf8))), as: user)
    }

    mutating func delete(
        _ ranges: ClosedRange<Int64>..., for scope: DeleteMessages.Scope = .all, in channel: ChannelID, by user: UserID
    ) throws -> Decision {
        try ask(.deleteMessages(DeleteMessages(channel: channel, ranges: ranges, scope: scope)), as: user)
    }

    mutating func hide(_ number: Int64, in channel: ChannelID, by user: UserID) throws -> Decision {
        try delete(number...number, for: .me, in: channel, by: user)
    }

    mutating func react(
        _ emoji: String, to number: Int64, in channel: ChannelID, by user: UserID, isAdded: Bool = true
    ) throws -> Decision {
        try ask(.react(React(channel: channel, number: number, emoji: emoji, isAdded: isAdded)), as: user)
    }

    mutating func pin(
        _ number: Int64, in channel: ChannelID, by user: UserID, isPinned: Bool = true
    ) throws -> Decision {
        try ask(.pinMessage(PinMessage(channel: channel, number: number, isPinned: isPinned)), as: user)
    }

    /// A channel for many whose profile is changed before it is made.
    mutating func channel(
        _ members: [UserID], by owner: UserID, kind: ChannelState.Kind = .group,
        _ change: (inout ChannelProfile) -> Void = { _ in }
    ) throws -> ChannelID {
        var profile = ChannelProfile(name: "channel")
        change(&profile)
        return try ask(.createChannel(CreateChannel(kind: kind, profile: profile, members: members)), as: owner)
            .opened().channel
    }

    mutating func update(
        _ channel: ChannelID, by user: UserID, _ change: (inout UpdateChannel) -> Void
    ) throws -> Decision {
        var update = UpdateChannel(channel: channel)
        change(&update)
        return try ask(.updateChannel(update), as: user)
    }

    mutating func add(
        _ user: UserID, to channel: ChannelID, by actor: UserID, as role: MemberRole? = nil
    ) throws -> Decision {
        try ask(.addMember(AddMember(channel: channel, user: user, role: role)), as: actor)
    }

    mutating func remove(_ user: UserID, from channel: ChannelID, by actor: UserID) throws -> Decision {
        try ask(.removeMember(RemoveMember(channel: channel, user: user)), as: actor)
    }

    mutating func setRole(
        _ role: MemberRole, of user: UserID, in channel: ChannelID, by actor: UserID
    ) throws -> Decision {
        try ask(.changeRole(ChangeRole(channel: channel, user: user, role: role)), as: actor)
    }

    mutating func summary(of channel: ChannelID, for user: UserID) throws -> ChannelSummary {
        try ask(.describeChannel(channel), as: user).described()
    }

    /// Unread messages, and those of them that name the user.
    mutating func unread(in channel: ChannelID, by user: UserID) throws -> [Int64] {
        let summary = try summary(of: channel, for: user)
        return [summary.unread, summary.mentions]
    }

    /// The same world with nothing in the ledger's memory.
    var forgetful: World {
        var world = self
        world.ledger.forget()
        return world
    }

    /// What the same world without memory says.
    func forgetting<Value>(_ ask: (inout World) throws -> Value) rethrows -> Value {
        var world = forgetful
        return try ask(&world)
    }

    func log(of channel: ChannelID) -> [Event] { ledger.store.committed.logs[channel] ?? [] }

    func stored(_ number: Int64, in channel: ChannelID) -> Message? {
        for case .messageCreated(let message) in log(of: channel).map(\.fact) where message.number == number {
            return message
        }
        return nil
    }
}

extension Decision {
    var code: Rejection.Code? { rejection?.code }

    /// Where the command was at fault.
    var pointers: [String]? { rejection?.faults.map(\.pointer) }

    /// The kinds of its notes, each with the log that it stands in.
    var notes: [Event.Note.Kind] {
        events.compactMap { if case .note(let note) = $0.fact { note.kind } else { nil } }
    }

    /// The data of its only note of a kind.
    func data(of kind: Event.Note.Kind) throws -> String {
        for case .note(let note) in events.map(\.fact) where note.kind == kind {
            return String(decoding: note.data, as: UTF8.self)
        }
        throw Unexpected(decision: self)
    }

    func edited() throws -> (message: Message, seq: Int64) {
        guard case .success(.edited(let message, let seq)) = result else { throw Unexpected(decision: self) }
        return (message, seq)
    }

    func deleted() throws -> (seq: Int64?, personalSeq: Int64?) {
        guard case .success(.deleted(let seq, let personalSeq)) = result else { throw Unexpected(decision: self) }
        return (seq, personalSeq)
    }

    func changed() throws -> Int64 {
        guard case .success(.changed(_, let seq)) = result else { throw Unexpected(decision: self) }
        return seq
    }

    func member() throws -> (card: MemberCard, isNew: Bool) {
        guard case .success(.member(let card, let isNew)) = result else { throw Unexpected(decision: self) }
        return (card, isNew)
    }

    func invited() throws -> Invite {
        guard case .success(.invited(let invite)) = result else { throw Unexpected(decision: self) }
        return invite
    }

    func invites() throws -> [Invite] {
        guard case .success(.invites(let invites)) = result else { throw Unexpected(decision: self) }
        return invites
    }

    func reported() throws -> Int64 {
        guard case .success(.reported(let id)) = result else { throw Unexpected(decision: self) }
        return id
    }

    func users() throws -> [UserID] {
        guard case .success(.users(let cards)) = result else { throw Unexpected(decision: self) }
        return cards.map(\.id)
    }
}
