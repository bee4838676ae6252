internal import Base
internal import Channels
internal import Telemetry
internal import WSServer
internal import Wire

/// Telling those who listen on this worker.
extension SessionHandler {
    /// Encodes an event once, compresses it at most once, and queues the same bytes for everyone here who listens. Who
    /// may not see it hears only that there was one.
    func tell(_ event: Event) {
        let listeners = topics[event.channel]
        if !listeners.isEmpty { tell(event, listeners) }
        if case .note(let note) = event.fact { follow(note, of: event.channel, at: event.seq) }
    }

    private func tell(_ event: Event, _ listeners: [Seat]) {
        numbers.deliveries.add(listeners.count)
        var shared = SharedFrame.text(Envelope.event(event))
        let areMany = listeners.count >= limits.patientListenersMin
        guard !event.unseenBy.isEmpty else {
            for seat in listeners { offer(&shared, of: event, to: seat, isOneOfMany: areMany) }
            return
        }
        let unseeing = Set(event.unseenBy)
        var void = SharedFrame.text(Envelope.void(event))
        for seat in listeners {
            if let user = seat.user, !unseeing.contains(user) {
                offer(&shared, of: event, to: seat, isOneOfMany: areMany)
            } else {
                offer(&void, of: event, to: seat, isOneOfMany: areMany)
            }
        }
    }

    private func offer(
        _ shared: inout SharedFrame, of event: Event, to seat: Seat, isOneOfMany: Bool
    ) {
        let frame = shared.form(for: seat.form, by: &compressor)
        let hasRoom = outlet.hasRoom(seat.connection)
        if seat.feed.offer(frame, event.channel, event.seq, hasRoom: hasRoom) {
            if isOneOfMany {
                outlet.sendPatiently(frame, to: seat.connection)
            } else {
                outlet.send(frame, to: seat.connection)
            }
        } else if seat.feed.isBehind {
            outlet.tellWhenDrained(seat.connection)
        }
    }

    /// Membership is the subscription: who has become a member listens from now on, and who is none any more is quiet
    /// at once.
    private func follow(_ note: Event.Note, of channel: ChannelID, at seq: Int64) {
        guard let subject = note.subject else { return }
        switch note.kind {
        case .channelAdded:
            for seat in topics[channel] where !seat.channels.contains(subject) {
                seat.channels.append(subject)
                topics.add(seat, to: subject)
                seat.feed.join(subject, at: seq)
            }
            if let user = channel.owner { channelsChanged(of: user) }
        case .channelRemoved:
            for seat in topics[channel] where seat.channels.contains(subject) {
                seat.channels.removeAll { $0 == subject }
                topics.remove(seat, from: subject)
                seat.feed.leave(subject)
            }
            if let user = channel.owner { channelsChanged(of: user, left: subject) }
        default: return
        }
    }

    func tell(_ notice: Notice) {
        switch notice {
        case .markerMoved(let channel, let user, let readNumber, let unread, let mentions, let membersCount):
            if membersCount <= limits.receiptMembersMax {
                tell(
                    Envelope.receipt(channel, user: user, readNumber: readNumber), on: channel,
                    Feed.StateKey(channel: channel, user: user, isOwn: false))
            }
            tell(
                Envelope.unread(channel, readNumber: readNumber, unread: unread, mentions: mentions),
                on: .personal(user), Feed.StateKey(channel: channel, user: user, isOwn: true))
        case .membersCounted(let channel, let count):
            topics.setMembersCount(count, of: channel)
        }
    }

    private func tell(_ state: [UInt8], on topic: ChannelID, _ key: Feed.StateKey) {
        let listeners = topics[topic]
        guard !listeners.isEmpty else { return }
        var shared = SharedFrame.text(state)
        for seat in listeners {
            let frame = shared.form(for: seat.form, by: &compressor)
            let hasRoom = outlet.hasRoom(seat.connection)
            if seat.feed.offer(state: key, frame, hasRoom: hasRoom) {
                outlet.send(frame, to: seat.connection)
            } else if seat.feed.isBehind {
                outlet.tellWhenDrained(seat.connection)
            }
        }
    }
}
