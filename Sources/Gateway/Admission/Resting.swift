internal import Base

/// Who was refused something and is left alone for a moment: those of this turn, and those of turns before. All of them
/// rest until one time, so that a turn has at most one wake to wait for.
struct Resting<Guest> {
    private var coming: [Guest] = []
    private var resting: [Guest] = []
    private var until: Instant?

    /// Rests from the end of this turn on.
    mutating func add(_ guest: Guest) { coming.append(guest) }

    /// Those whose rest has ended, and those for whom it begins now: what they sent before is answered.
    /// - Parameter milliseconds: of a rest that begins while nobody rests; who comes later wakes with the others.
    /// - Returns: `until`, when the rest ends; `nil` when nobody rests.
    mutating func turn(
        at now: Instant, milliseconds: Int
    ) -> (rested: [Guest], begun: [Guest], until: Instant?) {
        var rested: [Guest] = []
        if let until, now >= until {
            rested = resting
            resting = []
            self.until = nil
        }
        let begun = coming
        coming = []
        if !begun.isEmpty {
            resting += begun
            until = until ?? now.adding(milliseconds: milliseconds)
        }
        return (rested, begun, until)
    }
}
