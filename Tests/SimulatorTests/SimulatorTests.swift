import Base
import Testing

/// Whole worlds, each made by a seed: the real sessions, ledger, committer and store with a clock, a network and a disk
/// that chance drives. What clients were told is held against one another and against the disk at the end.
@Suite("Simulator") struct SimulatorTests {
    @Test(arguments: Seeds.chunks(ordinarily: 1_000)) func `no world breaks a promise`(seeds: Range<UInt64>) throws {
        for seed in seeds {
            let world = try World(seed: seed, plan: .usual, keepsLines: Seeds.isOne)
            let found = try world.run()
            for line in world.trace.lines { print(line) }
            Tallies.shared.add(world)
            #expect(found == [], "seed \(seed): \(Seeds.replay(seed))")
        }
    }
}
