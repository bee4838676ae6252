import Base
import Testing

@testable import Gateway

@Suite("Presence queue") struct PresenceQueueTests {
    private let start = PresenceWorld.start

    private func change(_ user: Int64, _ status: PresenceStatus = .online) throws -> PresenceChange {
        let user = try #require(UserID(rawValue: user))
        return PresenceChange(presence: Presence(user: user, status: status, lastSeenAt: nil), channels: [])
    }

    private func limits(_ count: Int) -> Limits {
        var limits = Limits()
        limits.presencePerSecondMax = count
        return limits
    }

    private func drain(_ queue: inout PresenceQueue, _ limits: Limits, at milliseconds: Int, cost: Int = 1) -> [String]
    {
        var told: [String] = []
        while let change = queue.take(at: start.adding(milliseconds: milliseconds), limits, cost: { _ in cost }) {
            told.append("\(change.presence.user) \(change.presence.status.name)")
        }
        return told
    }

    @Test func `tells in order, each user's latest alone`() throws {
        let limits = limits(100)
        var queue = PresenceQueue(limits, at: start)
        for change in [try change(1), try change(2), try change(1, .away), try change(3)] { queue.add(change) }
        #expect(drain(&queue, limits, at: 0) == ["1 away", "2 online", "3 online"])
        #expect(queue.isEmpty)
        #expect(queue.next == nil)
        queue.add(try change(2, .busy))
        #expect(drain(&queue, limits, at: 0) == ["2 busy"])
    }

    @Test func `beyond the budget tells later, and then what is true by then`() throws {
        let limits = limits(10)
        var queue = PresenceQueue(limits, at: start)
        for user in 1...4 { queue.add(try change(Int64(user))) }
        #expect(drain(&queue, limits, at: 0, cost: 4) == ["1 online", "2 online"])
        let next = try #require(queue.next?.milliseconds(since: start))
        #expect(next == 200)
        queue.add(try change(3, .busy))
        #expect(drain(&queue, limits, at: next - 1, cost: 4) == [])
        #expect(drain(&queue, limits, at: next, cost: 4) == ["3 busy"])
        #expect(drain(&queue, limits, at: 600, cost: 4) == ["4 online"])
        #expect(queue.isEmpty)
    }

    @Test func `what more watch than the budget holds is told all the same`() throws {
        let limits = limits(10)
        var queue = PresenceQueue(limits, at: start)
        queue.add(try change(1))
        queue.add(try change(2))
        #expect(drain(&queue, limits, at: 0, cost: 1_000) == ["1 online"])
        #expect(drain(&queue, limits, at: 1_000, cost: 1_000) == ["2 online"])
    }

    @Test func `what nobody wants to hear costs nothing`() throws {
        let limits = limits(1)
        var queue = PresenceQueue(limits, at: start)
        for user in 1...5_000 { queue.add(try change(Int64(user))) }
        #expect(drain(&queue, limits, at: 0, cost: 0) == [])
        #expect(queue.isEmpty)
        queue.add(try change(1))
        #expect(drain(&queue, limits, at: 0) == ["1 online"])
    }
}
