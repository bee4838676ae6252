import Base
import Channels
import Testing

@testable import Persistence

@Suite("History pages") struct HistoryPageTests {
    /// Every page of every kind around every message of the log, and a little beyond its ends.
    private func compareAll(_ log: ChannelLog, limits: [Int], _ note: String) throws {
        let expected = ExpectedPages(facts: log.facts), last = log.facts.head.lastMessageNumber
        var positions: [HistoryPosition] = [.newest, .before(.max), .after(.max), .around(.max)]
        for number in 0...last + 2 {
            positions += [.before(max(1, number)), .after(number), .around(max(1, number))]
        }
        for position in positions {
            for limit in limits {
                let page = try log.reader.messages(of: ChannelLog.channel, at: position, limit: limit)
                let wanted = expected.messages(at: position, limit: limit)
                #expect(page.messages.map(\.number) == wanted.numbers, "\(position), \(limit), \(note)")
                #expect(page.hasMore == wanted.hasMore, "\(position), \(limit), \(note)")
                #expect(page.messages.allSatisfy { log.facts.messages[Int($0.number) - 1] == $0 })
            }
        }
    }

    @Test func `are exact at every boundary, however much of the log is indexed`() throws {
        var log = try ChannelLog()
        try log.write("-mmmmmmmmmm")
        let count = log.unindexedCount
        try compareAll(log, limits: [1, 2, 3, 5, 10, 11], "nothing indexed")
        for indexed in 1...count {
            try log.index(1)
            try compareAll(log, limits: [1, 2, 3, 5, 10, 11], "\(indexed) of \(count) indexed")
        }
    }

    @Test(arguments: [0, 3, 6, 11]) func `end where their bytes do, and say that there is more`(indexed: Int) throws {
        var log = try ChannelLog()
        try log.write("-mmmmmmmmmm")
        if indexed > 0 { try log.index(indexed) }
        func page(_ position: HistoryPosition, _ messages: Int) throws -> (numbers: [Int64], hasMore: Bool) {
            let size = try #require(log.facts.messages.last).contentByteCount
            let found = try log.reader.messages(
                of: ChannelLog.channel, at: position, limit: 50, bytesMax: messages * size)
            return (found.messages.map(\.number), found.hasMore)
        }
        #expect(try page(.newest, 3) == ([8, 9, 10], true))
        #expect(try page(.before(4), 3) == ([1, 2, 3], false))
        #expect(try page(.after(5), 2) == ([6, 7], true))
        // What the older half leaves, the newer may use; these are a little shorter than the last one.
        #expect(try page(.around(5), 4) == ([3, 4, 5, 6, 7], true))
        // One message always has room: a page that is empty leads nowhere.
        #expect(try page(.newest, 0) == ([10], true))
    }

    @Test func `count a text as JSON writes it`() throws {
        var facts = Facts(ChannelLog.channel)
        let event = facts.message("a\u{1}\"\\é", as: "n", by: Shelf.ann)
        #expect(event.contentByteCount == 1 + 1 + 6 + 2 + 2 + 2)
    }

    @Test func `of an empty channel are empty`() throws {
        var log = try ChannelLog()
        try compareAll(log, limits: [1, 50], "no event")
        try log.write("-")
        try compareAll(log, limits: [1, 50], "one event")
        try log.index(.max >> 1)
        try compareAll(log, limits: [1, 50], "one event, indexed")
    }

    @Test(arguments: 1...24) func `are exact in logs of every mixture`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        // From nearly all messages to nearly none, in runs, so that numbers and places drift apart.
        let share = Double.random(in: 0.05...0.95, using: &random)
        var log = try ChannelLog()
        var kind: Character = "-"
        for _ in 1...4 {
            let shape = (0..<Int.random(in: 1...25, using: &random)).map { _ in
                if Int.random(in: 0..<3, using: &random) > 0 {
                    kind = Double.random(in: 0..<1, using: &random) < share ? "m" : "-"
                }
                return kind
            }
            try log.write(shape)
            let note = "seed \(seed), \(log.facts.head)"
            try compareAll(log, limits: [1, 4], note)
            try log.index(Int.random(in: 1...max(1, log.unindexedCount), using: &random))
            try compareAll(log, limits: [1, 4, 50], "\(note), \(log.unindexedCount) waiting")
        }
    }
}
