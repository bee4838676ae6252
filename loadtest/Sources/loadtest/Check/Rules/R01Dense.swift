extension Rule {
    /// R1. A channel that was sent to and not read at the end breaks it too: nothing is known of it.
    static let dense = Rule(name: "R1", promise: "a channel's messages are numbered 1 to N") { history in
        history.channels.sorted().compactMap { channel in
            guard let log = history.logs[channel] else { return "the log of channel \(channel) was not read" }
            for (index, message) in log.enumerated() where message.number != index + 1 {
                return "channel \(channel) has message \(message.number) in place \(index + 1)"
            }
            let isRising = zip(log, log.dropFirst()).allSatisfy { $0.seq < $1.seq }
            return isRising ? nil : "the places of channel \(channel) do not rise with its numbers"
        }
    }
}
