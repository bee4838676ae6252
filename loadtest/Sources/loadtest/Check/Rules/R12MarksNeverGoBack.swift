extension Rule {
    /// R12. A marker told in answer to what was asked after an earlier answer is not less than that one's.
    static let marksNeverGoBack = Rule(name: "R12", promise: "a read marker never goes back") { history in
        var told: [History.Seat: [HistoryEntry]] = [:]
        for entry in history.marks where entry.state == .done || entry.state == .final {
            told[History.Seat(user: entry.who, channel: entry.channel), default: []].append(entry)
        }
        return told.flatMap { seat, entries -> [String] in
            let heights = Heights(entries.map { ($0.time, $0.number) })
            return entries.compactMap { entry in
                let before = heights.highest(before: entry.asked)
                guard entry.number < before else { return nil }
                return "user \(seat.user) had read channel \(seat.channel) to \(before), and then to \(entry.number)"
            }
        }
    }
}
