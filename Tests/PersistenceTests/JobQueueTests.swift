import Base
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Jobs on disk") struct JobQueueTests {
    private let room: [JobKind: Int] = ["work": 10]
    private let leases: [JobKind: Int64] = ["work": 60]

    @Test func `come back as they were handed over`() async throws {
        let house = try House()
        let jobs = house.storage.jobs
        let ann = try await house.user("ann")
        let made = try await jobs.enqueue(NewJob("work", user: ann, payload: [1, 2, 3]))
        #expect(made.state == .queued)
        #expect(made.user == ann)
        house.close()
        let after = try House(in: house.directory, time: house.time)
        #expect(try await after.storage.jobs.find(made.id) == made)
        #expect(try await after.storage.jobs.find(made.id + 1) == nil)
    }

    @Test func `of one kind and key are one`() async throws {
        let house = try House()
        let jobs = house.storage.jobs
        let first = try await jobs.enqueue(NewJob("work", payload: [1], key: "a"))
        #expect(try await jobs.enqueue(NewJob("work", payload: [2], key: "a")) == first)
        #expect(try await jobs.enqueue(NewJob("work", payload: [2], key: "b")).id != first.id)
        #expect(try await jobs.enqueue(NewJob("play", payload: [2], key: "a")).id != first.id)
        #expect(try await jobs.enqueue(NewJob("work", payload: [2])).id != first.id)
    }

    @Test func `are taken by one only, the longest waiting first, and when they are due`() async throws {
        let house = try House()
        let jobs = house.storage.jobs, now = house.time.now
        let late = try await jobs.enqueue(NewJob("work", payload: [], dueAt: now.adding(seconds: 10)))
        let third = try await jobs.enqueue(NewJob("work", payload: [], dueAt: now))
        let first = try await jobs.enqueue(NewJob("work", payload: [], dueAt: now.adding(seconds: -9)))
        #expect(try await jobs.nextDue() == now.adding(seconds: -9))
        #expect(try await jobs.claim(["work": 1], leases: leases).map(\.id) == [first.id])
        #expect(try await jobs.claim(room, leases: leases).map(\.id) == [third.id])
        #expect(try await jobs.claim(room, leases: leases).isEmpty)
        #expect(try await jobs.claim(["play": 5], leases: leases).isEmpty)
        #expect(try await jobs.nextDue() == now.adding(seconds: 10))
        house.time.pass(milliseconds: 10_000)
        #expect(try await jobs.claim(room, leases: leases).map(\.id) == [late.id])
    }

    @Test func `wait no longer than they were to wait when the clock is set back`() async throws {
        let house = try House()
        let jobs = house.storage.jobs, before = house.time.now
        let soon = try await jobs.enqueue(NewJob("work", payload: [], dueAt: before.adding(seconds: 10)))
        let now = try await jobs.enqueue(NewJob("work", payload: [], dueAt: before))
        house.time.jump(to: before.adding(seconds: -86_400))
        #expect(try await jobs.claim(room, leases: leases).isEmpty)
        try await jobs.reckonAnew()
        #expect(try await jobs.claim(room, leases: leases).map(\.id) == [now.id])
        #expect(try await jobs.nextDue() == house.time.now.adding(seconds: 10))
        house.time.pass(milliseconds: 10_000)
        try await jobs.reckonAnew()
        #expect(try await jobs.claim(room, leases: leases).map(\.id) == [soon.id], "and not begun again by it")
        house.time.pass(milliseconds: 50_000)
        #expect(try await jobs.claim(room, leases: leases).map(\.id) == [now.id], "its lease is over when it was to be")
    }

    @Test func `whose lease is over are taken again, and the first has nothing more to say`() async throws {
        let house = try House()
        let jobs = house.storage.jobs
        _ = try await jobs.enqueue(NewJob("work", payload: [7]))
        let first = try #require(try await jobs.claim(room, leases: leases).first)
        house.time.pass(milliseconds: 30_000)
        #expect(try await jobs.report(.init(done: 1, total: 2), of: first, leaseSeconds: 60))
        house.time.pass(milliseconds: 59_000)
        #expect(try await jobs.claim(room, leases: leases).isEmpty, "each word prolongs it")
        house.time.pass(milliseconds: 1_000)
        let second = try #require(try await jobs.claim(room, leases: leases).first)
        #expect(second.id == first.id)
        #expect(second.attempts == 2)
        #expect(second.payload == [7])
        #expect(try await jobs.report(.init(done: 2, total: 2), of: first, leaseSeconds: 60) == false)
        try await jobs.settle(first, .failed([.init(code: "x", detail: "y")]))
        #expect(try await jobs.find(first.id)?.state == .running)
        try await jobs.settle(second, .done(result: nil, faults: []))
        #expect(try await jobs.find(first.id)?.state == .done)
    }

    @Test func `that ran when the process was killed are taken at once by the next`() async throws {
        let house = try House()
        let job = try await house.storage.jobs.enqueue(NewJob("work", payload: [7]))
        _ = try await house.storage.jobs.claim(room, leases: leases)
        let after = try House(in: house.image(), time: house.time)
        let again = try #require(try await after.storage.jobs.claim(room, leases: leases).first)
        #expect(again.id == job.id)
        #expect(again.payload == [7])
    }

    @Test func `that are cancelled are done no more, and that have ended stay as they are`() async throws {
        let house = try House()
        let jobs = house.storage.jobs
        let queued = try await jobs.enqueue(NewJob("work", payload: [1]))
        #expect(try await jobs.cancel(queued.id, by: .server)?.state == .cancelled)
        #expect(try await jobs.claim(room, leases: leases).isEmpty)
        _ = try await jobs.enqueue(NewJob("work", payload: [2]))
        let running = try #require(try await jobs.claim(room, leases: leases).first)
        _ = try await jobs.cancel(running.id, by: .server)
        try await jobs.settle(running, .done(result: [1], faults: []))
        #expect(try await jobs.find(running.id)?.state == .cancelled)
        _ = try await jobs.enqueue(NewJob("work", payload: [3]))
        let done = try #require(try await jobs.claim(room, leases: leases).first)
        try await jobs.settle(done, .done(result: nil, faults: []))
        #expect(try await jobs.cancel(done.id, by: .server)?.state == .done)
        #expect(try await jobs.cancel(999, by: .server) == nil)
    }

    @Test func `are bounded, and go a while after they have ended`() async throws {
        var limits = House.limits
        limits.jobsWaitingMax = 3
        let house = try House(limits: limits)
        let jobs = house.storage.jobs
        for _ in 0..<3 { _ = try await jobs.enqueue(NewJob("work", payload: [])) }
        await #expect(throws: JobFailure.full) { try await jobs.enqueue(NewJob("work", payload: [])) }
        let taken = try await jobs.claim(["work": 2], leases: leases)
        for job in taken { try await jobs.settle(job, .failed([])) }
        _ = try await jobs.enqueue(NewJob("work", payload: []))
        house.time.pass(milliseconds: 1_000)
        #expect(try await jobs.prune(before: house.time.now.adding(seconds: -5)) == false)
        #expect(try await jobs.find(taken[0].id) != nil)
        #expect(try await jobs.prune(before: house.time.now) == false)
        for job in taken { #expect(try await jobs.find(job.id) == nil) }
        #expect(try await jobs.claim(room, leases: leases).count == 2, "what waits stays")
    }

    @Test func `of one user are no more than some at once, and the others' do not count`() async throws {
        var limits = House.limits
        limits.jobsPerUserMax = 2
        let house = try House(limits: limits)
        let jobs = house.storage.jobs
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let first = try await jobs.enqueue(NewJob("work", user: ann, payload: [], key: "a"))
        let second = try await jobs.enqueue(NewJob("work", user: ann, payload: []))
        await #expect(throws: JobFailure.tooMany) { try await jobs.enqueue(NewJob("work", user: ann, payload: [])) }
        #expect(try await jobs.enqueue(NewJob("work", user: ann, payload: [], key: "a")) == first)
        _ = try await jobs.enqueue(NewJob("work", user: bob, payload: []))
        for _ in 0..<3 { _ = try await jobs.enqueue(NewJob("work", payload: [])) }
        let taken = try await jobs.claim(["work": 1], leases: leases)
        await #expect(throws: JobFailure.tooMany) { try await jobs.enqueue(NewJob("work", user: ann, payload: [])) }
        try await jobs.settle(taken[0], .failed([]))
        _ = try await jobs.cancel(second.id, by: .server)
        for _ in 0..<2 { _ = try await jobs.enqueue(NewJob("work", user: ann, payload: [])) }
    }
}

extension Jobs {
    /// What a schedule claims that has so much room.
    func claim(_ room: [JobKind: Int], leases: [JobKind: Int64]) async throws(JobFailure) -> [Job] {
        let policies = room.reduce(into: [JobKind: JobPolicy]()) { policies, kind in
            policies[kind.key] = JobPolicy(concurrencyMax: kind.value, leaseSeconds: leases[kind.key] ?? 60)
        }
        return try await claim(JobSchedule(policies).plan(at: Instant(nanoseconds: 0)))
    }
}
