internal import Base
internal import WSServer

/// Who was refused something in this turn, and who was before and is left alone.
struct Resting {
    fileprivate var now: [Seat] = []
    fileprivate var seats: [Seat] = []
    fileprivate var until: Instant?
}

/// Who is refused is not read from for a moment. Someone who sends far too much sends it in many small writes, and each
/// read of one costs more than the refusals that come of it; together they are one read.
extension SessionHandler {
    func rest(_ seat: Seat) {
        guard !seat.isResting else { return }
        seat.isResting = true
        resting.now.append(seat)
    }

    /// Ends the rest whose time has come, and begins that of this turn's refused: what they sent before is answered.
    /// - Returns: when the rest ends.
    func wakeResting(at now: Instant) -> Instant? {
        if let until = resting.until, now >= until {
            let rested = resting.seats
            resting.seats.removeAll(keepingCapacity: true)
            resting.until = nil
            for seat in rested {
                seat.isResting = false
                unblock(seat)
            }
        }
        guard !resting.now.isEmpty else { return resting.until }
        for seat in resting.now { outlet.pause(seat.connection) }
        resting.seats += resting.now
        resting.now.removeAll(keepingCapacity: true)
        let until = resting.until ?? now.adding(milliseconds: limits.refusedRestMilliseconds)
        resting.until = until
        return until
    }
}
