import Auth
import Base
import Testing

@testable import Gateway

@Suite("When users were last seen") struct LastSeenBatchTests {
    private let limits = Limits()
    private let early = PresenceWorld.wall(1), late = PresenceWorld.wall(2)

    private func at(_ milliseconds: Int) -> Instant { PresenceWorld.start.adding(milliseconds: milliseconds) }

    @Test func `it is gathered, and known until it is on disk`() {
        var batch = LastSeenBatch()
        #expect(batch.next == nil)
        batch.note(LastSeen(users: [People.ann: early]), at: at(0), limits)
        batch.note(LastSeen(users: [People.bob: early, People.ann: late]), at: at(4_000), limits)
        #expect(batch.next == at(5_000))
        #expect(batch.take(at: at(4_999)) == nil)
        #expect(batch.take(at: at(5_000))?.users == [People.ann: late, People.bob: early])
        #expect(batch[People.ann] == late)
        batch.finish(isKept: true, at: at(5_100), limits)
        #expect(batch[People.ann] == nil)
        #expect(batch.next == nil)
    }

    @Test func `one is written after the other`() {
        var batch = LastSeenBatch()
        batch.note(LastSeen(users: [People.ann: early]), at: at(0), limits)
        #expect(batch.take(at: at(5_000)) != nil)
        batch.note(LastSeen(users: [People.ann: late]), at: at(5_000), limits)
        #expect(batch.next == nil)
        #expect(batch.take(at: at(20_000)) == nil)
        #expect(batch[People.ann] == late)
        batch.finish(isKept: true, at: at(20_000), limits)
        #expect(batch.take(at: at(20_000))?.users == [People.ann: late])
    }

    @Test func `what could not be written is tried again, unless it has been overtaken`() {
        var batch = LastSeenBatch()
        batch.note(LastSeen(users: [People.ann: early, People.bob: early]), at: at(0), limits)
        #expect(batch.take(at: at(5_000)) != nil)
        batch.note(LastSeen(users: [People.ann: late]), at: at(5_000), limits)
        batch.finish(isKept: false, at: at(6_000), limits)
        #expect(batch.take(at: at(10_000))?.users == [People.ann: late, People.bob: early])
    }

    @Test func `logins are gathered with the users`() {
        let login = LoginID(high: 1, low: 2)
        var batch = LastSeenBatch()
        batch.note(LastSeen(logins: [login: early]), at: at(0), limits)
        batch.note(LastSeen(users: [People.ann: early], logins: [login: late]), at: at(1_000), limits)
        let whole = LastSeen(users: [People.ann: early], logins: [login: late])
        #expect(batch.take(at: at(5_000)) == whole)
        batch.finish(isKept: false, at: at(6_000), limits)
        #expect(batch.take(at: at(11_000)) == whole)
    }

    @Test func `a server that stops does not wait`() {
        var batch = LastSeenBatch()
        batch.hurry(at: at(0))
        #expect(batch.take(at: at(0)) == nil)
        batch.note(LastSeen(users: [People.ann: early]), at: at(0), limits)
        batch.hurry(at: at(1))
        #expect(batch.take(at: at(1))?.users == [People.ann: early])
    }
}
