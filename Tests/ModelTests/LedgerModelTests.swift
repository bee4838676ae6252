import Base
import TestSupport
import Testing

/// Random histories through the ledger and its stores, with a recount of everything beside it.
@Suite("Channels as a model has them") struct LedgerModelTests {
    private static let model = Model(
        zip(1..., ["ann", "bob", "Cat", "dan", "eve"]).compactMap { number, name in
            UserID(rawValue: Int64(number)).map {
                Model.Person(id: $0, username: name, displayName: name.uppercased())
            }
        })

    @Test(arguments: Seeds.chunks(ordinarily: 60)) func `are the same over a store in memory`(
        seeds: Range<UInt64>
    ) {
        run(seeds, "memory") { MemoryKeeper(Self.model) }
    }

    @Test(arguments: Seeds.chunks(ordinarily: 40)) func `are the same on disk, through indexing, crashes and age`(
        seeds: Range<UInt64>
    ) {
        run(seeds, "disk") { try DiskKeeper(Self.model) }
    }

    private func run(_ seeds: Range<UInt64>, _ name: String, _ make: () throws -> some Keeper) {
        var tally: [String: Int] = [:]
        for seed in seeds {
            do {
                var play = Play(try make(), Self.model, seed: seed)
                try play.run(transactions: 50)
                tally.merge(play.tally) { $0 + $1 }
            } catch {
                Issue.record("\(Seeds.replay(seed, "LedgerModelTests")) (\(name))\n\(error)")
            }
        }
        // Histories in which nothing happened would prove nothing.
        guard seeds.count >= Seeds.chunk else { return }
        #expect(Step.kinds.filter { tally[$0] == nil } == [], "\(name), seeds \(seeds)")
    }
}
