extension Rule {
    /// R5. What was refused once and had no outcome another time may be there.
    static let refusedIsAbsent = Rule(name: "R5", promise: "what was refused never happened") { history in
        history.logs.flatMap { channel, log in
            log.compactMap { message in
                let name = History.Name(channel: channel, sender: message.sender, key: message.key)
                guard let utterance = history.utterances[name], utterance.refusals > 0 else { return nil }
                let isRefused = utterance.refusals >= utterance.attempts.count
                return isRefused ? "\(name) was refused and is there as \(message.number)" : nil
            }
        }
    }
}
