internal import Base
internal import Reactor

/// Wakes the thread that indexes, once for all that happens while it is at work. A commit that nobody waits for costs
/// a look.
final class SearchBell: Sendable {
    private let isAwaited = Guarded(false)
    private let semaphore = Semaphore()

    /// From here on a ring is heard, even if the wait begins later.
    func await() { isAwaited.withLock { $0 = true } }

    func ring() {
        let isHeard = isAwaited.withLock { isAwaited in
            defer { isAwaited = false }
            return isAwaited
        }
        if isHeard { semaphore.signal() }
    }

    func wait(milliseconds: Int) { semaphore.wait(milliseconds: milliseconds) }
}
