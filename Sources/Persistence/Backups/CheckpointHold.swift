internal import Base

/// Keeps the write-ahead log from being copied into the data file, which holds all that was committed at one instant
/// and stands still from then on. Commits go on into the log; when that has become too large, the hold is broken.
final class CheckpointHold: Sendable {
    enum State: Sendable { case wanted, held, released, broken }

    private let state = Guarded(State.wanted)
    private let settled: @Sendable (Bool) -> Void

    /// - Parameter settled: told once whether it came about.
    init(settled: @escaping @Sendable (Bool) -> Void) { self.settled = settled }

    /// Pages of the log at which the data file is needed again: a gibibyte.
    static let pagesMax = 262_144
    /// Milliseconds for which the committer waits for readers, each time it tries.
    static let readersMilliseconds: CInt = 50
    /// Milliseconds between two tries, and until nothing comes of it.
    static let againMilliseconds = 100
    static let patienceMilliseconds = 15_000

    var isHeld: Bool { state.withLock { $0 } == .held }

    func release() { state.withLock { $0 = .released } }

    // MARK: The committer's

    func settle(_ isHeld: Bool) {
        let isWanted = state.withLock { state in
            guard state == .wanted else { return false }
            state = isHeld ? .held : .broken
            return true
        }
        if isWanted { settled(isHeld) }
    }

    func breakOff() { state.withLock { $0 = .broken } }
}
