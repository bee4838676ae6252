public import Base

/// Deadlines of many connections, each kept in the slot of its time: setting one and finding those that are due cost
/// the same however many there are. Coarse: a deadline is told up to one tick late, never early.
///
/// A key has as many entries as times it was set. The owner asks the key, when it is told, what its deadline is by now,
/// and sets it again: nothing has to be moved while a connection is busy.
public struct TimerWheel<Key: Sendable>: Sendable {
    private let tickMilliseconds: Int
    private let start: Instant
    private var slots: [[(key: Key, tick: Int)]]
    /// The last tick that was told.
    private var current = 0

    public init(tickMilliseconds: Int = 250, slotCount: Int = 512, start: Instant) {
        self.tickMilliseconds = tickMilliseconds
        self.start = start
        slots = Array(repeating: [], count: slotCount)
    }

    public mutating func set(_ key: Key, at deadline: Instant) {
        let tick = max(current + 1, deadline.milliseconds(since: start) / tickMilliseconds + 1)
        slots[tick % slots.count].append((key, tick))
    }

    /// The keys whose time has come.
    public mutating func advance(to now: Instant) -> [Key] {
        let target = now.milliseconds(since: start) / tickMilliseconds
        guard target > current else { return [] }
        var due: [Key] = []
        // After a long pause one turn of the wheel passes every slot.
        for tick in max(current + 1, target - slots.count + 1)...target {
            let slot = tick % slots.count
            guard !slots[slot].isEmpty else { continue }
            due.append(contentsOf: slots[slot].lazy.filter { $0.tick <= target }.map(\.key))
            slots[slot].removeAll { $0.tick <= target }
        }
        current = target
        return due
    }

    /// Milliseconds until the next tick.
    public func millisecondsToNextTick(from now: Instant) -> Int {
        max(0, (current + 1) * tickMilliseconds - now.milliseconds(since: start))
    }
}
