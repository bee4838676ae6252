import Base
import Testing

@testable import Gateway

@Suite("Replay") struct ReplayTests {
    private let limits = Limits()

    private func channel(_ number: Int64) throws -> ChannelID { try #require(ChannelID(rawValue: number)) }

    /// Reads a log of events of `eventBytes` as the archive does: at least one event, then until a bound is reached.
    private func run(_ missed: [(channel: Int64, count: Int64)], eventBytes: Int) throws -> (
        replay: Replay, sent: [ChannelID: ClosedRange<Int64>], bytes: Int
    ) {
        let ranges = try missed.map { Feed.Range(channel: try channel($0.channel), after: 10, through: 10 + $0.count) }
        var replay = Replay(ranges, limits: limits)
        var sent: [ChannelID: ClosedRange<Int64>] = [:], bytes = 0
        while let request = replay.next {
            #expect(sent[request.range.channel] == nil)
            let byBytes = max(1, (request.bytesMax + eventBytes - 1) / eventBytes)
            let count = min(Int(request.range.through - request.range.after), request.limit, byBytes)
            #expect(count > 0)
            let last = request.range.after + Int64(count)
            sent[request.range.channel] = request.range.after + 1...last
            bytes += count * eventBytes
            replay.took(eventCount: count, byteCount: count * eventBytes, through: last)
        }
        return (replay, sent, bytes)
    }

    /// Nothing is lost between what was sent and what is named.
    private func expectWhole(
        _ missed: [(channel: Int64, count: Int64)], _ replay: Replay, _ sent: [ChannelID: ClosedRange<Int64>]
    ) throws {
        let rest = Dictionary(uniqueKeysWithValues: replay.more.map { ($0.channel, $0) })
        #expect(rest.count == replay.more.count)
        for (number, count) in missed {
            let id = try channel(number)
            let last = sent[id]?.upperBound ?? 10
            if last == 10 + count {
                #expect(rest[id] == nil)
            } else {
                #expect(rest[id] == Replay.Rest(channel: id, from: last + 1, to: 10 + count))
            }
        }
        #expect(replay.replayedCount == sent.values.reduce(0) { $0 + $1.count })
    }

    @Test func `a few missed events of some channels are sent whole, in the order of the list`() throws {
        let missed: [(channel: Int64, count: Int64)] = [(7, 3), (5, 1), (9, 1_000)]
        let (replay, sent, _) = try run(missed, eventBytes: 100)
        #expect(replay.more.isEmpty)
        #expect(replay.replayedCount == 1_004)
        try expectWhole(missed, replay, sent)
        var fresh = Replay([Feed.Range(channel: try channel(7), after: 1, through: 2)], limits: limits)
        #expect(fresh.next?.range.channel == (try channel(7)))
        fresh.took(eventCount: 1, byteCount: 1, through: 2)
        #expect(fresh.next == nil)
    }

    @Test func `one channel gives a thousand events, and the rest is named`() throws {
        let missed: [(channel: Int64, count: Int64)] = [(7, 1_001), (8, 5)]
        let (replay, sent, _) = try run(missed, eventBytes: 10)
        #expect(sent[try channel(7)]?.count == 1_000)
        #expect(replay.more == [Replay.Rest(channel: try channel(7), from: 1_011, to: 1_011)])
        try expectWhole(missed, replay, sent)
    }

    @Test func `one channel gives a mebibyte, and the rest is named`() throws {
        let missed: [(channel: Int64, count: Int64)] = [(7, 900), (8, 5)]
        let (replay, sent, bytes) = try run(missed, eventBytes: 16 << 10)
        #expect(sent[try channel(7)]?.count == 64)
        #expect(bytes == (64 + 5) * (16 << 10))
        try expectWhole(missed, replay, sent)
    }

    @Test func `all channels together give ten thousand events`() throws {
        let missed = (1...30).map { (channel: Int64($0), count: Int64(700)) }
        let (replay, sent, _) = try run(missed, eventBytes: 10)
        #expect(replay.replayedCount == 10_000)
        #expect(sent.count == 15)
        #expect(replay.more.count == 16)
        try expectWhole(missed, replay, sent)
    }

    @Test func `all channels together give eight mebibytes, and at most one event more`() throws {
        let missed = (1...30).map { (channel: Int64($0), count: Int64(60)) }
        let (replay, sent, bytes) = try run(missed, eventBytes: 10_000)
        #expect((8 << 20)..<(8 << 20) + 10_000 ~= bytes)
        try expectWhole(missed, replay, sent)
    }

    @Test func `nothing missed is nothing to read`() {
        let replay = Replay([], limits: limits)
        #expect(replay.next == nil)
        #expect(replay.more.isEmpty)
        #expect(replay.replayedCount == 0)
    }
}
