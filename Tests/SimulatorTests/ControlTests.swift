import Base
import Testing

@testable import simulator

/// A test that never failed is no evidence: what is broken on purpose is found, and a seed is enough to have all of it
/// again. The faults in the server's own code are there in debug builds alone; `scripts/simulate controls` looks for
/// the others.
@Suite("Simulator, held to account") struct ControlTests {
    /// Worlds until a planted fault must have been found.
    private static let seedsMax: UInt64 = 600

    @Test(arguments: [Plant.replyBeforeCommit, .staleAbsence, .strangersRead, .messageVoided])
    func `a planted fault is found within few worlds`(plant: Plant) throws {
        let first = try (1...Self.seedsMax).first { seed in
            try !World(seed: seed, plan: Plan(plant: plant)).run().isEmpty
        }
        #expect(first != nil)
    }

    @Test(arguments: 1...12) func `a seed makes the same world again, to the letter`(seed: UInt64) throws {
        let worlds = try (0..<2).map { _ in try World(seed: seed, plan: .usual) }
        for world in worlds { _ = world.run() }
        #expect(worlds[0].trace.hash == worlds[1].trace.hash)
        #expect(worlds[0].counts == worlds[1].counts)
    }
}
