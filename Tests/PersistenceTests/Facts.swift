import Base
import Channels

/// A channel's log in the making: gives each fact its numbers.
struct Facts {
    let channel: ChannelID
    var head = ChannelHead()
    private(set) var events: [Event] = []

    init(_ channel: ChannelID) { self.channel = channel }

    /// A message; without a name it gets one that no other has.
    mutating func message(_ text: String, as name: String? = nil, by sender: UserID) -> Event {
        let seq = head.seq + 1
        return add(
            Event(
                Message(
                    channel: channel, number: head.lastMessageNumber + 1, seq: seq, sender: sender,
                    clientMessageID: ClientMessageID(name ?? "n\(seq)"), text: Array(text.utf8),
                    createdAt: Timestamp(milliseconds: 1_790_000_000_000 + seq * 10))))
    }

    /// An event that is no message.
    mutating func other(_ text: String = "{}") -> Event {
        let seq = head.seq + 1, at = Timestamp(milliseconds: 1_790_000_000_000 + seq * 10)
        guard channel.isPersonal, let added = ChannelID("205") else {
            return add(
                Event(
                    channel: channel, seq: seq, at: at, fact: .note(Event.Note(.channelCreated, data: Array(text.utf8)))
                ))
        }
        let data = JSONWriter.object { json in json.member("channel", added) }
        return add(
            Event(
                channel: channel, seq: seq, at: at, fact: .note(Event.Note(.channelAdded, subject: added, data: data))))
    }

    private mutating func add(_ event: Event) -> Event {
        head.advance(past: event)
        events.append(event)
        return event
    }

    var messages: [Message] {
        events.compactMap { event in
            if case .messageCreated(let message) = event.fact { message } else { nil }
        }
    }
}

extension ChannelState {
    /// A new channel of these members, the first of whom owns it if it is a group.
    static func new(_ id: ChannelID, _ members: [UserID], name: String? = nil) -> ChannelState {
        let kind: Kind = id.members == nil ? .group : .direct
        var all: [UserID: ChannelMember] = [:]
        for (index, user) in members.enumerated() {
            let role: MemberRole = kind == .group && index == 0 ? .owner : .member
            all[user] = ChannelMember(role: role, readNumber: 0, joinedAt: Shelf.start)
        }
        return ChannelState(
            id: id, kind: kind, profile: ChannelProfile(name: name), createdAt: Shelf.start, members: all)
    }

    static func group(_ number: Int64) -> ChannelID {
        guard let id = ChannelID(rawValue: number) else { preconditionFailure("\(number) is no group") }
        return id
    }

    static func direct(_ one: UserID, _ other: UserID) -> ChannelID {
        guard let id = ChannelID.direct(one, other) else { preconditionFailure("one user is no pair") }
        return id
    }
}
