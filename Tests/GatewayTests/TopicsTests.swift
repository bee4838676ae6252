import Base
import Testing

@testable import Gateway

@Suite("Topics") struct TopicsTests {
    private final class Listener {}

    @Test func `tell who listens to a channel, and to no other`() throws {
        let chess = try #require(ChannelID("205")), other = try #require(ChannelID("206"))
        var topics = Topics<Listener>()
        let listeners = (0..<4).map { _ in Listener() }
        for listener in listeners { topics.add(listener, to: chess) }
        topics.add(listeners[0], to: other)
        #expect(Set(topics[chess].map(ObjectIdentifier.init)) == Set(listeners.map(ObjectIdentifier.init)))
        #expect(topics[other].map(ObjectIdentifier.init) == [ObjectIdentifier(listeners[0])])
    }

    @Test(arguments: 0..<4) func `forget who goes, and nobody else`(index: Int) throws {
        let chess = try #require(ChannelID("205"))
        var topics = Topics<Listener>()
        let listeners = (0..<4).map { _ in Listener() }
        for listener in listeners { topics.add(listener, to: chess) }
        topics.remove(listeners[index], from: chess)
        topics.remove(Listener(), from: chess)
        let left = listeners.filter { $0 !== listeners[index] }
        #expect(Set(topics[chess].map(ObjectIdentifier.init)) == Set(left.map(ObjectIdentifier.init)))
        for listener in left { topics.remove(listener, from: chess) }
        #expect(topics[chess].isEmpty)
    }

    @Test func `know how many members a channel has, as long as somebody listens to it`() throws {
        let chess = try #require(ChannelID("205")), direct = try #require(ChannelID("108_109"))
        var topics = Topics<Listener>()
        topics.setMembersCount(3, of: chess)
        #expect(topics.membersCount(of: chess) == .max, "nobody listens")
        let listener = Listener()
        topics.add(listener, to: chess)
        #expect(topics.membersCount(of: chess) == .max, "nobody has said")
        topics.setMembersCount(3, of: chess)
        topics.setMembersCount(4, of: chess)
        #expect(topics.membersCount(of: chess) == 4)
        topics.remove(listener, from: chess)
        #expect(topics.membersCount(of: chess) == .max)
        #expect(topics.membersCount(of: direct) == 2)
    }

    @Test func `let their listeners go`() throws {
        let chess = try #require(ChannelID("205"))
        var topics = Topics<Listener>()
        weak var gone: Listener?
        do {
            let listener = Listener()
            gone = listener
            topics.add(listener, to: chess)
            topics.remove(listener, from: chess)
        }
        #expect(gone == nil)
    }
}
