internal import Auth
internal import Base

/// When users and their logins were last seen, until it is on disk. It is gathered, so that many who leave cost one
/// transaction. A value.
struct LastSeenBatch {
    private var waiting = LastSeen()
    private var writing = LastSeen()
    private var dueAt: Instant?

    subscript(user: UserID) -> Timestamp? { waiting.users[user] ?? writing.users[user] }

    mutating func note(_ seen: LastSeen, at now: Instant, _ limits: Limits) {
        guard !seen.isEmpty else { return }
        waiting.merge(seen)
        if dueAt == nil { dueAt = now.adding(milliseconds: limits.lastSeenMilliseconds) }
    }

    /// What is to be written now; nothing while the last of it is still being written.
    mutating func take(at now: Instant) -> LastSeen? {
        guard let dueAt, dueAt <= now, writing.isEmpty else { return nil }
        self.dueAt = nil
        writing = waiting
        waiting = LastSeen()
        return writing
    }

    /// What was taken is on disk, or could not be written and is tried again later.
    mutating func finish(isKept: Bool, at now: Instant, _ limits: Limits) {
        var unwritten = writing
        writing = LastSeen()
        guard !isKept, !unwritten.isEmpty else { return }
        unwritten.merge(waiting)
        note(unwritten, at: now, limits)
    }

    /// Has all of it written with the next `take`.
    mutating func hurry(at now: Instant) {
        if !waiting.isEmpty { dueAt = now }
    }

    /// When there is something to be taken.
    var next: Instant? { writing.isEmpty ? dueAt : nil }
}
