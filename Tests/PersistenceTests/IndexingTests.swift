import Base
import Channels
import Testing

@testable import Persistence

@Suite("Indexing beside commits") struct IndexingTests {
    @Test func `begins with what has waited for a minute, though nobody ever rests`() throws {
        var log = try ChannelLog()
        try log.write("-mmm")
        let count = log.unindexedCount, last = try #require(log.facts.events.last).at
        #expect(count > 0)
        try log.commit(at: last.adding(seconds: 30))
        #expect(log.unindexedCount == count)
        try log.commit(at: last.adding(seconds: 60))
        #expect(log.unindexedCount == 0)
    }
}
