import Base
import Channels
import TestSupport
import Testing

@Suite("Random histories") struct RandomHistoryTests {
    private static let users = [World.ann, World.bob, World.cat, World.dan]

    @Test(arguments: (0..<10).map { UInt64($0 * 40 + 1) })
    func `agree with a model that keeps whole logs`(firstSeed: UInt64) throws {
        for seed in firstSeed..<firstSeed + 40 { try run(RandomSource(seed: seed), "seed \(seed)") }
    }

    private func run(_ source: RandomSource, _ seed: Comment) throws {
        var random = source, world = World(), model = ReferenceModel(), failures = 0
        var channels = [World.direct(World.ann, World.bob), World.direct(World.cat, World.dan)]
        for _ in 1...60 {
            world.now.milliseconds += Int64.random(in: -5...50, using: &random)
            let user = Self.users.randomElement(using: &random) ?? World.ann
            let channel = channels.randomElement(using: &random) ?? channels[0]
            if Int.random(in: 0..<12, using: &random) == 0 {
                // A transaction that fails is as if it had never been asked for.
                failures += 1
                try failOnce(in: &world, sendingTo: channel, by: user, &random)
            }
            switch Int.random(in: 0..<10, using: &random) {
            case 0...5:
                let name = "\(Int.random(in: 0..<20, using: &random))", text = Bool.random(using: &random) ? name : "x"
                let decision = try world.send(text, as: name, in: channel, by: user)
                let expected = model.send(text, as: name, in: channel, by: user)
                #expect(decision.sendAnswer == expected, seed)
            case 6, 7:
                let number = Int64.random(in: 0..<40, using: &random)
                let decision = try world.mark(number, in: channel, by: user)
                let expected = model.mark(number, in: channel, by: user)
                #expect((try? decision.marked().readNumber) == expected?.read, seed)
                #expect((try? decision.marked().unread) == expected?.unread, seed)
            case 8:
                guard let peer = Self.users.filter({ $0 != user }).randomElement(using: &random) else { continue }
                let direct = try world.openDirect(user, peer)
                model.open(direct, [user, peer])
                channels.append(direct)
            default:
                let others = Self.users.filter { $0 != user && Bool.random(using: &random) }
                let group = try world.group(others, by: user)
                #expect(model.rooms[group] == nil, seed)
                model.open(group, Set(others + [user]))
                channels.append(group)
            }
        }
        try compare(&world, model, seed)
    }

    private func failOnce(
        in world: inout World, sendingTo channel: ChannelID, by user: UserID, _ random: inout RandomSource
    ) throws {
        world.ledger.store.plannedFailure = .init(call: Int.random(in: 1...4, using: &random), failure: .full)
        do {
            _ = try world.send("lost", as: "lost", in: channel, by: user)
            // What is refused early does not reach the failing call, and has changed nothing; what is sent has to fail.
            let isHarmless = world.ledger.store.committed.channels[channel]?.members[user] == nil
            try #require(isHarmless, "the failure did not fire")
        } catch let failure as StoreFailure {
            #expect(failure == .full)
        }
        world.ledger.store.plannedFailure = nil
        world.ledger.store.rollback()
        world.ledger.forget()
    }

    private func compare(_ world: inout World, _ model: ReferenceModel, _ seed: Comment) throws {
        let stored = world.ledger.store.committed
        #expect(Set(stored.channels.keys) == Set(model.rooms.keys), seed)
        for (channel, room) in model.rooms {
            let log = try #require(stored.logs[channel])
            #expect(log.map(\.seq) == Array(1...Int64(log.count)), seed)
            let messages = log.compactMap { event in
                if case .messageCreated(let message) = event.fact { message } else { nil }
            }
            #expect(messages.map(\.number) == Array(0..<Int64(messages.count)).map { $0 + 1 }, seed)
            #expect(
                messages.map {
                    ReferenceModel.Said(
                        sender: $0.sender, name: String(decoding: $0.clientMessageID.bytes, as: UTF8.self),
                        text: String(decoding: $0.text, as: UTF8.self))
                } == room.said, seed)
            for user in room.members {
                let summary = try world.ask(.describeChannel(channel), as: user).described()
                #expect(summary.unread == room.unread(of: user), seed)
                #expect(summary.head.lastMessageNumber == Int64(room.said.count), seed)
            }
        }
        for user in Self.users {
            #expect(try world.attendance(of: user).personalSeq == model.added[user] ?? 0, seed)
            #expect(
                (stored.logs[.personal(user)] ?? []).map(\.seq) == Array(0..<(model.added[user] ?? 0)).map { $0 + 1 })
        }
    }
}

extension Decision {
    fileprivate var sendAnswer: ReferenceModel.SendAnswer? {
        switch result {
        case .success(.sent(let message, let isDuplicate)): .sent(number: message.number, isDuplicate: isDuplicate)
        case .success: nil
        case .failure(let rejection): .refused(rejection.code)
        }
    }
}
