extension Rule {
    /// R2.
    static let oneKeyOneNumber = Rule(
        name: "R2", promise: "a key makes one message, whose number every answer gives"
    ) { history in
        var violations: [String] = []
        for (channel, log) in history.logs {
            var seen: Set<History.Name> = []
            for message in log {
                let name = History.Name(channel: channel, sender: message.sender, key: message.key)
                if !seen.insert(name).inserted {
                    violations.append("\(name) is there twice, again as \(message.number)")
                }
            }
        }
        for (name, utterance) in history.utterances {
            let numbers = Set(utterance.acks.map(\.number))
            if numbers.count > 1 { violations.append("\(name) was answered by the numbers \(numbers.sorted())") }
            if utterance.acks.count(where: { !$0.isDuplicate }) > 1 {
                violations.append("\(name) was new more than once")
            }
        }
        return violations
    }
}
