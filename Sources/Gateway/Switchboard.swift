internal import Base
public import Channels
public import REST
public import WSServer

/// Who carries the sessions: so many workers, each of which takes letters in the order in which they are posted.
public protocol SessionWorkers: Sendable {
    var workerCount: Int { get }
    func post(_ letter: SessionLetter, to worker: Int)
}

extension Server: SessionWorkers where Handler == SessionHandler {}

/// Takes what one thread has for the sessions to the workers that carry them.
public final class Switchboard: Fanout, Sendable {
    private let workers = Guarded<(any SessionWorkers)?>(nil)

    public init() {}

    /// Nothing is delivered before this: there is nobody yet to deliver it to.
    public func connect(to workers: any SessionWorkers) { self.workers.withLock { $0 = workers } }

    /// At least one, even when there is nobody yet.
    var workerCount: Int { workers.withLock { $0?.workerCount } ?? 1 }

    /// The same batch for every worker: each finds its own replies, and the events for its own listeners.
    public func publish(_ batch: [Announcement], storedIn milliseconds: Int) {
        guard let workers = workers.withLock({ $0 }) else { return }
        for worker in 0..<workers.workerCount {
            workers.post(.announcements(batch, storedIn: milliseconds), to: worker)
        }
    }

    /// Has every worker's sessions use other settings from now on.
    public func renew(_ services: Services, _ router: Router) {
        guard let workers = workers.withLock({ $0 }) else { return }
        for worker in 0..<workers.workerCount { workers.post(.renewed(services, router), to: worker) }
    }

    func post(_ letter: SessionLetter, to worker: Int) { workers.withLock { $0 }?.post(letter, to: worker) }
}
