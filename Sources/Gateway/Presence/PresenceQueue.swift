internal import Base

/// Changes that a worker still has to tell its watchers: of each user the latest alone, and so many events a second.
/// When more change than that, they are told later, and what has been overtaken never. A value.
struct PresenceQueue {
    private var changes: [UserID: PresenceChange] = [:]
    /// The users of `changes`, in the order in which they will be told of, from `head` on.
    private var order: [UserID] = []
    private var head = 0
    private var budget: TokenBucket
    /// When there is something left in the budget again.
    private(set) var next: Instant?

    private static let windowMilliseconds = 1_000

    init(_ limits: Limits, at now: Instant) {
        budget = TokenBucket(
            capacity: limits.presencePerSecondMax, windowMilliseconds: Self.windowMilliseconds, at: now.milliseconds)
    }

    var isEmpty: Bool { changes.isEmpty }

    mutating func add(_ change: PresenceChange) {
        if changes.updateValue(change, forKey: change.presence.user) == nil { order.append(change.presence.user) }
    }

    /// The change that is to be told next; `nil` when there is none, or when the budget is spent.
    /// - Parameter cost: as how many events a change counts; what nobody wants to hear costs nothing and is left out.
    mutating func take(at now: Instant, _ limits: Limits, cost: (PresenceChange) -> Int) -> PresenceChange? {
        next = nil
        while head < order.count {
            guard let change = changes[order[head]] else {
                head += 1
                continue
            }
            let count = cost(change)
            if count > 0,
                let wait = budget.take(
                    count, capacity: limits.presencePerSecondMax, windowMilliseconds: Self.windowMilliseconds,
                    at: now.milliseconds)
            {
                next = now.adding(milliseconds: wait)
                return nil
            }
            head += 1
            changes[change.presence.user] = nil
            if head >= 1_024, head * 2 >= order.count {
                order.removeFirst(head)
                head = 0
            }
            if count > 0 { return change }
        }
        order.removeAll(keepingCapacity: order.count < 1_024)
        head = 0
        return nil
    }
}
