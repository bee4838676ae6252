internal import Base

/// How many commands somebody may send, and how many more they may try to before they are shown out.
struct CommandRate: Equatable {
    enum Verdict: Equatable {
        case allowed
        /// To be refused, with the milliseconds after which one more is allowed.
        case wait(Int)
        /// Too many have not waited.
        case tooMany
    }

    private var commands, excess: TokenBucket

    init(_ limits: Limits, at now: Instant) {
        commands = TokenBucket(
            capacity: limits.commandCountMax, windowMilliseconds: limits.commandWindowMilliseconds, at: now.milliseconds
        )
        excess = commands
    }

    /// - Parameter cost: commands as which it counts.
    mutating func take(_ cost: Int, _ limits: Limits, at now: Instant) -> Verdict {
        guard limits.areRatesLimited else { return .allowed }
        let capacity = limits.commandCountMax, window = limits.commandWindowMilliseconds, now = now.milliseconds
        guard let wait = commands.take(cost, capacity: capacity, windowMilliseconds: window, at: now) else {
            return .allowed
        }
        return excess.take(capacity: capacity, windowMilliseconds: window, at: now) == nil ? .wait(wait) : .tooMany
    }

    /// Whether it has been left alone so long that a new one is no different.
    func isForgotten(_ limits: Limits, at now: Instant) -> Bool {
        commands.isForgotten(windowMilliseconds: limits.commandWindowMilliseconds, at: now.milliseconds)
            && excess.isForgotten(windowMilliseconds: limits.commandWindowMilliseconds, at: now.milliseconds)
    }
}
