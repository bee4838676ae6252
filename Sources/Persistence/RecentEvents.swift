internal import Base
internal import Channels

/// The committed events that no index knows yet, by channel and in order. The committer writes it, readers copy from
/// it.
///
/// A reader looks here first and into the database afterwards: an event leaves only after the transaction that indexed
/// it was committed, so it is always found in one of the two.
final class RecentEvents: Sendable {
    private let channels = Guarded<[ChannelID: [StoredEvent]]>([:])

    func append(_ events: [StoredEvent]) {
        channels.withLock { channels in
            for event in events { channels[event.event.channel, default: []].append(event) }
        }
    }

    func events(of channel: ChannelID) -> [StoredEvent] {
        channels.withLock { $0[channel] ?? [] }
    }

    /// Gives messages other content than they were sent with.
    func amend(_ messages: [Int64: Message]) {
        channels.withLock { channels in
            for (position, message) in messages {
                guard let events = channels[message.channel], case let index = events.place(of: position),
                    index < events.count, events[index].position == position
                else { continue }
                channels[message.channel]?[index].event = Event(message)
            }
        }
    }

    /// Forgets what has been indexed: each channel's events up to a position.
    func remove(through positions: [ChannelID: Int64]) {
        channels.withLock { channels in
            for (channel, position) in positions {
                guard let events = channels[channel] else { continue }
                let kept = events.drop { $0.position <= position }
                channels[channel] = kept.isEmpty ? nil : Array(kept)
            }
        }
    }
}

extension [StoredEvent] {
    /// Where an event of this position is, or would be.
    fileprivate func place(of position: Int64) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The event by which a message was created, in a part of one channel's log. Numbers grow with the places, and what
    /// is no message stands between them.
    func creation(of number: Int64) -> StoredEvent? {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            var probe = middle
            while probe >= low, self[probe].messageNumber == nil { probe -= 1 }
            guard probe >= low, let found = self[probe].messageNumber, found >= number else {
                low = middle + 1
                continue
            }
            if found == number { return self[probe] }
            high = probe
        }
        return nil
    }
}

extension StoredEvent {
    fileprivate var messageNumber: Int64? {
        if case .messageCreated(let message) = event.fact { message.number } else { nil }
    }
}
