import Base
import Channels
import TestSupport
import Testing

@Suite("Random commands") struct RandomCommandTests {
    private static let users = [World.ann, World.bob, World.cat, World.dan]

    /// One ledger remembers everything and the other nothing, and what is counted is counted again from the logs.
    @Test(arguments: (0..<8).map { UInt64($0 * 10 + 1) })
    func `are decided alike by who remembers and who has to look, and counted as the logs have it`(
        firstSeed: UInt64
    ) throws {
        var succeeded = 0
        for seed in firstSeed..<firstSeed + 10 {
            var commands = RandomCommands(seed: seed, users: Self.users), warm = World()
            for _ in 1...250 {
                warm.now.milliseconds += 100
                let proposal = commands.next(), note: Comment = "seed \(seed), \(proposal)"
                var cold = warm.forgetful
                let decision = try warm.ask(proposal.command, as: proposal.user)
                #expect(try cold.ask(proposal.command, as: proposal.user) == decision, note)
                #expect(cold.ledger.store.committed == warm.ledger.store.committed, note)
                guard case .success = decision.result, !decision.events.isEmpty else { continue }
                succeeded += 1
            }
            try audit(&warm, "seed \(seed)")
        }
        #expect(succeeded > 450, "only \(succeeded) commands changed anything")
    }

    @Test func `leave the same when a transaction fails between them`() throws {
        for seed in UInt64(1)...20 {
            var commands = RandomCommands(seed: seed, users: Self.users), world = World(), failures = 0
            var random = RandomSource(seed: seed)
            for _ in 1...150 {
                world.now.milliseconds += 100
                let proposal = commands.next()
                if Bool.random(using: &random) {
                    let before = world.ledger.store.committed
                    world.ledger.store.plannedFailure = .init(
                        call: .random(in: 1...14, using: &random), failure: .full)
                    do {
                        _ = try world.ask(proposal.command, as: proposal.user)
                        world.ledger.store.plannedFailure = nil
                        continue
                    } catch is StoreFailure {
                        failures += 1
                        world.ledger.store.rollback()
                        world.ledger.forget()
                        #expect(world.ledger.store.committed == before)
                    }
                }
                var fresh = world.forgetful
                let decision = try world.ask(proposal.command, as: proposal.user)
                #expect(try fresh.ask(proposal.command, as: proposal.user) == decision, "seed \(seed), \(proposal)")
            }
            #expect(failures > 10, "the store failed \(failures) times only")
            try audit(&world, "seed \(seed)")
        }
    }

    private func audit(_ world: inout World, _ note: Comment) throws {
        let stored = world.ledger.store.committed
        for (channel, log) in stored.logs where !stored.ended.contains(channel) {
            #expect(log.map(\.seq) == (0..<log.count).map { Int64($0) + 1 }, note)
            let messages = log.compactMap { event in
                if case .messageCreated(let message) = event.fact { message } else { nil }
            }
            #expect(messages.map(\.number) == (0..<messages.count).map { Int64($0) + 1 }, note)
            guard let state = stored.channels[channel] else { continue }
            for (user, member) in state.members {
                let unread = messages.filter { message in
                    message.number > member.readNumber && message.number > member.start.number && !message.isDeleted
                        && state.hidden[user]?.contains(message.number) != true
                }
                let summary = try world.summary(of: channel, for: user)
                #expect(summary.unread == Int64(unread.count), note)
                let mentions = unread.filter { $0.details.mentions.contains(user) }
                #expect(summary.mentions == Int64(mentions.count), "\(note) \(channel), user \(user)")
            }
            let owners = state.members.values.count { $0.role == .owner }
            #expect(channel.members != nil || owners > 0, "\(note): a channel without an owner")
        }
    }
}
