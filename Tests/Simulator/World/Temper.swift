import Base

/// How a world is by nature. Each has some of all that may happen, in proportions of its own, so that what only comes
/// of a few things that are seldom together comes soon (swarm testing: Groce and others, "Swarm Testing", ISSTA 2012).
struct Temper {
    /// What may happen next.
    enum Move: CaseIterable {
        case act, rise, deliver, fall, commit, read, errand, time, moderate, cut, lose, fault

        fileprivate var isInTheWay: Bool {
            switch self {
            case .time, .cut, .lose, .fault: true
            case .act, .rise, .deliver, .fall, .commit, .read, .errand, .moderate: false
            }
        }
    }

    /// What may break.
    enum Fault: CaseIterable {
        case cutPower, kill, stop, dieInSyncs, dieAtSync, dieInCalls, failSync, failWrite, failRead, fill
    }

    /// What a client may ask for.
    enum Habit: CaseIterable {
        case send, forward, edit, delete, hide, react, read, roam, lookBack
    }

    let moves: Lot<Move>
    let faults: Lot<Fault>
    let habits: Lot<Habit>
    /// Steps until all is mended.
    let steps: Int
    /// Commands that a client gives at once, at most.
    let burstMax: Int
    /// Of so many texts one is long.
    let longTextOneIn: Int
    /// Of so many chances of a fault or a cut, one is taken.
    let faultOneIn: Int
    let cutOneIn: Int
    /// Of so many kills one is followed by a power cut when the next server is just there.
    let aftershockOneIn: Int
    /// By user: takes what has come once in so many turns.
    let slowness: [Int]
    /// Of so many steps one has ann throw somebody out or bring somebody in; `nil` where she has better to do.
    let moderatesOneIn: Int?
    /// Whom she prefers for that, and how many times she does both at once.
    let victim: Int
    /// The committer never finds that nobody asks for anything.
    let isPressed: Bool
    /// Readers look between a commit and the word of it, once in so many commits.
    let readsBeforeWordOneIn: Int
    /// So much waits for a client that does not read, at the server and in its kernel, before it is fed from the log.
    let outboundBytesMax: Int
    let kernelBytesMax: Int
    /// Where they talk.
    let channels: [String]

    private static let usualMoves = Lot<Move>([
        (.act, 26), (.rise, 18), (.deliver, 15), (.fall, 14), (.commit, 14), (.read, 5), (.errand, 7), (.time, 3),
        (.moderate, 2), (.cut, 2), (.lose, 1), (.fault, 2),
    ])
    private static let usualFaults = Lot<Fault>([
        (.cutPower, 4), (.kill, 2), (.stop, 2), (.dieInSyncs, 4), (.dieAtSync, 4), (.dieInCalls, 5), (.failSync, 2),
        (.failWrite, 2), (.failRead, 2), (.fill, 4),
    ])
    private static let usualHabits = Lot<Habit>([
        (.send, 50), (.forward, 7), (.edit, 12), (.delete, 5), (.hide, 3), (.react, 7), (.read, 8), (.roam, 8),
        (.lookBack, 6),
    ])

    init(_ random: inout RandomSource) {
        // What gets in the way is never much more than usual, or nothing would ever be said.
        moves = Self.usualMoves.tilted(using: &random) { $0.isInTheWay ? [0, 2, 4, 6] : [1, 2, 4, 4, 8] }
        faults = Self.usualFaults.tilted(using: &random) { _ in [0, 1, 1, 4] }
        habits = Self.usualHabits.tilted(using: &random) { $0 == .send ? [1, 1, 2] : [0, 1, 1, 3] }
        steps = [250, 500, 1_000][Int.random(in: 0..<3, using: &random)]
        burstMax = [1, 4, 12][Int.random(in: 0..<3, using: &random)]
        longTextOneIn = [2, 8, 40][Int.random(in: 0..<3, using: &random)]
        faultOneIn = [1, 3, 10, 40][Int.random(in: 0..<4, using: &random)]
        cutOneIn = [1, 4, 16][Int.random(in: 0..<3, using: &random)]
        aftershockOneIn = [1, 2, 8][Int.random(in: 0..<3, using: &random)]
        let slowness = Genesis.names.map { _ in [1, 1, 1, 3, 12][Int.random(in: 0..<5, using: &random)] }
        moderatesOneIn = [nil, nil, 3, 6, 20][Int.random(in: 0..<5, using: &random)]
        self.slowness = slowness
        let slowest = slowness.indices.dropFirst().max { slowness[$0] < slowness[$1] }
        victim = slowest ?? 1
        isPressed = Int.random(in: 0..<3, using: &random) == 0
        readsBeforeWordOneIn = [2, 6, 30][Int.random(in: 0..<3, using: &random)]
        outboundBytesMax = [400, 2_000][Int.random(in: 0..<2, using: &random)]
        kernelBytesMax = [150, 1_024][Int.random(in: 0..<2, using: &random)]
        let some = Genesis.channelNames.filter { _ in Bool.random(using: &random) }
        channels = some.isEmpty ? Genesis.channelNames : some
    }

    var limits: Limits {
        var limits = Machine.limits
        limits.outboundBytesMax = outboundBytesMax
        limits.feedBytesMax = outboundBytesMax / 2
        return limits
    }
}
