import Base
import Channels
import TestSupport

/// What users may see, worked out slowly from a store that keeps everything in memory.
struct SlowReader {
    let content: MemoryChannelStore.Content

    private struct Sight {
        let user: UserID
        var start = LogPlace.start
        var hidden = NumberRanges()

        func sees(_ number: Int64) -> Bool { number > start.number && !hidden.contains(number) }
    }

    private func sight(of channel: ChannelID, for user: UserID) -> Sight? {
        var sight = Sight(user: user)
        if let owner = channel.owner { return owner == user ? sight : nil }
        guard let state = content.channels[channel], !content.ended.contains(channel),
            let member = state.members[user]
        else { return nil }
        sight.start = LogPlace(
            seq: max(member.start.seq, state.purged.seq), number: max(member.start.number, state.purged.number))
        sight.hidden = state.hidden[user] ?? NumberRanges()
        return sight
    }

    private func message(_ number: Int64, in channel: ChannelID) -> Message? {
        for case .messageCreated(let message) in (content.logs[channel] ?? []).map(\.fact)
        where message.number == number {
            return message.withoutFingerprint
        }
        return nil
    }

    /// Every event of a log by itself, those that may not be seen as voids.
    private func log(of channel: ChannelID, _ sight: Sight) -> [Event] {
        var events = (0..<sight.start.seq).map { seq in
            Event(channel: channel, seq: seq + 1, at: Timestamp(milliseconds: 0), fact: .void(through: seq + 1))
        }
        for event in content.logs[channel] ?? [] where event.seq > sight.start.seq {
            var seen = event
            seen.unseenBy = []
            seen.fact = fact(of: event, sight)
            if case .void = seen.fact { seen.at = Timestamp(milliseconds: 0) }
            events.append(seen)
        }
        return events
    }

    private func fact(of event: Event, _ sight: Sight) -> Event.Fact {
        switch event.fact {
        case .messageCreated(let message) where sight.sees(message.number):
            return .messageCreated(message.withoutFingerprint)
        case .messageUpdated(let old):
            guard sight.sees(old.number), let message = message(old.number, in: event.channel), !message.isDeleted
            else { break }
            return .messageUpdated(message)
        case .note(let note):
            if let number = note.target {
                guard sight.sees(number), message(number, in: event.channel)?.isDeleted == false else { break }
            }
            if note.kind == .channelAdded, let subject = note.subject {
                guard content.channels[subject]?.members[sight.user] != nil, !content.ended.contains(subject) else {
                    break
                }
            }
            return event.fact
        case .messageCreated, .void: break
        }
        return .void(through: event.seq)
    }

    func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int
    ) -> (events: [Event], hasMore: Bool)? {
        guard let sight = sight(of: channel, for: user) else { return nil }
        // What comes before a user's time is one event, however much it is.
        var page: [Event] = [], count = seq < min(sight.start.seq, last) ? 1 : 0
        for event in log(of: channel, sight) where event.seq > seq && event.seq <= last {
            if event.seq > sight.start.seq {
                guard count < limit else { return (page, true) }
                count += 1
            }
            if case .void(let through) = event.fact, case .void = page.last?.fact {
                page[page.count - 1].fact = .void(through: through)
            } else {
                page.append(event)
            }
        }
        return (page, false)
    }

    /// All messages that a user may see, with what others have made of them; reactions by their emoji.
    func views(of channel: ChannelID, for user: UserID) -> [MessageView]? {
        guard let sight = sight(of: channel, for: user) else { return nil }
        return (content.logs[channel] ?? []).compactMap { event in
            guard case .messageCreated(let message) = event.fact, sight.sees(message.number) else { return nil }
            let place = MemoryChannelStore.MessagePlace(channel: channel, number: message.number)
            let reactions = (content.reactions[place] ?? [:]).sorted { $0.key < $1.key }.map { emoji, users in
                MessageView.Reaction(emoji: emoji, count: Int64(users.count), isMine: users.contains(user))
            }
            let replies = content.replies.filter { reply, root in
                reply.channel == channel && root == message.number && sight.sees(reply.number)
            }.map(\.key.number)
            // When it was pinned is not kept in memory.
            return MessageView(
                message.withoutFingerprint, reactions: reactions,
                pinnedAt: content.pins.contains(place) ? Shelf.start : nil,
                thread: replies.max().map { .init(replyCount: Int64(replies.count), lastReply: $0) })
        }
    }
}

extension Message {
    /// Fingerprints are different in every store.
    var withoutFingerprint: Message {
        guard !isPlain, details.fingerprint != nil else { return self }
        var message = self
        message.details.fingerprint = nil
        return message
    }
}

extension Event {
    var withoutFingerprint: Event {
        var event = self
        switch fact {
        case .messageCreated(let message): event.fact = .messageCreated(message.withoutFingerprint)
        case .messageUpdated(let message): event.fact = .messageUpdated(message.withoutFingerprint)
        case .note, .void: break
        }
        return event
    }
}

extension MessageView {
    /// As far as a store in memory knows it.
    var comparable: MessageView {
        MessageView(
            message.withoutFingerprint, reactions: reactions.sorted { $0.emoji < $1.emoji },
            pinnedAt: pinnedAt == nil ? nil : Shelf.start, thread: thread)
    }
}

extension Decision {
    /// Without what is different in every store: fingerprints, and the numbers of reports.
    var comparable: Decision {
        var decision = self
        decision.events = events.map(\.withoutFingerprint)
        switch result {
        case .success(.sent(let message, let isDuplicate)):
            decision.result = .success(.sent(message.withoutFingerprint, isDuplicate: isDuplicate))
        case .success(.edited(let message, let seq)):
            decision.result = .success(.edited(message.withoutFingerprint, seq: seq))
        case .success(.reported): decision.result = .success(.reported(1))
        default: break
        }
        return decision
    }
}
