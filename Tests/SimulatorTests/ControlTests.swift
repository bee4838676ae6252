import Base
import Testing

/// A test that never failed is no evidence: what is broken on purpose is found, what is to happen happens, and a seed
/// is enough to have all of it again.
@Suite("Simulator, held to account") struct ControlTests {
    @Test(arguments: Plant.allCases) func `a planted fault is found within few worlds`(plant: Plant) throws {
        var plan = Plan.usual
        plan.plant = plant
        let first = try (1...Self.seedsMax).first { seed in try !World(seed: seed, plan: plan).run().isEmpty }
        #expect(first != nil)
    }

    /// Worlds until a planted fault must have been found. Most are found in the first ones; that a start does not sync
    /// matters only when two ends follow one another closely.
    private static let seedsMax: UInt64 = 2_000

    @Test(arguments: 1...12) func `a seed makes the same world again, to the letter`(seed: UInt64) throws {
        let worlds = try (0..<2).map { _ in try World(seed: seed, plan: .usual) }
        for world in worlds { _ = try world.run() }
        #expect(worlds[0].trace.hash == worlds[1].trace.hash)
        #expect(worlds[0].counts == worlds[1].counts)
    }

    @Test func `everything that can go wrong does`() throws {
        var counts: [String: Int] = [:]
        for seed in 1...60 as ClosedRange<UInt64> {
            let world = try World(seed: seed, plan: .usual)
            _ = try world.run()
            counts.merge(world.counts) { $0 + $1 }
        }
        for name in Self.happenings { #expect(counts[name, default: 0] >= 3, "\(name): \(counts)") }
        #expect(counts["acknowledged", default: 0] > 1_000)
    }

    private static let happenings =
        [
            "commits while reading", "kills", "power cuts", "failed starts", "cuts", "half-open", "moderations",
            "resumed", "more",
            "closes 4201", "closes 4008", "refused storage_full", "message.send", "message.forward", "message.edit",
            "message.delete",
            "read.update", "channel.join", "channel.leave", "reaction.add",
        ] + Disk.Happening.allCases.map { "disk \($0.rawValue)" }
}
