public import Base

/// A job that is due, or whose lease is over.
public struct DueJob: Sendable, Hashable {
    public var id: Int64
    public var kind: JobKind
    public var dueAt: Timestamp

    public init(id: Int64, kind: JobKind, dueAt: Timestamp) {
        self.id = id
        self.kind = kind
        self.dueAt = dueAt
    }
}

/// What may be begun at one moment: of each kind as many as it has room for, and of all together as many as there are
/// slots. A value, made by `JobSchedule`.
public struct JobPlan: Sendable {
    /// How many of each kind may be begun, were it alone; kinds without room are left out.
    public let room: [JobKind: Int]
    private let policies: [JobKind: JobPolicy]
    private let slots: Int
    private let bulkSlots: Int
    /// Jobs whose handlers are alive: nobody else has them, though the clock on the wall has passed their leases' ends.
    public let held: Set<Int64>

    init(
        policies: [JobKind: JobPolicy], running: [JobKind: Int], slots: Int, bulkSlots: Int, held: Set<Int64>
    ) {
        self.held = held
        self.policies = policies
        self.slots = slots
        self.bulkSlots = bulkSlots
        room = policies.reduce(into: [:]) { room, policy in
            let all = policy.value.priority == .bulk ? min(slots, bulkSlots) : slots
            let left = min(policy.value.concurrencyMax - running[policy.key, default: 0], all)
            if left > 0 { room[policy.key] = left }
        }
    }

    /// Seconds for which a job of a kind belongs to who begins it.
    public func leaseSeconds(of kind: JobKind) -> Int64 { policies[kind]?.leaseSeconds ?? 0 }

    /// Which of these are begun, in their order: who was to be done first by due time and patience. That time never
    /// changes for who waits, and is later for everybody who comes later than the longest patience: so nobody starves.
    public func choose(from due: some Sequence<DueJob>) -> [DueJob] {
        var room = room, slots = slots, bulkSlots = bulkSlots
        var chosen: [DueJob] = []
        for job in due.sorted(by: { (turn(of: $0), $0.id) < (turn(of: $1), $1.id) }) where !held.contains(job.id) {
            let isBulk = policies[job.kind]?.priority == .bulk
            guard slots > 0, room[job.kind, default: 0] > 0, !isBulk || bulkSlots > 0 else { continue }
            room[job.kind, default: 0] -= 1
            slots -= 1
            if isBulk { bulkSlots -= 1 }
            chosen.append(job)
        }
        return chosen
    }

    private func turn(of job: DueJob) -> Timestamp {
        job.dueAt.adding(seconds: policies[job.kind]?.priority.patienceSeconds ?? 0)
    }
}
