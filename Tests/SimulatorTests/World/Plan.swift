import Base
import Channels

/// What may happen in a world, and what is wrong with it on purpose.
struct Plan {
    var steps = 600
    var hasCrashes = true
    var plant: Plant?

    static let usual = Plan()

    /// What becomes of a batch on its way to those who listen.
    var tamper: Tampering {
        if let plant { return plant.tamper }
        return { batch in batch }
    }
}

/// How a world is by nature: some are calm and busy, others stormy. Were all alike, much would never come about.
struct Temper {
    /// Commands that a client gives at once, at most.
    let burstMax: Int
    /// Of so many chances of a fault or a cut, one is taken.
    let faultOneIn: Int
    let cutOneIn: Int
    /// A client who reads little of what it is sent.
    let slowReader: Int?
    /// Ann throws people out and brings them back all the time, those first who are behind.
    let isRestless: Bool
    /// The committer never finds that nobody asks for anything.
    let isPressed: Bool

    init(_ random: inout RandomSource) {
        burstMax = [1, 4, 12][Int.random(in: 0..<3, using: &random)]
        faultOneIn = [1, 2, 4, 20][Int.random(in: 0..<4, using: &random)]
        cutOneIn = [1, 3, 12][Int.random(in: 0..<3, using: &random)]
        slowReader = Bool.random(using: &random) ? Int.random(in: 0..<Genesis.names.count, using: &random) : nil
        isPressed = Int.random(in: 0..<3, using: &random) == 0
        isRestless = Int.random(in: 0..<4, using: &random) == 0
    }
}

/// Faults that are put into the server or under it, to show that they are found.
enum Plant: String, CaseIterable, Sendable {
    /// Answers leave before what they promise is on disk.
    case replyBeforeCommit
    /// As `synchronous=NORMAL` has it: a commit is not synced.
    case noSync
    /// A server that starts does not sync what the one before it wrote.
    case startWithoutSync
    /// A reply names the next message's number.
    case numberOffByOne
    /// One event is told to nobody.
    case eventDropped

    fileprivate var tamper: Tampering {
        let left = Guarded(12)
        return { batch in
            guard self == .numberOffByOne || self == .eventDropped else { return batch }
            return batch.map { announcement in
                guard case .committed(var committed) = announcement,
                    committed.decision.events.contains(where: \.isMessage),
                    left.withLock({ left in
                        left -= 1
                        return left == 0
                    })
                else { return announcement }
                if self == .eventDropped {
                    committed.decision.events.removeAll()
                } else if case .success(.sent(var message, let isDuplicate)) = committed.decision.result {
                    message.number += 1
                    committed.decision.result = .success(.sent(message, isDuplicate: isDuplicate))
                }
                return .committed(committed)
            }
        }
    }
}

extension Event {
    fileprivate var isMessage: Bool { if case .messageCreated = fact { true } else { false } }
}
