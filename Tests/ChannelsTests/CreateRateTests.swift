import Base
import Testing

@testable import Channels

@Suite("The price of new channels") struct CreateRateTests {
    @Test func `a channel too many is refused with the time to wait, and nothing of it is there`() throws {
        var limits = Limits()
        limits.newMembersMax = 4
        limits.newMembersWindowMilliseconds = 8_000
        var world = World(limits)
        _ = try world.group([World.bob, World.cat], by: World.ann)
        let create = Command.createChannel(CreateChannel(name: "too many", members: [World.bob, World.cat]))
        let refused = try world.ask(create, as: World.ann)
        guard case .failure(let rejection) = refused.result else {
            Issue.record("not refused: \(refused)")
            return
        }
        #expect(rejection.code == .rateLimited)
        #expect(rejection.isTemporary)
        #expect(rejection.retryAfterMilliseconds == 4_000)
        let channels = try world.attendance(of: World.bob).channels
        #expect(channels.count == 1)
        // Somebody else has a rate of their own.
        _ = try world.group([World.ann], by: World.bob)
    }

    @Test func `who brings too many members into new channels at once waits`() {
        var bucket = TokenBucket(capacity: 10, windowMilliseconds: 1_000, at: 0)
        func take(_ count: Int, at milliseconds: Int64) -> Int? {
            bucket.take(
                count, capacity: 10, windowMilliseconds: 1_000, at: milliseconds)
        }
        #expect(take(6, at: 0) == nil)
        #expect(take(6, at: 0) == 200)
        #expect(take(6, at: 199) == 1)
        #expect(take(6, at: 200) == nil)
    }

    @Test func `more than the bucket holds is had when it is full`() {
        var bucket = TokenBucket(capacity: 10, windowMilliseconds: 1_000, at: 0)
        func take(_ count: Int, at milliseconds: Int64) -> Int? {
            bucket.take(
                count, capacity: 10, windowMilliseconds: 1_000, at: milliseconds)
        }
        #expect(take(50, at: 0) == nil)
        #expect(take(50, at: 0) == 1_000)
        #expect(!bucket.isForgotten(windowMilliseconds: 1_000, at: 999))
        #expect(bucket.isForgotten(windowMilliseconds: 1_000, at: 1_000))
    }
}
