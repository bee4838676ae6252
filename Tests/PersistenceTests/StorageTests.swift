import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Storage") struct StorageTests {
    @Test func `answers and announces only what a crash could not take back`() async throws {
        let directory = TemporaryDirectory()
        let path = directory.file("confab.db"), missing = Guarded<[String]>([]), looked = Guarded(0)
        // At the moment of publishing, another connection reads what was announced.
        let listener = Listener { batch in
            guard let database = try? Database(path: path, .reader) else {
                return missing.withLock { $0.append("the database cannot be read") }
            }
            for case .committed(let committed) in batch {
                for event in committed.decision.events {
                    let count = try? database.integer(
                        """
                        SELECT count(*) FROM journal WHERE channel = \(event.channel.rawValue) AND seq = \(event.seq)
                        """)
                    looked.withLock { $0 += 1 }
                    if count != 1 { missing.withLock { $0.append("\(event)") } }
                }
            }
        }
        let house = try House(in: directory, listener: listener)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...20 {
            let message = try await house.send("m\(index)", as: "\(index)", in: channel, by: ann).message
            // What a kill right after the answer would leave holds what was answered.
            guard index % 5 == 0 else { continue }
            let after = try House(in: house.image())
            let retry = try await after.send("m\(index)", as: "\(index)", in: channel, by: ann)
            #expect(retry == (message, true))
        }
        #expect(missing.withLock { $0 } == [])
        #expect(looked.withLock { $0 } == 23, "a channel's creation is three events")
    }

    @Test func `decides in the order in which it was asked, and announces in that order`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        let before = house.listener.committed.count
        for index in UInt64(0)..<500 {
            let proposal = Proposal(
                user: index % 2 == 0 ? ann : bob, command: House.sending("m", as: "\(index)", in: channel))
            #expect(house.storage.journal.submit(proposal, from: SessionAddress(worker: 3, connection: index)))
        }
        // What is answered by continuation comes after everything that was handed over before it.
        _ = await house.storage.journal.commit(.listChannels, as: ann)
        let heard = house.listener.committed.dropFirst(before)
        #expect(heard.map(\.address) == (0..<500).map { SessionAddress(worker: 3, connection: $0) })
        #expect(heard.flatMap(\.decision.events).map(\.seq) == Array(2...501))
    }

    @Test func `makes one message of the same one sent many times at once`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for round in Int64(1)...10 {
            let journal = house.storage.journal, command = House.sending("m", as: "\(round)", in: channel)
            let results = await withTaskGroup(of: Result<Outcome, Rejection>.self) { group in
                for _ in 1...20 { group.addTask { await journal.commit(command, as: ann) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let sent = results.compactMap { result -> (number: Int64, isDuplicate: Bool)? in
                guard case .success(.sent(let message, let isDuplicate)) = result else { return nil }
                return (message.number, isDuplicate)
            }
            #expect(sent.map(\.number) == Array(repeating: round, count: 20))
            #expect(sent.count { !$0.isDuplicate } == 1)
        }
        #expect(house.listener.events.count { $0.channel == channel } == 11)
    }

    @Test func `announces nothing for a caller's question that changed nothing`() async throws {
        let house = try House()
        let ann = try await house.user("ann")
        _ = await house.storage.journal.commit(.listChannels, as: ann)
        #expect(await house.storage.isWriting())
        #expect(house.listener.announcements.isEmpty)
    }

    @Test func `refuses what does not fit into its queues`() async throws {
        var limits = House.limits
        limits.journalQueueMax = 0
        limits.readQueueMax = 0
        let house = try House(limits: limits), ann = Shelf.ann
        #expect(await house.storage.journal.commit(.listChannels, as: ann) == .failure(.overloaded))
        let proposal = Proposal(user: ann, command: .listChannels)
        #expect(!house.storage.journal.submit(proposal, from: SessionAddress(worker: 0, connection: 1)))
        #expect(await !house.storage.isWriting())
        await #expect(throws: Rejection.overloaded) {
            try await house.storage.archive.messages(of: ChannelLog.channel, for: ann, at: .newest, limit: 1)
        }
        #expect(house.listener.announcements.isEmpty)
    }

    @Test func `goes on where it stopped, number for number`() async throws {
        let directory = TemporaryDirectory()
        var numbers: [Int64] = [], epochs: Set<String> = []
        var ann = Shelf.ann, bob = Shelf.bob
        for round in 0..<4 {
            let house = try House(in: directory)
            if round == 0 { (ann, bob) = (try await house.user("ann"), try await house.user("bob")) }
            let channel = try await house.direct(ann, bob)
            for index in 0..<10 {
                numbers.append(try await house.send("m", as: "\(round).\(index)", in: channel, by: ann).message.number)
            }
            let retry = try await house.send("m", as: "0.3", in: channel, by: ann)
            #expect((retry.message.number, retry.isDuplicate) == (4, true))
            epochs.insert(house.storage.epoch)
            house.close()
        }
        #expect(numbers == Array(1...40))
        #expect(epochs.count == 1, "the history never went back")
    }

    @Test func `indexes after a crash what was not indexed before it`() async throws {
        var log = try ChannelLog()
        try log.write("-" + String(repeating: "m", count: 300))
        try log.index(90)
        let left = log.unindexedCount
        let house = try House(in: log.disk.copy())
        let page = try await house.storage.archive.messages(
            of: ChannelLog.channel, for: Shelf.bob, at: .newest, limit: 200)
        #expect(page.messages.map(\.message) == Array(log.facts.messages.suffix(200)))
        let retry = try await house.send("text 300", as: "n301", in: ChannelLog.channel, by: Shelf.ann)
        #expect((retry.message.number, retry.isDuplicate) == (300, true))
        house.close()

        let database = try Database(path: house.path, .writer)
        let waiting =
            "SELECT count(*) FROM journal WHERE position > (SELECT value FROM meta WHERE name='indexed_through')"
        #expect(left > 300)
        #expect(try database.integer(waiting) == 0)
        #expect(
            try database.integer("SELECT count(*) FROM log_index") == database.integer("SELECT count(*) FROM journal"))
        #expect(try database.integer("SELECT count(*) FROM retry_index") == 300)
    }

    @Test func `reads what was announced before it was asked`() async throws {
        var limits = House.limits
        // Little waits unindexed, so that reading and indexing meet all the time.
        limits.indexRunEventsMin = 3
        let house = try House(limits: limits)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for number in Int64(1)...200 {
            _ = try await house.send("m", as: "\(number)", in: channel, by: ann)
            let page = try await house.storage.archive.messages(of: channel, for: bob, at: .newest, limit: 3)
            #expect(page.messages.map(\.message.number) == Array(max(1, number - 2)...number))
            let events = try await house.storage.archive.events(
                of: channel, for: bob, after: number, through: .max, limit: 10, bytesMax: 1_000)
            #expect(events.events.map(\.seq) == [number + 1])
        }
    }

    @Test func `shows a channel's history to its members alone`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob"), cat = try await house.user("cat")
        let channel = try await house.direct(ann, bob)
        _ = try await house.send("secret", as: "1", in: channel, by: ann)
        for id in [channel, ChannelState.group(77), .personal(ann)] {
            await #expect(throws: Rejection.noSuchChannel) {
                try await house.storage.archive.messages(of: id, for: cat, at: .newest, limit: 1)
            }
            await #expect(throws: Rejection.noSuchChannel) {
                try await house.storage.archive.events(
                    of: id, for: cat, after: 0, through: .max, limit: 1, bytesMax: 1_000)
            }
        }
    }

    @Test func `says that a damaged message cannot be read, and serves the others`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...3 { _ = try await house.send("text \(index)", as: "\(index)", in: channel, by: ann) }
        house.close()
        do {
            let database = try Database(path: house.path, .writer)
            try database.execute("UPDATE journal SET body = 'text 7' WHERE body = 'text 2'")
            #expect(database.changes == 1)
        }
        let after = try House(in: house.directory)
        await #expect(throws: Rejection.damaged) {
            try await after.storage.archive.messages(of: channel, for: bob, at: .newest, limit: 50)
        }
        let page = try await after.storage.archive.messages(of: channel, for: bob, at: .after(2), limit: 50)
        #expect(page.messages.map(\.message.number) == [3])
    }
}
