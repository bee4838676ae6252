public import Base

/// How jobs of a kind are tried: how many at once, how often, and for how long.
public struct JobPolicy: Sendable, Equatable {
    /// Who goes first when not everything can be begun.
    public var priority: JobPriority
    /// Of this kind at once.
    public var concurrencyMax: Int
    /// Seconds before the second try; each further wait is twice as long.
    public var firstWaitSeconds: Int64
    /// Seconds between tries at most.
    public var waitSecondsMax: Int64
    /// Seconds after which it is not tried again.
    public var giveUpSeconds: Int64
    /// Seconds for which a try belongs to who has begun it; after that it is taken for dead.
    public var leaseSeconds: Int64

    public init(
        priority: JobPriority = .normal, concurrencyMax: Int, firstWaitSeconds: Int64 = 5,
        waitSecondsMax: Int64 = 3_600,
        giveUpSeconds: Int64 = 86_400, leaseSeconds: Int64 = 120
    ) {
        self.priority = priority
        self.concurrencyMax = concurrencyMax
        self.firstWaitSeconds = firstWaitSeconds
        self.waitSecondsMax = waitSecondsMax
        self.giveUpSeconds = giveUpSeconds
        self.leaseSeconds = leaseSeconds
    }

    /// Milliseconds to wait after `attempts` tries, the last of which failed: doubled each time, and shortened by
    /// chance by up to a quarter, so that what failed together does not come back together.
    public func wait(after attempts: Int, random: inout RandomSource) -> Int64 {
        var seconds = firstWaitSeconds
        for _ in 1..<max(attempts, 1) where seconds < waitSecondsMax { seconds *= 2 }
        let milliseconds = max(1, min(seconds, waitSecondsMax)) * 1_000
        return Int64.random(in: milliseconds * 3 / 4...milliseconds, using: &random)
    }

    /// When to try again; `nil` when that would be too late.
    public func nextTry(
        after attempts: Int, createdAt: Timestamp, at now: Timestamp, random: inout RandomSource
    ) -> Timestamp? {
        let due = Timestamp(milliseconds: now.milliseconds + wait(after: attempts, random: &random))
        return due < createdAt.adding(seconds: giveUpSeconds) ? due : nil
    }
}

/// How a try of a handler ended.
public enum JobOutcome: Sendable, Equatable {
    /// Done, with what is shown of it.
    case done(result: [UInt8]?, faults: [Job.Fault] = [])
    /// Another try may succeed.
    case later(Job.Fault)
    /// No try will.
    case failed([Job.Fault])
}

/// Decides what is begun and what becomes of it. A value: it knows which jobs run, and nothing of how.
public struct JobSchedule: Sendable {
    private let policies: [JobKind: JobPolicy]
    private var running: [JobKind: Int] = [:]
    /// Until when what runs here belongs to its handler, whatever the clock on the wall says meanwhile.
    private var held: [Int64: Instant] = [:]

    /// Jobs of all kinds at once, and those of them that are bulk: much work, so that it never holds up the others.
    public static let slotsMax = 16
    public static let bulkSlotsMax = 4

    public init(_ policies: [JobKind: JobPolicy]) { self.policies = policies }

    /// What may be begun now.
    public func plan(at now: Instant) -> JobPlan {
        let bulk = running.reduce(0) { $0 + (policies[$1.key]?.priority == .bulk ? $1.value : 0) }
        return JobPlan(
            policies: policies, running: running, slots: max(0, Self.slotsMax - runningCount),
            bulkSlots: max(0, Self.bulkSlotsMax - bulk), held: Set(held.filter { $0.value > now }.keys))
    }

    public var runningCount: Int { running.values.reduce(0, +) }

    public mutating func began(_ job: Job, at now: Instant) {
        running[job.kind, default: 0] += 1
        heard(of: job, at: now)
    }

    /// A handler has said how far its job is, and keeps it for as long again.
    public mutating func heard(of job: Job, at now: Instant) {
        held[job.id] = now.adding(milliseconds: Int(policies[job.kind]?.leaseSeconds ?? 0) * 1_000)
    }

    public mutating func ended(_ job: Job) {
        running[job.kind, default: 1] -= 1
        held[job.id] = nil
    }

    public func policy(of kind: JobKind) -> JobPolicy? { policies[kind] }

    /// What becomes of a job after a try.
    public func verdict(
        on outcome: JobOutcome, of job: Job, at now: Timestamp, random: inout RandomSource
    ) -> JobVerdict {
        switch outcome {
        case .done(let result, let faults): return .done(result: result, faults: faults)
        case .failed(let faults): return .failed(faults)
        case .later(let fault):
            guard
                let due = policies[job.kind]?.nextTry(
                    after: job.attempts, createdAt: job.createdAt, at: now, random: &random)
            else { return .failed([fault]) }
            return .retry(at: due, because: fault)
        }
    }
}
