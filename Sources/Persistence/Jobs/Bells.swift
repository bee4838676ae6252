public import Base

/// What the committer rings when there is something to do for those who work behind it.
public final class Bells: Sendable {
    enum Bell: Hashable, Sendable { case jobs, events }

    /// A job was added.
    public let jobs = Doorbell()
    /// There is something to tell webhooks of.
    public let events = Doorbell()
    /// There is something to be indexed.
    let search = SearchBell()
    private let listens = Guarded(false)

    init() {}

    /// Whether any webhook is active. Without one a commit wakes nobody.
    var hasListeners: Bool {
        get { listens.withLock { $0 } }
        set { listens.withLock { $0 = newValue } }
    }

    func ring(_ bell: Bell) {
        switch bell {
        case .jobs: jobs.ring()
        case .events: events.ring()
        }
    }

    func journalGrew() {
        if hasListeners { events.ring() }
        search.ring()
    }
}
