internal import Base

/// Decides what one worker takes on and what it refuses as `overloaded`, by how long answers take: from the moment a
/// command is understood to the moment its outcome is back, through the committer's queue and the worker's own turns.
///
/// By Little's law the delay is what is unanswered, divided by the rate of answers. Both are counted, so that nothing
/// has to be timed command by command. Nobody is refused while that delay is short: as long as the least of an interval
/// stays within the target, as CoDel takes it (RFC 8289), a burst is only a burst, and a closed load only many at work.
/// What a slow disk takes for one commit is no queue and does not count. When the delay has come to its limit, the
/// worker is `tight`: then it takes on only as much as holds the delay at the target, and shares that among its
/// sessions, until nobody has been refused for a while.
///
/// What was taken on is always finished; what is refused was never handed to anybody. A value: time and the seed of its
/// chance are given to it. It costs a comparison or two per command.
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

    /// Commands of sockets, and requests, that have been handed over and have no outcome yet.
    private(set) var unansweredCount = 0
    /// What may be unanswered.
    private(set) var bound: Int
    /// Work is being refused, or has been a moment ago.
    private(set) var isTight = false
    /// Requests whose time tells of the server's work.
    private var requests: Set<UInt64> = []

    // The interval that is being measured; it ends with the first answers after its time, so that it holds whole
    // batches. `nil` while there is nothing to measure.
    private var beganAt: Instant?
    private(set) var interval: UInt32 = 0
    private var answeredCount = 0
    private var refusedCount = 0
    private var activeCount = 0
    private var leastUnanswered = Int.max

    /// Answers a second of the last intervals in which the delay was beyond the target; the latest last.
    private var rates: [Double] = []
    /// A moving mean of them, and of all intervals while it is tight.
    private var answeredPerSecond = 0.0
    /// Milliseconds that it takes to have a batch on disk.
    private var storing = 0.0
    /// Milliseconds for which nobody has been refused.
    private var calmMilliseconds = 0
    /// Sessions heard in the last interval.
    private var sessionCount = 1
    /// Milliseconds that answers took in the last interval, at least.
    private(set) var delay = 0
    /// Refused for each answered one.
    private var pressure = 0.0

    /// Hold from the next interval on.
    var limits: Limits
    private var random: RandomSource

    /// Intervals of which the quickest counts: others on the machine may take the processor away for a while.
    private static let ratesMax = 10
    /// Intervals that must have been late, one after the other.
    private static let ratesMin = 3
    /// Who has less than this unanswered may wait twice as long before it counts as too much work: so do clients that
    /// wait for their answers.
    private static let modestCount = 16
    private static let calmMillisecondsMin = 500

    init(limits: Limits, seed: UInt64, now: Instant) {
        self.limits = limits
        random = RandomSource(seed: seed)
        bound = limits.unansweredAtFirst
    }

    // MARK: Deciding

    /// What is taken on of somebody who has `held` commands unanswered. While it is tight, half of the bound is for
    /// whoever comes; of the other half each session that is active has its share, so that who sends little finds room
    /// beside who sends without end.
    mutating func room(held: Int) -> Room {
        let unanswered = unansweredCount
        if !isTight {
            if unanswered < bound || held < Self.modestCount && unanswered < 2 * bound { return .everything }
            tighten()
        }
        if unanswered < bound / 2 { return .everything }
        guard unanswered < bound, held < max(1, bound / 2 / sessionCount) else { return .nothing }
        return Room(upTo: unanswered < bound / 4 * 3 ? .read : .change)
    }

    /// Milliseconds after which who is refused now may try again: about as long as it takes to answer as many as were
    /// refused lately, and for each another time, so that they do not come back at once.
    mutating func retryAfter() -> Int {
        let least = 2 * max(delay, limits.delayTargetMilliseconds)
        let milliseconds = min(limits.retryMillisecondsMax / 3, Int(Double(least) * (1 + min(pressure, 1_000))))
        // Not evenly spread to the last digit, and needs not be.
        return milliseconds + Int(truncatingIfNeeded: random.next() % UInt64(max(1, 2 * milliseconds)))
    }

    private mutating func tighten() {
        isTight = true
        calmMilliseconds = 0
        pressure = 0
        sessionCount = 1
        guard rates.count >= Self.ratesMin, let quickest = rates.max() else { return }
        answeredPerSecond = quickest
        bound = count(in: Double(limits.delayTargetMilliseconds))
    }

    private mutating func loosen() {
        isTight = false
        pressure = 0
        forget()
    }

    private mutating func forget() {
        rates.removeAll(keepingCapacity: true)
        answeredPerSecond = 0
        bound = limits.unansweredAtFirst
    }

    // MARK: Counting

    /// A session is heard for the first time in this interval.
    mutating func heardOneMore() { activeCount += 1 }

    mutating func refused() { refusedCount += 1 }

    /// A socket's command has been handed over.
    mutating func took(at now: Instant) {
        unansweredCount += 1
        if beganAt == nil { beganAt = now }
    }

    /// A socket's command has its outcome.
    mutating func settled() {
        unansweredCount -= 1
        answeredCount += 1
    }

    /// A request has been handed over.
    /// - Parameter isMeasured: the time that it takes is that of everybody's work.
    mutating func tookRequest(_ id: UInt64, isMeasured: Bool, at now: Instant) {
        if isMeasured, requests.insert(id).inserted { took(at: now) }
    }

    mutating func settledRequest(_ id: UInt64, at now: Instant) {
        guard requests.remove(id) != nil else { return }
        settled()
        pass(to: now)
    }

    // MARK: Measuring

    /// All that was answered together has been counted; draws the conclusions of an interval that is over.
    /// - Parameter storedIn: milliseconds that it took to have the batch on disk once it was written.
    mutating func pass(to now: Instant, storedIn milliseconds: Int? = nil) {
        if let milliseconds { storing = max(Double(milliseconds), (3 * storing + Double(milliseconds)) / 4) }
        leastUnanswered = min(leastUnanswered, unansweredCount)
        guard let beganAt else { return }
        let elapsed = now.milliseconds(since: beganAt)
        if unansweredCount == 0, !isTight {
            // Everything is answered: whatever comes next begins afresh.
            forget()
            begin(at: nil)
        } else if answeredCount > 0, elapsed >= limits.delayIntervalMilliseconds {
            conclude(afterMilliseconds: elapsed)
            begin(at: unansweredCount == 0 && !isTight ? nil : now)
        }
    }

    private mutating func begin(at instant: Instant?) {
        interval &+= 1
        beganAt = instant
        answeredCount = 0
        refusedCount = 0
        activeCount = 0
        leastUnanswered = .max
    }

    private mutating func conclude(afterMilliseconds milliseconds: Int) {
        let rate = Double(answeredCount) * 1_000 / Double(milliseconds)
        let waiting = Double(leastUnanswered) * 1_000 / max(rate, 1)
        delay = min(Int(waiting), 60_000)
        if isTight {
            holdDelay(rate: rate, milliseconds: milliseconds)
        } else if waiting < Double(limits.delayTargetMilliseconds) + 2 * storing {
            forget()
        } else {
            if rates.count == Self.ratesMax { rates.removeFirst() }
            rates.append(rate)
            answeredPerSecond = rates.max() ?? rate
            // One interval's figures may be those of a stall.
            guard rates.count >= Self.ratesMin else { return }
            bound = count(in: Double(limits.delayMillisecondsMax))
        }
    }

    private mutating func holdDelay(rate: Double, milliseconds: Int) {
        answeredPerSecond = answeredPerSecond > 0 ? (3 * answeredPerSecond + rate) / 4 : rate
        pressure = Double(refusedCount) / Double(max(1, answeredCount))
        sessionCount = max(1, activeCount)
        guard refusedCount == 0 else {
            calmMilliseconds = 0
            // A loop that refuses much is slow because of that, and not quicker when it takes on less.
            let target = count(in: Double(limits.delayTargetMilliseconds) * min(3, 1 + pressure / 10))
            // By halves at most: one interval's figures may be those of a stall.
            bound = min(max(target, bound / 2), 2 * bound)
            return
        }
        calmMilliseconds += milliseconds
        if calmMilliseconds >= Self.calmMillisecondsMin { loosen() }
    }

    /// How many are answered in so much time, and in what the disk takes: who came while one batch was on its way there
    /// waits for that and for the next.
    private func count(in milliseconds: Double) -> Int {
        max(limits.unansweredMin, Int(answeredPerSecond * (milliseconds + 2 * storing) / 1_000))
    }
}
