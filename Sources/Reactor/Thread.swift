internal import CLinux
internal import Glibc

/// A thread whose world is made inside its own body and never leaves it; what crosses is a letter in a `Mailbox`.
public struct Thread: ~Copyable, Sendable {
    private let handle: pthread_t

    /// Starts a thread.
    /// - Parameters:
    ///   - name: what a debugger and `top -H` show; 15 bytes are kept.
    ///   - niceness: above 0 for one that lets others go first when there are more than processors (nice(2)).
    public init(named name: String, niceness: CInt = 0, _ body: sending @escaping () -> Void) {
        let start = Start(name: name, niceness: niceness, body: body)
        var handle = pthread_t()
        let status = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                confab_name_thread(start.name)
                confab_block_signals()
                if start.niceness > 0 { confab_stand_back(start.niceness) }
                start.body()
                return nil
            }, Unmanaged.passRetained(start).toOpaque())
        // Threads are only started while the server starts; without one of them it cannot run.
        precondition(status == 0, "pthread_create: \(String(cString: strerror(status)))")
        self.handle = handle
    }

    /// Who does not wait lets it run, and its end is nobody's concern.
    deinit { pthread_detach(handle) }

    /// Lets another thread that waits for this core have it, before the scheduler would take it away; at once back when
    /// there is none (`sched_yield(2)`). For a thread in the middle of long work that can wait.
    public static func yield() { sched_yield() }

    /// Waits until the body has returned.
    public consuming func join() {
        let handle = handle
        discard self
        pthread_join(handle, nil)
    }

    private final class Start {
        let name: String
        let niceness: CInt
        let body: () -> Void

        init(name: String, niceness: CInt, body: @escaping () -> Void) {
            self.name = name
            self.niceness = niceness
            self.body = body
        }
    }
}
