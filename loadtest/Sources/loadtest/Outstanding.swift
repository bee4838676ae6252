/// One sender's messages on their way: sent, and not yet both answered and delivered to everyone.
struct Outstanding {
    private struct Slot {
        var sequence = -1
        var sentAt: Nanoseconds = 0
        var isAnswered = false
        var deliveriesAwaited = 0
        var isTaken = false
    }

    private var slots: [Slot]
    private var nextSequence = 0
    private(set) var count = 0
    /// Of `count`, those that have no reply yet.
    var unanswered: Int { slots.count { $0.isTaken && !$0.isAnswered } }
    var hasRoom: Bool { count < slots.count }

    init(inFlight: Int) { slots = Array(repeating: Slot(), count: inFlight) }

    /// Takes a free place and returns the new message's sequence number.
    mutating func send(at now: Nanoseconds, deliveries: Int) -> Int {
        precondition(hasRoom)
        // A sequence number names its slot; those that a slow message still holds are passed over.
        while slots[nextSequence % slots.count].isTaken { nextSequence += 1 }
        let sequence = nextSequence
        slots[sequence % slots.count] = Slot(
            sequence: sequence, sentAt: now, deliveriesAwaited: deliveries, isTaken: true)
        nextSequence += 1
        count += 1
        return sequence
    }

    /// Its send time, or `nil` when no message of that sequence awaits a reply.
    mutating func answer(_ sequence: Int) -> (sentAt: Nanoseconds, isComplete: Bool)? {
        guard let index = slot(of: sequence), !slots[index].isAnswered else { return nil }
        slots[index].isAnswered = true
        return (slots[index].sentAt, release(index))
    }

    /// Its send time, or `nil` when no message of that sequence awaits a delivery.
    mutating func deliver(_ sequence: Int) -> (sentAt: Nanoseconds, isComplete: Bool)? {
        guard let index = slot(of: sequence), slots[index].deliveriesAwaited > 0 else { return nil }
        slots[index].deliveriesAwaited -= 1
        return (slots[index].sentAt, release(index))
    }

    /// Gives up a message that the server refused; `false` when none of that sequence awaits a reply.
    mutating func refuse(_ sequence: Int) -> Bool {
        guard let index = slot(of: sequence), !slots[index].isAnswered else { return false }
        slots[index].isTaken = false
        count -= 1
        return true
    }

    func awaitsReply(_ sequence: Int) -> Bool {
        guard let index = slot(of: sequence) else { return false }
        return !slots[index].isAnswered
    }

    private func slot(of sequence: Int) -> Int? {
        guard sequence >= 0, !slots.isEmpty else { return nil }
        let index = sequence % slots.count
        return slots[index].isTaken && slots[index].sequence == sequence ? index : nil
    }

    private mutating func release(_ index: Int) -> Bool {
        guard slots[index].isAnswered, slots[index].deliveriesAwaited == 0 else { return false }
        slots[index].isTaken = false
        count -= 1
        return true
    }
}
