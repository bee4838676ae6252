import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Jobs and files of who is erased") struct ErasedJobsTests {
    private let leases: [JobKind: Int64] = ["work": 60]

    @Test func `end, and nothing of them stays`() async throws {
        let house = try House(), jobs = house.storage.jobs, people = house.storage.people
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        func result(_ text: String) -> [UInt8] { Array(#"{"file":"\#(text)"}"#.utf8) }
        _ = try await jobs.enqueue(
            NewJob("work", user: ann, payload: Array("payload-of-done".utf8), key: "key-of-done"))
        let done = try #require(try await jobs.claim(["work": 1], leases: leases).first)
        let fault = Job.Fault(code: "bad", detail: "fault-of-done")
        try await jobs.settle(done, .done(result: result("result-of-done"), faults: [fault]))
        _ = try await jobs.enqueue(NewJob("work", user: ann, payload: Array("payload-of-running".utf8)))
        let running = try #require(try await jobs.claim(["work": 1], leases: leases).first)
        let queued = try await jobs.enqueue(NewJob("work", user: ann, payload: Array("payload-of-queued".utf8)))
        let other = try await jobs.enqueue(NewJob("work", user: bob, payload: Array("payload-of-bob".utf8)))
        #expect(house.directory.holds("result-of-done") && house.directory.holds("payload-of-running"))

        try await people.erase(ann, isDeletingMessages: false, within: nil, by: Cause(actor: ann))
        for id in [running.id, queued.id] {
            let job = try #require(try await jobs.find(id))
            #expect(job.state == .cancelled && job.payload.isEmpty)
        }
        let ended = try #require(try await jobs.find(done.id))
        #expect(ended.state == .done && ended.result == nil && ended.faults.isEmpty)
        // Whoever is at it hears so, and what it comes to is nobody's.
        #expect(try await !jobs.report(.init(done: 1, total: 2), of: running, leaseSeconds: 60))
        try await jobs.settle(running, .done(result: result("result-of-running"), faults: []))
        #expect(try await jobs.find(running.id)?.result == nil)
        #expect(try await jobs.claim(["work": 9], leases: leases).map(\.id) == [other.id])
        for text in ["payload-of-running", "payload-of-queued", "key-of-done", "result-of-done", "fault-of-done"] {
            #expect(try await house.isGone(text), "\(text)")
        }
        #expect(house.directory.holds("payload-of-bob"))
    }

    @Test func `files that nothing refers to are gone, and none come after`() async throws {
        let house = try House(), files = house.storage.files
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        let said = try await house.upload("said", by: ann), theirs = try await house.upload("bob's", by: bob)
        try await house.send([said], as: "1", in: channel, by: ann)
        // More than one slice of the sweep.
        for number in 1...300 { _ = try await house.upload("export \(number)", by: ann) }
        let late = try await files.receive(for: ann, byteCount: nil, within: House.limits)
        try await late.write(Array("late".utf8))
        try await house.storage.people.erase(ann, isDeletingMessages: false, within: nil, by: Cause(actor: ann))
        await #expect(throws: FileFailure.notFound) { try await late.finish(as: "export.json") }
        #expect(try await house.comesToHold([said.sha256, theirs.sha256]))
        #expect(try await house.readers(of: said, among: [bob]) == [bob])
    }
}
