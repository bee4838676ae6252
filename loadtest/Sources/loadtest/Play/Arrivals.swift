import Glibc

/// The moments at which things are due, at a rate that does not ask how the server is: an open load.
struct Arrivals {
    private let rate: Double
    private let isEven: Bool
    private let start: Nanoseconds
    private var chance: Chance
    /// Nanoseconds from the start to the next one.
    private var offset: Double

    /// At a rate of 0 there are none.
    init(rate: Double, from start: Nanoseconds, kind: Plan.Arrivals, seed: UInt64) {
        self.rate = rate
        self.start = start
        isEven = kind == .even
        chance = Chance(seed: seed)
        offset = 0
        // Several processes' even ticks must not fall together.
        offset = rate > 0 ? Double.random(in: 0..<1, using: &chance) * 1e9 / rate : .infinity
    }

    /// When the next one is due; `nil` when there is none.
    var next: Nanoseconds? { offset < 1e18 ? start + Nanoseconds(offset) : nil }

    /// The next one that is due before `now`, which is then taken.
    mutating func take(before now: Nanoseconds) -> Nanoseconds? {
        guard let due = next, due < now else { return nil }
        // The gaps of a Poisson process are distributed exponentially.
        let gap = isEven ? 1 : -log(1 - Double.random(in: 0..<1, using: &chance))
        offset += gap * 1e9 / rate
        return due
    }
}
