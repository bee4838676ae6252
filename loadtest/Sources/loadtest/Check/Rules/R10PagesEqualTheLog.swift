extension Rule {
    /// R10. A page has everything that was acknowledged before it was asked for, up to its length.
    static let pagesEqualTheLog = Rule(name: "R10", promise: "a page equals the log, and is not stale") { history in
        let acknowledged = history.acknowledgedBefore
        return history.pages.flatMap { page -> [String] in
            let name = "a page of channel \(page.channel) after \(page.after)"
            var violations: [String] = []
            for (index, message) in page.messages.enumerated() {
                if message.number != page.after + 1 + index {
                    return ["\(name) has \(message.number) in place \(index + 1)"]
                }
                guard let there = history.message(message.number, in: page.channel) else {
                    violations.append("\(name) has \(message.number), which is lost")
                    continue
                }
                var same = message
                if there.isDeleted { (same.isDeleted, same.text) = (true, nil) }
                if same != there { violations.append("\(name) has another \(message.number) than the log") }
            }
            let last = page.after + page.messages.count
            let expected = acknowledged[page.channel]?.highest(before: page.asked) ?? 0
            if page.messages.count > page.limit { violations.append("\(name) has over \(page.limit) messages") }
            if last < expected, !page.hasMore || page.messages.isEmpty {
                violations.append("\(name) ends at \(last), and \(expected) had been acknowledged")
            }
            return violations
        }
    }
}

/// The highest number that had been acknowledged, by time.
struct Heights {
    private var steps: [(time: UInt64, highest: Int)] = []

    init(_ acks: [(time: UInt64, number: Int)]) {
        for ack in acks.sorted(by: { $0.time < $1.time }) where ack.number > (steps.last?.highest ?? 0) {
            steps.append((ack.time, ack.number))
        }
    }

    func highest(before time: UInt64) -> Int {
        var low = 0, high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : steps[low - 1].highest
    }
}

extension History {
    /// By channel.
    fileprivate var acknowledgedBefore: [String: Heights] {
        var acks: [String: [(time: UInt64, number: Int)]] = [:]
        for (name, utterance) in utterances {
            acks[name.channel, default: []] += utterance.acks.map { ($0.time, $0.number) }
        }
        return acks.mapValues { Heights($0) }
    }
}
