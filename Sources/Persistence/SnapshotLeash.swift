internal import Base
internal import CSQLite

/// By which the committer has readers let go of what they read, when the write-ahead log has become too large because
/// of them: a statement that runs on one of these connections ends with `Database.wasCutShort`. None of them waits for
/// anything while it has a snapshot, so whoever is not in a statement is between two of them, and soon gone.
final class SnapshotLeash: Sendable {
    /// `@unchecked` is true because it is only ever interrupted, which SQLite allows from any thread as long as the
    /// connection is open; and it is taken out, under the lock, before it is closed.
    private struct Held: @unchecked Sendable, Hashable {
        let handle: OpaquePointer
    }

    private let held = Guarded<Set<Held>>([])

    init() {}

    func hold(_ handle: OpaquePointer) {
        let new = Held(handle: handle)
        held.withLock { _ = $0.insert(new) }
    }

    /// To be called before the connection is closed.
    func letGo(_ handle: OpaquePointer) {
        let old = Held(handle: handle)
        held.withLock { _ = $0.remove(old) }
    }

    /// Ends what is being read at this moment; what begins later goes on.
    func pull() {
        held.withLock { all in
            for one in all { sqlite3_interrupt(one.handle) }
        }
    }
}
