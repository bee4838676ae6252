import Base
import Testing

@testable import Gateway

@Suite("Feed of states") struct FeedStateTests {
    @Test func `a state that found no room is sent when there is some, and never after a later one`() throws {
        let channel = try #require(ChannelID(rawValue: 7)), user = try #require(UserID(rawValue: 108))
        let key = Feed.StateKey(channel: channel, user: user, isOwn: false)
        var feed = Feed(heldBytesMax: 100), sent: [[UInt8]] = []
        for state: [UInt8] in [[1], [2]] where feed.offer(state: key, state, hasRoom: state == [2]) {
            sent.append(state)
        }
        // As the handler does, once the socket has taken what was queued.
        #expect(feed.isBehind)
        feed.catchUp()
        #expect(feed.next == nil)
        sent += feed.finish()
        #expect(sent == [[2]])
        #expect(feed.isLive)
    }
}
