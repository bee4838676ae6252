import Base
import Channels
import Reactor
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("The write-ahead log's bound") struct LogBoundTests {
    private static let boundBytes = 1 << 20

    /// A committer's work without its thread, whose log is to stay below a mebibyte.
    private func prepared(_ leash: SnapshotLeash) throws -> (pass: CommitPass, disk: Disk, time: ManualTime) {
        let disk = try Disk(), time = ManualTime(Shelf.start)
        var limits = House.limits
        limits.logBytesMax = Self.boundBytes
        try disk.addUsers()
        var pass = try CommitPass(
            database: disk.database, recent: disk.recent, fanout: Listener(), endedLogins: EndedLogins(),
            chain: AuditChain(key: Secret([7])), limits: limits, leash: leash, time: time.source)
        let open = Proposal(user: Shelf.ann, command: .openDirect(OpenDirect(peer: .id(Shelf.bob))))
        _ = try pass.run([.proposal(open, .session(SessionAddress(worker: 0, connection: 1)))], at: Shelf.start)
        return (pass, disk, time)
    }

    /// Writes four times as much as the log may come to, a message each so many milliseconds, and tells how long its
    /// file was at most.
    private func write(
        _ pass: inout CommitPass, _ disk: Disk, _ time: ManualTime, every milliseconds: Int64
    ) throws -> Int {
        var longest = 0
        for index in 1...(4 * Self.boundBytes / 16_384) {
            let text = String(repeating: "x", count: 16_000)
            let send = Proposal(user: Shelf.ann, command: House.sending(text, as: "\(index)", in: ChannelLog.channel))
            _ = try pass.run([.proposal(send, .session(SessionAddress(worker: 0, connection: 1)))], at: Shelf.start)
            time.pass(milliseconds: milliseconds)
            try pass.boundLog()
            longest = max(longest, Files.byteCount(of: disk.path + "-wal") ?? 0)
        }
        return longest
    }

    /// Reads on and on, on a thread of its own, until it is cut short; each time it begins anew.
    private final class EndlessReader: Sendable {
        private let isStopping = Guarded(false)
        private let ended = Semaphore()
        let cutCount = Guarded(0)

        init(_ path: String, _ leash: SnapshotLeash) throws {
            let begun = Semaphore()
            _ = Thread(named: "endless") { [self] in
                while !isStopping.withLock({ $0 }) {
                    guard let database = try? Database(path: path, .reader, leash: leash),
                        let rows = try? database.prepare(
                            """
                            WITH RECURSIVE n (x) AS (SELECT count(*) FROM journal UNION ALL SELECT x + 1 FROM n)
                            SELECT max(x) FROM n
                            """)
                    else { continue }
                    begun.signal()
                    _ = try? rows.step()
                    if database.wasCutShort { cutCount.withLock { $0 += 1 } }
                }
                ended.signal()
            }
            begun.wait()
        }

        func stop(_ leash: SnapshotLeash) {
            isStopping.withLock { $0 = true }
            while !ended.wait(milliseconds: 10) { leash.pull() }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `is kept although somebody reads on and on`() throws {
        let leash = SnapshotLeash()
        var (pass, disk, time) = try prepared(leash)
        let reader = try EndlessReader(disk.path, leash)
        defer { reader.stop(leash) }
        let longest = try write(&pass, disk, time, every: 1_000)
        #expect(longest < Self.boundBytes + (1 << 17))
        #expect(reader.cutCount.withLock { $0 } > 0)
    }

    /// What the bound is needed for: whoever is not on the leash keeps all that is written meanwhile in the log.
    @Test func `is lost to a reader whom nobody can cut short, and found again when it ends`() throws {
        let leash = SnapshotLeash()
        var (pass, disk, time) = try prepared(leash)
        let reader = try Database(path: disk.path, .reader)
        try reader.execute("BEGIN")
        _ = try reader.integer("SELECT count(*) FROM journal")
        #expect(try write(&pass, disk, time, every: 1) > 4 * Self.boundBytes)
        try reader.execute("COMMIT")
        time.pass(milliseconds: 1_000)
        try pass.boundLog()
        #expect(Files.byteCount(of: disk.path + "-wal") == 0)
    }

    @Test func `does not keep a read from its answer, which is asked for once more`() throws {
        let leash = SnapshotLeash()
        let (_, disk, _) = try prepared(leash)
        var reader = Reader(path: disk.path, leash: leash, recent: disk.recent, log: Logger(level: .off))
        var attempts = 0
        let answer = reader.use { archive, accounts throws(StoreFailure) in
            attempts += 1
            let rows = try accounts.database.prepare(
                "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n")
            defer { rows.reset() }
            var last: Int64 = 0
            while last < 100_000, try rows.step() {
                last = rows.integer(0)
                if attempts == 1, last == 1_000 { leash.pull() }
            }
            return last
        }
        #expect(try answer.get() == 100_000)
        #expect(attempts == 2)
    }
}
