internal import Base
public import Channels
public import REST
public import WSServer

/// Takes what one thread has for the sessions to the workers that carry them.
public final class Switchboard: Fanout, Sendable {
    private let server = Guarded<Server<SessionHandler>?>(nil)

    public init() {}

    /// Nothing is delivered before this: there is nobody yet to deliver it to.
    public func connect(to server: Server<SessionHandler>) { self.server.withLock { $0 = server } }

    /// At least one, even when there is nobody yet.
    var workerCount: Int { server.withLock { $0?.workerCount } ?? 1 }

    /// The same batch for every worker: each finds its own replies, and the events for its own listeners.
    public func publish(_ batch: [Announcement], storedIn milliseconds: Int) {
        guard let server = server.withLock({ $0 }) else { return }
        for worker in 0..<server.workerCount {
            server.post(.announcements(batch, storedIn: milliseconds), to: worker)
        }
    }

    /// Has every worker's sessions use other settings from now on.
    public func renew(_ services: Services, _ router: Router) {
        guard let server = server.withLock({ $0 }) else { return }
        for worker in 0..<server.workerCount { server.post(.renewed(services, router), to: worker) }
    }

    func post(_ letter: SessionLetter, to worker: Int) { server.withLock { $0 }?.post(letter, to: worker) }
}
