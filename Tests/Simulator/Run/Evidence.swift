/// What came about in worlds, by its name, and what of it must: a fault that never came is no evidence.
struct Evidence: Sendable {
    private(set) var counts: [String: Int] = [:]

    mutating func add(_ world: World) { counts.merge(world.counts) { $0 + $1 } }

    mutating func add(_ other: Evidence) { counts.merge(other.counts) { $0 + $1 } }

    subscript(_ name: String) -> Int { counts[name, default: 0] }

    /// What has to come about in enough worlds, and has not.
    var missing: [String] { Self.happenings.filter { self[$0] == 0 } }

    static let happenings =
        [
            "acknowledged", "kills", "power cuts", "aftershocks", "planned stops", "failed starts",
            "commits while reading", "reads before the word", "cuts", "half-open", "frames lost",
            "frames that overtook another connection's", "moderations", "resumed", "more", "closes 4201",
            "closes 4008", "refused storage_full", "message.send", "message.forward", "message.edit", "message.delete",
            "history.get", "read.update", "channel.join", "channel.leave", "reaction.add",
        ] + Disk.Happening.allCases.map { "disk \($0.rawValue)" }

    /// A line for each, what must be first.
    var lines: [String] {
        let others = counts.keys.filter { !Self.happenings.contains($0) }.sorted()
        return (Self.happenings + others).map { "    \($0): \(self[$0])" }
    }
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
