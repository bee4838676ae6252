internal import Base

/// Decides what one worker takes on and what it refuses as `overloaded`, by how long answers take: from the moment a
/// command is understood to the moment its outcome is back, through the committer's queue and the worker's own turns.
///
/// It bounds how many commands may be unanswered at once. By Little's law a bound of rate times delay holds the delay:
/// while the shortest delay of an interval stays beyond the target, the bound is what was answered in so much time.
/// The shortest is taken, as CoDel does (RFC 8289), because a burst that is gone within an interval is no overload.
/// What was taken on is always finished; what is refused was never handed to anybody.
///
/// A value: time and the seed of its chance are given to it. It costs a comparison or two per command.
struct Admission {
    /// What may be asked for, in the order in which it is refused: who is in a conversation keeps it longest.
    enum Work: Int, Sendable {
        /// Identifying, resuming, logging in: work that brings more work.
        case newSession = 3
        /// Pages of history and events.
        case read = 2
        /// Messages, read markers, channels.
        case change = 1
    }

    /// What is taken on just now: everything up to a kind of work.
    struct Room: Equatable, Sendable {
        fileprivate let rank: Int

        static let nothing = Room(rank: 0)
        static let everything = Room(rank: Work.newSession.rawValue)

        fileprivate init(rank: Int) { self.rank = rank }
        init(upTo work: Work) { rank = work.rawValue }

        func takes(_ work: Work) -> Bool { work.rawValue <= rank }
    }

    /// What is unanswered: of sockets' commands, which are answered in the order in which they were handed over, and of
    /// requests.
    private var handedOverCount: UInt64 = 0
    private var settledCount: UInt64 = 0
    private var requestCount = 0
    /// What may be unanswered.
    private(set) var bound: Int

    /// The one whose delay is being measured: one at a time costs the others nothing.
    private struct Probe {
        enum Of: Equatable {
            /// The command that brings the count of settled ones to this.
            case command(UInt64)
            case request(UInt64)
        }
        var of: Of
        var since: Instant
    }
    private var probe: Probe?

    /// The interval that is being measured.
    private(set) var interval: UInt32 = 0
    private var beganAt: Instant
    private var endsAt: Instant
    private var leastDelay: Int?
    private var answeredCount = 0
    private var refusedCount = 0
    private var activeCount = 0
    private var mostUnanswered = 0
    /// From the intervals before.
    private var answeredPerSecond = 0.0
    private var sessionCount = 1
    /// Milliseconds.
    private(set) var delay = 0
    /// Refused for each answered one.
    private var pressure = 0.0

    private let limits: Limits
    private var random: RandomSource

    init(limits: Limits, seed: UInt64, now: Instant) {
        self.limits = limits
        random = RandomSource(seed: seed)
        bound = min(limits.unansweredAtFirst, limits.unansweredMax)
        beganAt = now
        endsAt = now.adding(milliseconds: limits.delayIntervalMilliseconds)
    }

    var unansweredCount: Int { Int(handedOverCount &- settledCount) + requestCount }

    // MARK: Deciding

    /// What is taken on of somebody who has `held` commands unanswered. Half of the bound is for whoever comes; of the
    /// other half each session that is active has its share, so that who sends little finds room beside who sends
    /// without end.
    func room(held: Int) -> Room {
        let unanswered = unansweredCount
        if unanswered < bound / 2 { return .everything }
        guard unanswered < bound, held < max(1, bound / 2 / sessionCount) else { return .nothing }
        return Room(upTo: unanswered < bound / 4 * 3 ? .read : .change)
    }

    /// Milliseconds after which who is refused now may try again: about as long as it takes to answer as many as were
    /// refused lately, and for each another time, so that they do not come back at once.
    mutating func retryAfter() -> Int {
        let least = 2 * max(delay, limits.delayTargetMilliseconds)
        let milliseconds = min(limits.retryMillisecondsMax / 3, Int(Double(least) * (1 + min(pressure, 1_000))))
        return Int.random(in: milliseconds...3 * milliseconds, using: &random)
    }

    // MARK: Counting

    /// A session is heard for the first time in this interval.
    mutating func heardOneMore() { activeCount += 1 }

    mutating func refused() { refusedCount += 1 }

    /// A socket's command has been handed over.
    mutating func took(at now: Instant) {
        handedOverCount &+= 1
        mostUnanswered = max(mostUnanswered, unansweredCount)
        if probe == nil { probe = Probe(of: .command(handedOverCount), since: now) }
    }

    /// A socket's command that was handed over before all others unanswered has its outcome.
    mutating func settled(at now: Instant) {
        settledCount &+= 1
        answeredCount += 1
        if probe?.of == .command(settledCount) { finishProbe(at: now) }
    }

    /// A request has been handed over.
    /// - Parameter isMeasured: the time that it takes is that of everybody's work.
    mutating func tookRequest(_ id: UInt64, isMeasured: Bool, at now: Instant) {
        requestCount += 1
        if isMeasured, probe == nil { probe = Probe(of: .request(id), since: now) }
    }

    mutating func settledRequest(_ id: UInt64, at now: Instant) {
        requestCount -= 1
        answeredCount += 1
        if probe?.of == .request(id) { finishProbe(at: now) }
    }

    private mutating func finishProbe(at now: Instant) {
        guard let since = probe?.since else { return }
        probe = nil
        leastDelay = min(leastDelay ?? .max, now.milliseconds(since: since))
    }

    // MARK: Measuring

    /// Draws the conclusions of an interval that is over.
    mutating func pass(to now: Instant) {
        if now >= endsAt { endInterval(at: now) }
    }

    private mutating func endInterval(at now: Instant) {
        let milliseconds = max(1, now.milliseconds(since: beganAt))
        // What is still unanswered has waited so long at least.
        let waiting = probe.map { now.milliseconds(since: $0.since) } ?? 0
        delay = leastDelay ?? waiting
        let rate = Double(answeredCount) * 1_000 / Double(milliseconds)
        answeredPerSecond = answeredPerSecond > 0 ? (3 * answeredPerSecond + rate) / 4 : rate
        pressure = Double(refusedCount) / Double(max(1, answeredCount))
        sessionCount = max(1, activeCount)
        bound = nextBound
        interval &+= 1
        beganAt = now
        endsAt = now.adding(milliseconds: limits.delayIntervalMilliseconds)
        leastDelay = nil
        answeredCount = 0
        refusedCount = 0
        activeCount = 0
        mostUnanswered = 0
    }

    private var nextBound: Int {
        // A loop that refuses much is slow because of that, and not quicker when it takes on less.
        let target = Int(Double(limits.delayTargetMilliseconds) * min(3, 1 + pressure / 10))
        var next = bound
        if delay > target {
            let answered = Int(answeredPerSecond * Double(target) / 1_000)
            // By halves at most: one interval's figures may be those of a stall.
            next = min(bound, max(bound / 2, answered))
        } else if refusedCount > 0 || mostUnanswered > bound / 4 {
            if delay < target / 4 * 3 { next = bound + bound / 4 }
        } else if bound < limits.unansweredAtFirst {
            next = min(limits.unansweredAtFirst, bound + bound / 4)
        } else if mostUnanswered < bound / 8 {
            // What nobody needs any more is not kept for the next flood.
            next = max(limits.unansweredAtFirst, bound - bound / 8)
        }
        return min(max(next, limits.unansweredMin), limits.unansweredMax)
    }
}
