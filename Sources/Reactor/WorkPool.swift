internal import Base
internal import Glibc

/// A few threads for work that blocks: reading from disk, hashing passwords. Each thread has a tool of its own, made on
/// it and used by nobody else. What waits is bounded; beyond that, work is refused at once.
public final class WorkPool<Tool>: Sendable {
    public typealias Work = @Sendable (inout Tool) -> Void

    private struct Waiting {
        var work: [Work] = []
        var head = 0
        var isClosed = false
        var count: Int { work.count - head }
    }

    /// A page of history or a password's hash may wait for a moment; who has sent a message should not.
    private static var niceness: CInt { 5 }

    private let waiting = Guarded(Waiting())
    private let available = Semaphore()
    private let ended = Semaphore()
    private let threads: Int
    private let capacity: Int
    private let makeTool: @Sendable () -> Tool

    /// `threads` threads named after the pool; `capacity` pieces of work may wait. Without threads, the work is done by
    /// who calls `doOne`.
    public init(named name: String, threads: Int, capacity: Int, tool makeTool: @escaping @Sendable () -> Tool) {
        self.threads = threads
        self.capacity = capacity
        self.makeTool = makeTool
        for index in 0..<threads {
            // The threads end with `close` or with the process; nobody waits for them.
            _ = Thread(named: "\(name)-\(index)", niceness: Self.niceness) { [self] in
                useTool(makeTool())
                ended.signal()
            }
        }
    }

    /// False when too much is waiting already, or the pool is closed.
    public func submit(_ work: @escaping Work) -> Bool {
        let isTaken = waiting.withLock { waiting in
            guard !waiting.isClosed, waiting.count < capacity else { return false }
            waiting.work.append(work)
            return true
        }
        if isTaken { available.signal() }
        return isTaken
    }

    /// Waits for the result; `nil` when the pool refused.
    public func run<Result: Sendable>(_ body: @escaping @Sendable (inout Tool) -> Result) async -> Result? {
        await withCheckedContinuation { continuation in
            if !submit({ continuation.resume(returning: body(&$0)) }) { continuation.resume(returning: nil) }
        }
    }

    /// Pieces of work that wait for a thread.
    public var waitingCount: Int { waiting.withLock { $0.count } }

    /// Takes no more work, and lets the threads end when what waits is done.
    public func close() {
        waiting.withLock { $0.isClosed = true }
        for _ in 0..<threads { available.signal() }
    }

    /// Closes, and waits until what waits is done and every thread has put its tool away.
    public func finish() {
        close()
        for _ in 0..<threads { ended.wait() }
    }

    private func useTool(_ tool: consuming Tool) {
        // Woken once for each piece of work, and once more when the pool is closed.
        repeat { available.wait() } while doOne(with: &tool)
    }

    /// A tool like those of the pool's threads, for who works without them.
    public func tool() -> Tool { makeTool() }

    /// Does what has waited longest; false when nothing waits.
    public func doOne(with tool: inout Tool) -> Bool {
        guard let work = next() else { return false }
        work(&tool)
        return true
    }

    private func next() -> Work? {
        waiting.withLock { waiting in
            guard waiting.count > 0 else { return nil }
            let work = waiting.work[waiting.head]
            waiting.head += 1
            if waiting.head == waiting.work.count {
                waiting.work.removeAll(keepingCapacity: true)
                waiting.head = 0
            } else if waiting.head > 1_024 {
                waiting.work.removeSubrange(..<waiting.head)
                waiting.head = 0
            }
            return work
        }
    }
}
