internal import Base
internal import Channels

/// What a resuming client has missed, read channel by channel within bounds; the rest is named for the client to ask
/// for. Pure.
struct Replay {
    /// A part of a log that is left to the client.
    struct Rest: Equatable, Sendable {
        var channel: ChannelID
        var from: Int64
        var to: Int64
    }

    /// What to read now.
    struct Request: Equatable, Sendable {
        var range: Feed.Range
        var limit: Int
        var bytesMax: Int
    }

    private var waiting: [Feed.Range]
    private var eventsLeft: Int
    private var bytesLeft: Int
    private let limits: Limits
    private(set) var replayedCount = 0
    private(set) var more: [Rest] = []

    /// Channels in which much has happened lately come first, as they do in every list.
    init(_ ranges: [Feed.Range], limits: Limits) {
        waiting = ranges.reversed()
        self.limits = limits
        eventsLeft = limits.replayEventsMax
        bytesLeft = limits.replayBytesMax
    }

    var next: Request? {
        guard let range = waiting.last else { return nil }
        return Request(
            range: range, limit: min(limits.replayChannelEventsMax, eventsLeft),
            bytesMax: min(limits.replayChannelBytesMax, bytesLeft))
    }

    /// Takes what was read for `next`. When all bounds are used up, the rest of the channels is named at once.
    mutating func took(eventCount: Int, byteCount: Int, through seq: Int64) {
        guard let range = waiting.popLast() else { return }
        replayedCount += eventCount
        eventsLeft -= eventCount
        bytesLeft -= byteCount
        if seq < range.through { more.append(Rest(channel: range.channel, from: seq + 1, to: range.through)) }
        guard eventsLeft <= 0 || bytesLeft <= 0 else { return }
        while let range = waiting.popLast() {
            more.append(Rest(channel: range.channel, from: range.after + 1, to: range.through))
        }
    }
}
