import Base
import Channels
import Testing

@testable import Persistence

@Suite("Event pages") struct EventPageTests {
    private func compareAll(_ log: ChannelLog, _ note: String) throws {
        let expected = ExpectedPages(facts: log.facts), end = log.facts.head.seq
        for after in 0...end + 1 {
            for last in [0, after, after + 1, after + 3, end - 1, end, end + 5, .max] {
                for (limit, bytesMax) in [(1, 1_000), (3, 1_000), (1_000, 1_000), (1_000, 0), (1_000, 24), (4, 30)] {
                    let page = try log.reader.events(
                        of: ChannelLog.channel, after: after, through: last, limit: limit, bytesMax: bytesMax)
                    let wanted = expected.events(after: after, through: last, limit: limit, bytesMax: bytesMax)
                    #expect(
                        page.events == wanted.events && page.hasMore == wanted.hasMore,
                        "after \(after) through \(last), \(limit) events, \(bytesMax) bytes, \(note)")
                }
            }
        }
    }

    @Test func `keep every bound, however much of the log is indexed`() throws {
        var log = try ChannelLog()
        try log.write("-mm-mmm-mm")
        let count = log.unindexedCount
        try compareAll(log, "nothing indexed")
        for indexed in 1...count {
            try log.index(1)
            try compareAll(log, "\(indexed) of \(count) indexed")
        }
    }

    @Test func `give one event at least, however large it is`() throws {
        var log = try ChannelLog()
        try log.write("-mmm")
        let page = try log.reader.events(of: ChannelLog.channel, after: 1, through: .max, limit: 10, bytesMax: 0)
        #expect(page.events.map(\.seq) == [2])
        #expect(page.hasMore)
    }

    @Test func `lead through a whole log one after another`() throws {
        var log = try ChannelLog()
        try log.write(String(repeating: "-mmmm", count: 30))
        try log.index(71)
        var seen: [Event] = [], hasMore = true
        while hasMore {
            let page = try log.reader.events(
                of: ChannelLog.channel, after: seen.last?.seq ?? 0, through: .max, limit: 7, bytesMax: 60)
            try #require(!page.events.isEmpty)
            seen += page.events
            hasMore = page.hasMore
        }
        #expect(seen == log.facts.events)
    }

    @Test func `are for members, and a personal log for its owner`() throws {
        let log = try ChannelLog()
        let reader = log.reader
        #expect(try reader.sight(of: ChannelLog.channel, for: Shelf.ann) != nil)
        #expect(try reader.sight(of: ChannelLog.channel, for: Shelf.bob) != nil)
        #expect(try reader.sight(of: ChannelLog.channel, for: Shelf.cat) == nil)
        #expect(try reader.sight(of: ChannelState.group(1), for: Shelf.ann) == nil)
        #expect(try reader.sight(of: .personal(Shelf.ann), for: Shelf.ann) != nil)
        #expect(try reader.sight(of: .personal(Shelf.ann), for: Shelf.bob) == nil)
    }
}
