import Testing

@testable import simulator

/// Whole worlds, each made by a seed: the real sessions, ledger, committer and store with a clock, a network and a disk
/// that chance drives. Here a few, in a debug build, whose checks of memory and arithmetic release builds do not have;
/// `scripts/simulate` runs thousands.
@Suite("Simulator") struct SimulatorTests {
    @Test(arguments: [UInt64](stride(from: 1, to: 101, by: 10))) func `no world breaks a promise`(first: UInt64) throws
    {
        for seed in first..<first + 10 {
            let found = try World(seed: seed, plan: .usual).run()
            #expect(found == [], "seed \(seed): scripts/simulate 1 \(seed)")
        }
    }
}
