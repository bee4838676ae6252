import Base
import TestSupport
import Testing

@testable import Persistence

@Suite("Holding the data file still") struct CheckpointHoldTests {
    private struct Scene {
        let disk: Disk
        let settled = Guarded<[Bool]>([])

        init() throws { disk = try Disk() }

        func fill() throws {
            try disk.database.execute("CREATE TABLE IF NOT EXISTS t (x BLOB)")
            try disk.database.execute("INSERT INTO t VALUES (randomblob(100000))")
        }

        func wanted() -> (hold: CheckpointHold, holding: CheckpointHolding) {
            let hold = CheckpointHold { [settled] isHeld in settled.withLock { $0.append(isHeld) } }
            return (hold, CheckpointHolding(hold, at: Instant(nanoseconds: 0)))
        }
    }

    private func instant(_ milliseconds: Int) -> Instant { Instant(nanoseconds: 0).adding(milliseconds: milliseconds) }

    @Test func `has all that was committed in the file, and nothing that comes later`() throws {
        let scene = try Scene()
        try scene.fill()
        let (hold, wanted) = scene.wanted()
        var holding = wanted
        #expect(try holding.settle(scene.disk.database, at: instant(0)) == false)
        #expect(hold.isHeld && scene.settled.withLock { $0 } == [true])
        let before = try #require(Files.read(scene.disk.path))
        try scene.fill()
        #expect(!holding.allowsCheckpoint(withLogOf: scene.disk.database.logPages))
        #expect(Files.read(scene.disk.path) == before)
        let copy = TemporaryDirectory()
        Files.write(before, to: copy.file("copy.db"))
        #expect(try Database(path: copy.file("copy.db"), .writer).integer("SELECT count(*) FROM t") == 1)
        hold.release()
        #expect(holding.allowsCheckpoint(withLogOf: 1))
    }

    @Test func `waits for readers, and gives up on those who stay`() throws {
        let scene = try Scene()
        try scene.fill()
        let reader = try Database(path: scene.disk.path, .reader)
        try reader.execute("BEGIN")
        _ = try reader.integer("SELECT count(*) FROM t")
        try scene.fill()
        var (hold, holding) = scene.wanted()
        #expect(try holding.settle(scene.disk.database, at: instant(0)))
        #expect(try holding.settle(scene.disk.database, at: instant(50)), "not tried again at once")
        #expect(scene.settled.withLock { $0 } == [])
        #expect(try holding.settle(scene.disk.database, at: instant(CheckpointHold.patienceMilliseconds)) == false)
        #expect(scene.settled.withLock { $0 } == [false])
        #expect(!hold.isHeld)
        try reader.execute("COMMIT")
        (hold, holding) = scene.wanted()
        #expect(try holding.settle(scene.disk.database, at: instant(0)) == false)
        #expect(hold.isHeld)
    }

    @Test func `ends when the log has become too large`() throws {
        let scene = try Scene()
        let (hold, wanted) = scene.wanted()
        var holding = wanted
        _ = try holding.settle(scene.disk.database, at: instant(0))
        #expect(!holding.allowsCheckpoint(withLogOf: CheckpointHold.pagesMax - 1))
        #expect(hold.isHeld)
        #expect(holding.allowsCheckpoint(withLogOf: CheckpointHold.pagesMax))
        #expect(!hold.isHeld)
    }
}
