extension Rule {
    /// R11.
    static let deletionsStay = Rule(
        name: "R11", promise: "what was deleted stays so, and nothing is that nobody deleted"
    ) { history in
        struct Place: Hashable { var channel: String, number: Int }
        var asked: Set<Place> = [], done: [Place: UInt64] = [:]
        for entry in history.deletions {
            let place = Place(channel: entry.channel, number: entry.number)
            if entry.state == .asked { asked.insert(place) }
            if entry.state == .done { done[place] = min(done[place] ?? .max, entry.time) }
        }
        var violations: [String] = []
        for place in done.keys where history.message(place.number, in: place.channel)?.isDeleted != true {
            violations.append("\(place.number) of channel \(place.channel) was deleted and is there")
        }
        for (channel, log) in history.logs {
            for message in log
            where message.isDeleted && !asked.contains(Place(channel: channel, number: message.number)) {
                violations.append("\(message.number) of channel \(channel) is deleted, by nobody")
            }
        }
        for page in history.pages {
            for message in page.messages where !message.isDeleted {
                let place = Place(channel: page.channel, number: message.number)
                if let time = done[place], time < page.asked {
                    violations.append("\(message.number) of channel \(page.channel) was shown after its deletion")
                }
            }
        }
        return violations
    }
}
