import Base
import Reactor
import Testing

@Suite("Work pool") struct WorkPoolTests {
    /// Keeps a pool's one thread busy until it is let go.
    private final class Gate: Sendable {
        let entered = Semaphore()
        let released = Semaphore()

        func pass() {
            entered.signal()
            released.wait()
        }
    }

    @Test func `gives back what the work came to`() async {
        let pool = WorkPool(named: "test", threads: 3, capacity: 1_000) { 0 }
        defer { pool.close() }
        let squares = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<200 { group.addTask { await pool.run { _ in number * number } } }
            return await group.reduce(into: Set<Int>()) { all, square in if let square { all.insert(square) } }
        }
        #expect(squares == Set((0..<200).map { $0 * $0 }))
    }

    @Test func `gives each thread a tool of its own that lasts`() async {
        let pool = WorkPool(named: "test", threads: 1, capacity: 10) { 100 }
        defer { pool.close() }
        var counts: [Int?] = []
        for _ in 0..<3 {
            counts.append(
                await pool.run { tool in
                    tool += 1
                    return tool
                })
        }
        #expect(counts == [101, 102, 103])
    }

    @Test func `refuses what is more than may wait, and does all that it took`() {
        let gate = Gate(), done = Guarded<[Int]>([]), finished = Semaphore()
        let pool = WorkPool(named: "test", threads: 1, capacity: 2) { () }
        defer { pool.close() }
        #expect(pool.submit { _ in gate.pass() })
        gate.entered.wait()
        let taken = (0..<4).map { number in
            pool.submit { _ in
                done.withLock { $0.append(number) }
                finished.signal()
            }
        }
        #expect(taken == [true, true, false, false])
        gate.released.signal()
        finished.wait()
        finished.wait()
        #expect(done.withLock { $0 } == [0, 1])
    }

    @Test func `closes when what waits is done, and takes nothing more`() async {
        let gate = Gate(), finished = Semaphore()
        let pool = WorkPool(named: "test", threads: 1, capacity: 10) { () }
        #expect(pool.submit { _ in gate.pass() })
        gate.entered.wait()
        #expect(pool.submit { _ in finished.signal() })
        pool.close()
        #expect(!pool.submit { _ in })
        #expect(await pool.run { _ in 1 } == nil)
        gate.released.signal()
        finished.wait()
    }

    @Test func `without threads, work waits for who does it, in its order`() {
        let pool = WorkPool(named: "none", threads: 0, capacity: 2) { [Int]() }
        let taken = (0..<3).map { number in pool.submit { $0.append(number) } }
        #expect(taken == [true, true, false])
        var tool = pool.tool()
        #expect(pool.doOne(with: &tool))
        #expect(tool == [0])
        #expect(pool.doOne(with: &tool))
        #expect(!pool.doOne(with: &tool))
        #expect(tool == [0, 1])
        pool.finish()
    }
}
