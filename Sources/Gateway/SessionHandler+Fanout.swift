internal import Base
internal import Channels
internal import WSServer
internal import Wire

/// Telling those who listen on this worker.
extension SessionHandler {
    /// Encodes an event once, compresses it at most once, and queues the same bytes for everyone here who listens.
    func tell(_ event: Event) {
        if case .channelAdded(let channel, _) = event.fact { join(channel, event.channel) }
        let listeners = topics[event.channel]
        guard !listeners.isEmpty else { return }
        var shared = SharedFrame.text(Envelope.event(event))
        for seat in listeners {
            let frame = shared.form(for: seat.deflate, by: &compressor)
            let hasRoom = outlet.hasRoom(seat.connection)
            if seat.feed.offer(frame, event.channel, event.seq, hasRoom: hasRoom) {
                outlet.send(frame, to: seat.connection)
            } else if seat.feed.isBehind {
                outlet.tellWhenDrained(seat.connection)
            }
        }
    }

    func tell(_ notice: Notice) {
        switch notice {
        case .markerMoved(let channel, let user, let readNumber, let unread, let membersCount):
            if membersCount <= limits.receiptMembersMax {
                tell(
                    Envelope.receipt(channel, user: user, readNumber: readNumber), on: channel,
                    Feed.StateKey(channel: channel, user: user, isOwn: false))
            }
            tell(
                Envelope.unread(channel, readNumber: readNumber, unread: unread), on: .personal(user),
                Feed.StateKey(channel: channel, user: user, isOwn: true))
        }
    }

    private func tell(_ state: [UInt8], on topic: ChannelID, _ key: Feed.StateKey) {
        let listeners = topics[topic]
        guard !listeners.isEmpty else { return }
        let frame = WebSocketFrame.text(state)
        for seat in listeners {
            let hasRoom = outlet.hasRoom(seat.connection)
            if seat.feed.offer(state: key, frame, hasRoom: hasRoom) {
                outlet.send(frame, to: seat.connection)
            } else if seat.feed.isBehind {
                outlet.tellWhenDrained(seat.connection)
            }
        }
    }

    /// Who has become a member listens from now on.
    private func join(_ channel: ChannelID, _ personal: ChannelID) {
        for seat in topics[personal] where !seat.channels.contains(channel) {
            seat.channels.append(channel)
            topics.add(seat, to: channel)
        }
    }
}
