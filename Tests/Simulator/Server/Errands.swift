import Base

/// What has been begun and waits for its turn: the asynchronous work of one machine, done piece by piece by who asks,
/// in whatever order. Swift runs the pieces of one task one after the other; of different tasks, any may come first.
final class Errands: TaskExecutor {
    private let waiting = Guarded<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        waiting.withLock { $0.append(job) }
    }

    var count: Int { waiting.withLock { $0.count } }

    /// Does one of them, up to where it waits.
    func run(_ index: Int) {
        let job = waiting.withLock { $0.remove(at: index) }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}
