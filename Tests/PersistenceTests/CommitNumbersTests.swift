import Base
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Channels
@testable import Persistence

@Suite("Numbers of commits") struct CommitNumbersTests {
    @Test func `a message is counted once, however often it is sent`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for name in ["a", "b", "a", "a"] { _ = try await house.send("hi", as: name, in: channel, by: ann) }
        let numbers = house.storage.numbers
        #expect(numbers.messages.reading == 2)
        // Two users, a channel, four commands, each waited for.
        #expect(numbers.commits.reading.count == 7)
        #expect(numbers.batches.reading.total == 7)
        #expect(numbers.failures.reading == 0)
        #expect(numbers.logByteCount.reading > 0)
    }

    @Test func `jobs are told by kind and state, and tries by what came of them`() async throws {
        let house = try House(), jobs = house.storage.jobs
        for index in 0..<3 { _ = try await jobs.enqueue(NewJob("letter", payload: [], key: "\(index)")) }
        let claimed = try await jobs.claim(["letter": 1], leases: ["letter": 60])
        for job in claimed { try await jobs.settle(job, .done(result: nil, faults: [])) }
        let text = String(decoding: Exposition.text(of: await house.storage.families()), as: UTF8.self)
        #expect(claimed.count == 1)
        #expect(text.contains(#"confab_jobs{kind="letter",state="queued"} 2"#))
        #expect(text.contains(#"confab_jobs_tried_total{kind="letter",outcome="done"} 1"#))
        #expect(text.contains("confab_disk_full 0"))
        #expect(house.storage.disk.databaseByteCount > 0)
        #expect(house.storage.queues.map(\.count) == [0, 0, 0, 0])
    }
}
