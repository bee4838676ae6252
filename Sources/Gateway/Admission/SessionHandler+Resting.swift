internal import Base
internal import WSServer

/// Who is refused is not read from for a moment. Someone who sends far too much sends it in many small writes, and each
/// read of one costs more than the refusals that come of it; together they are one read.
extension SessionHandler {
    func rest(_ seat: Seat) {
        guard !seat.isResting else { return }
        seat.isResting = true
        resting.add(seat)
    }

    /// Ends the rest whose time has come, and begins that of this turn's refused.
    /// - Returns: when the rest ends.
    func wakeResting(at now: Instant) -> Instant? {
        let turn = resting.turn(at: now, milliseconds: limits.refusedRestMilliseconds)
        for seat in turn.rested {
            seat.isResting = false
            unblock(seat)
        }
        for seat in turn.begun { outlet.pause(seat.connection) }
        return turn.until
    }
}
