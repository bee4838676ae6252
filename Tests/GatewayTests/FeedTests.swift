import Base
import Testing

@testable import Gateway

@Suite("Feed") struct FeedTests {
    private func channel(_ number: Int64) throws -> ChannelID { try #require(ChannelID(rawValue: number)) }

    private func key(_ number: Int64) throws -> Feed.StateKey {
        Feed.StateKey(channel: try channel(number), user: try #require(UserID(rawValue: 108)), isOwn: false)
    }

    @Test func `passes everything on while there is room`() throws {
        var feed = Feed(heldBytesMax: 100)
        for seq in 1...5 { #expect(feed.offer([1], try channel(7), Int64(seq), hasRoom: true)) }
        #expect(feed.isLive)
        #expect(feed.next == nil)
    }

    @Test func `notes what a full socket misses as one range of each channel`() throws {
        var feed = Feed(heldBytesMax: 100)
        #expect(feed.offer([1], try channel(7), 41, hasRoom: true))
        #expect(!feed.offer([1], try channel(7), 42, hasRoom: false))
        #expect(feed.isBehind)
        // Room makes no difference before the socket has caught up: order would be lost.
        #expect(!feed.offer([1], try channel(7), 43, hasRoom: true))
        #expect(!feed.offer([1], try channel(3), 9, hasRoom: true))
        feed.catchUp()
        #expect(feed.next == Feed.Range(channel: try channel(7), after: 41, through: 43))
        feed.sent(try channel(7), through: 42)
        #expect(feed.next == Feed.Range(channel: try channel(7), after: 42, through: 43))
        feed.sent(try channel(7), through: 43)
        #expect(feed.next == Feed.Range(channel: try channel(3), after: 8, through: 9))
        #expect(!feed.offer([44], try channel(7), 44, hasRoom: true))
        #expect(feed.finish().isEmpty)
        feed.sent(try channel(3), through: 9)
        #expect(feed.next == nil)
        #expect(feed.finish() == [[44]])
        #expect(feed.isLive)
    }

    @Test func `reads one's own log before the channels that it tells of`() throws {
        var feed = Feed(heldBytesMax: 100)
        let own = ChannelID.personal(People.ann)
        for (missed, seq) in [(try channel(7), 1), (own, 5), (try channel(8), 2)] as [(ChannelID, Int64)] {
            let isSent = feed.offer([1], missed, seq, hasRoom: false)
            #expect(!isSent)
        }
        feed.catchUp()
        #expect(feed.next?.channel == own)
        feed.leave(own)
        #expect(feed.next?.channel == (try channel(7)))
        feed.leave(try channel(7))
        #expect(feed.next?.channel == (try channel(8)))
    }

    @Test func `goes back to reading when more happens than may be held`() throws {
        var feed = Feed(heldBytesMax: 10)
        feed.hold()
        #expect(!feed.offer([UInt8](repeating: 1, count: 8), try channel(7), 1, hasRoom: true))
        #expect(!feed.isBehind)
        #expect(!feed.offer([UInt8](repeating: 2, count: 8), try channel(7), 2, hasRoom: true))
        #expect(feed.isBehind)
        feed.catchUp()
        #expect(feed.next == Feed.Range(channel: try channel(7), after: 0, through: 2))
    }

    @Test func `asks nothing of a channel that is the user's no more`() throws {
        var feed = Feed(heldBytesMax: 10)
        _ = feed.offer([1], try channel(7), 5, hasRoom: false)
        feed.catchUp()
        feed.leave(try channel(7))
        #expect(feed.next == nil)
        #expect(feed.finish().isEmpty)
        #expect(feed.isLive)
    }

    @Test func `keeps of a state only the latest, and sends it behind the events`() throws {
        var feed = Feed(heldBytesMax: 100)
        _ = feed.offer([1], try channel(7), 5, hasRoom: false)
        #expect(!feed.offer(state: try key(7), [10], hasRoom: true))
        #expect(!feed.offer(state: try key(7), [11], hasRoom: true))
        feed.catchUp()
        _ = feed.offer([2], try channel(7), 6, hasRoom: true)
        #expect(!feed.offer(state: try key(7), [12], hasRoom: true))
        feed.sent(try channel(7), through: 5)
        #expect(feed.finish() == [[2], [12]])
        #expect(feed.offer(state: try key(7), [13], hasRoom: true))
        #expect(feed.finish().isEmpty)
    }

    @Test func `keeps no more than so many states`() throws {
        var feed = Feed(heldBytesMax: 100)
        feed.hold()
        for number in 1...10_000 { _ = feed.offer(state: try key(Int64(number)), [1], hasRoom: true) }
        #expect(feed.finish().count == 4_096)
    }
}
