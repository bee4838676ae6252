import Base
import Glibc

/// Which worlds are run: so many, or as many as the environment says, or the one that failed.
enum Seeds {
    static var isOne: Bool { number("CONFAB_SIMULATOR_SEED") != nil }

    static func chunks(ordinarily count: UInt64) -> [Range<UInt64>] {
        if let seed = number("CONFAB_SIMULATOR_SEED") { return [seed..<seed + 1] }
        let all = number("CONFAB_SIMULATOR_SEEDS") ?? count, size = max(10, all / 64)
        let first = number("CONFAB_SIMULATOR_FIRST") ?? 1
        return stride(from: first, to: first + all, by: Int(size)).map { $0..<min($0 + size, first + all) }
    }

    /// What the next one types.
    static func replay(_ seed: UInt64) -> String { "scripts/simulate 1 \(seed)" }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}

/// What came about in all worlds together.
final class Tallies: Sendable {
    static let shared = Tallies()
    private let counts = Guarded<[String: Int]>([:])

    func add(_ world: World) {
        let all = world.counts
        counts.withLock { counts in
            for (name, count) in all { counts[name, default: 0] += count }
        }
    }

    var all: [String: Int] { counts.withLock { $0 } }
}

extension World {
    /// What came about, by its name.
    var counts: [String: Int] {
        var counts = tally
        for (happening, count) in disk.tally { counts["disk \(happening.rawValue)"] = count }
        for client in clients {
            for (name, count) in client.tally { counts[name, default: 0] += count }
        }
        counts["acknowledged"] = book.ackCount
        return counts
    }
}
