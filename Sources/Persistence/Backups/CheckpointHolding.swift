internal import Base
internal import Channels

/// The committer's side of a `CheckpointHold`: since when it is wanted, and when it is tried again.
struct CheckpointHolding {
    private var hold: CheckpointHold?
    private var isWanted = false
    private var tryAt = Instant(nanoseconds: 0)
    private var giveUpAt = Instant(nanoseconds: 0)

    init() {}

    init(_ hold: CheckpointHold, at now: Instant) {
        self.hold = hold
        isWanted = true
        tryAt = now
        giveUpAt = now.adding(milliseconds: CheckpointHold.patienceMilliseconds)
    }

    /// Copies all of the log into the data file and says that it stands still; true when readers were in the way and it
    /// is to be tried again.
    mutating func settle(_ database: Database, at now: Instant) throws(StoreFailure) -> Bool {
        guard isWanted, let hold else { return false }
        guard now >= tryAt else { return true }
        if try database.checkpointWhole(waiting: CheckpointHold.readersMilliseconds) {
            hold.settle(true)
            isWanted = false
        } else if now >= giveUpAt {
            abandon()
            isWanted = false
        } else {
            tryAt = now.adding(milliseconds: CheckpointHold.againMilliseconds)
        }
        return isWanted
    }

    func abandon() { hold?.settle(false) }

    /// Whether the log may be copied into the data file. A log that has become too large ends the hold.
    func allowsCheckpoint(withLogOf pages: Int) -> Bool {
        guard let hold, hold.isHeld else { return true }
        guard pages >= CheckpointHold.pagesMax else { return false }
        hold.breakOff()
        return true
    }
}
