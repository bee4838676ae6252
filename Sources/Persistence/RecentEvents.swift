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

    func last(of channel: ChannelID) -> StoredEvent? {
        channels.withLock { $0[channel]?.last }
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
