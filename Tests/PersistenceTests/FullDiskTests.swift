import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("A full disk") struct FullDiskTests {
    private let ann = Shelf.ann, channel = ChannelLog.channel

    private func letter(_ name: String, bytes: Int = 3_000) -> Committer.Letter {
        .proposal(
            Proposal(user: ann, command: House.sending(String(repeating: "x", count: bytes), as: name, in: channel)),
            .session(SessionAddress(worker: 0, connection: 1)))
    }

    /// A committer's work without its thread, over a disk whose room a test can take away.
    private func prepared(
        holdingBack byteCount: Int? = nil
    ) throws -> (pass: CommitPass, disk: Disk, listener: Listener) {
        let disk = try Disk(), listener = Listener()
        let room = byteCount.map { DiskRoom(path: disk.directory.file("reserve"), byteCount: $0) }
        try disk.addUsers()
        var pass = try CommitPass(
            database: disk.database, recent: disk.recent, fanout: listener, endedLogins: EndedLogins(),
            chain: AuditChain(key: Secret([7])),
            limits: House.limits, room: room)
        let open = Proposal(user: ann, command: .openDirect(OpenDirect(peer: .id(Shelf.bob))))
        _ = try pass.run([.proposal(open, .session(SessionAddress(worker: 0, connection: 1)))], at: Shelf.start)
        return (pass, disk, listener)
    }

    private func setRoom(_ disk: Disk, pages: Int64) throws {
        let count = try disk.database.integer("PRAGMA page_count")
        _ = try disk.database.integer("PRAGMA max_page_count = \(count + pages)")
    }

    @Test func `refuses the whole batch, keeps nothing of it, and takes it when there is room`() throws {
        var (pass, disk, listener) = try prepared()
        _ = try pass.run([letter("before")], at: Shelf.start)
        try setRoom(disk, pages: 3)
        let heard = listener.committed.count
        let batch = (1...20).map { letter("lost \($0)") }
        #expect(try pass.run(batch, at: Shelf.start))
        let refusals = listener.committed.dropFirst(heard)
        #expect(refusals.count == 20, "every session is answered, and once")
        #expect(refusals.allSatisfy { $0.decision == Decision(refused: .storageFull) })
        #expect(try disk.database.integer("SELECT count(*) FROM journal WHERE sender IS NOT NULL") == 1)

        // Reading goes on, and so does what needs no room.
        let reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        #expect(try reader.messages(of: channel, at: .newest, limit: 10).messages.map(\.number) == [1])

        try setRoom(disk, pages: 10_000)
        _ = try pass.run(batch + batch, at: Shelf.start)
        let answers = listener.committed.dropFirst(heard + 20).map(\.decision.result)
        #expect(answers.count == 40)
        for (index, answer) in answers.enumerated() {
            guard case .success(.sent(let message, let isDuplicate)) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(message.number == Int64(index % 20) + 2)
            #expect(isDuplicate == (index >= 20))
        }
    }

    @Test func `refuses accounts as well, and ends no login that it could not write`() async throws {
        let (pass, disk, listener) = try prepared()
        try setRoom(disk, pages: 0)
        let answer: Result<Void, TransactionFailure> = await withCheckedContinuation { continuation in
            var pass = pass
            let end = PendingTransaction(
                body: { transaction throws(StoreFailure) in
                    var logins = try LoginWriter(transaction)
                    try logins.end(Shelf.openLogin, at: Shelf.start)
                    transaction.announcements += logins.announcements
                }, continuation: continuation)
            let goesOn = try? pass.run([.transaction(end), letter("large", bytes: 16_000)], at: Shelf.start)
            #expect(goesOn == true)
        }
        #expect(throws: TransactionFailure.full) { try answer.get() }
        #expect(listener.endedLogins.isEmpty)
        #expect(try disk.database.integer("SELECT count(*) FROM logins WHERE ended_at IS NOT NULL") == 1)
    }

    @Test func `leaves the index waiting, and loses nothing by it`() throws {
        var (pass, disk, _) = try prepared()
        // Small texts fit into pages that are there; their rows in the indexes do not.
        _ = try pass.run((1...2_000).map { letter("\($0)", bytes: 1) }, at: Shelf.start)
        try setRoom(disk, pages: 0)
        let waiting = pass.unindexedCount
        #expect(try pass.index(atMost: 2_000) == false)
        #expect(pass.unindexedCount == waiting)
        let reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        #expect(try reader.messages(of: channel, at: .newest, limit: 1).messages.map(\.number) == [2_000])
        try setRoom(disk, pages: 10_000)
        #expect(try pass.index(atMost: .max >> 1))
        #expect(pass.unindexedCount == 0)
        #expect(try reader.messages(of: channel, at: .before(2_000), limit: 1).messages.map(\.number) == [1_999])
    }

    private func deletion(_ number: Int64) -> Committer.Letter {
        .proposal(
            Proposal(
                user: ann, command: .deleteMessages(DeleteMessages(channel: channel, number: number, scope: .all))),
            .session(SessionAddress(worker: 0, connection: 1)))
    }

    @Test func `gives what it held back to those who take away, and takes new things when it has it again`() throws {
        var (pass, disk, listener) = try prepared(holdingBack: 1 << 16)
        let reserve = disk.directory.file("reserve")
        _ = try pass.run([letter("before", bytes: 10)], at: Shelf.start)
        #expect(Files.byteCount(of: reserve) == 1 << 16)
        try setRoom(disk, pages: 0)
        var heard = listener.committed.count
        _ = try pass.run([letter("lost", bytes: 16_000), deletion(1)], at: Shelf.start)
        var answers = listener.committed.dropFirst(heard).map(\.decision)
        #expect(answers.count == 2)
        #expect(answers.first == Decision(refused: .storageFull))
        #expect(try answers.last?.result.get() != nil)
        // What the next start needs stays.
        #expect(Files.byteCount(of: reserve) == 1 << 14)

        // Nothing new is taken, even if it would fit, as long as nothing is held back.
        heard = listener.committed.count
        _ = try pass.run([letter("small", bytes: 1)], at: Shelf.start)
        #expect(listener.committed.dropFirst(heard).map(\.decision) == [Decision(refused: .storageFull)])

        try setRoom(disk, pages: 10_000)
        _ = try pass.purge(at: Shelf.start.adding(seconds: 1))
        #expect(Files.byteCount(of: reserve) == 1 << 16)
        heard = listener.committed.count
        _ = try pass.run([letter("lost", bytes: 16_000)], at: Shelf.start)
        answers = listener.committed.dropFirst(heard).map(\.decision)
        #expect(try answers.last?.result.get() != nil)
        #expect(try disk.database.integer("SELECT count(*) FROM journal WHERE sender IS NOT NULL") == 2)
    }

    @Test(arguments: [nil, 1 << 16]) func `answers who asks again for what is stored as it did before`(
        holdingBack: Int?
    ) throws {
        var (pass, disk, listener) = try prepared(holdingBack: holdingBack)
        _ = try pass.run([letter("before", bytes: 10)], at: Shelf.start)
        try setRoom(disk, pages: 0)
        // Without anything held back the first batch is refused as a whole, and so is the second; with it, the second
        // is decided beside what was given away.
        for _ in 1...2 {
            let heard = listener.committed.count
            let batch = [letter("lost", bytes: 16_000), letter("before", bytes: 10), letter("before", bytes: 11)]
            _ = try pass.run(batch, at: Shelf.start)
            let answers = listener.committed.dropFirst(heard).map(\.decision)
            #expect(answers.count == 3)
            #expect(answers.first == Decision(refused: .storageFull))
            guard case .failure(let rejection)? = answers.last?.result else {
                Issue.record("\(answers)")
                continue
            }
            #expect(rejection.code == .idempotencyMismatch)
            guard case .success(.sent(let message, isDuplicate: true)) = answers.dropFirst().first?.result else {
                Issue.record("\(answers)")
                continue
            }
            #expect(message.number == 1)
        }
    }

    @Test func `is known from the start when there is nothing to hold back`() throws {
        let directory = TemporaryDirectory()
        let none = DiskRoom(path: directory.file("reserve"), byteCount: 1 << 60)
        #expect(none.isShort)
        #expect(!none.give())
        none.takeBack(at: Shelf.start)
        #expect(none.isShort)
        #expect(Files.byteCount(of: directory.file("reserve")) ?? 0 <= 1 << 19)
        // At its end there is room for what the next start needs.
        none.keepForStart()
        #expect(Files.byteCount(of: directory.file("reserve")) == 1 << 19)
    }
}
