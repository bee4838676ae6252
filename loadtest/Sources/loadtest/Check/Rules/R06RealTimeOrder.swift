extension Rule {
    /// R6. From the highest number down, the earliest acknowledgement so far must not precede the sending.
    static let realTimeOrder = Rule(
        name: "R6", promise: "what is sent after another's acknowledgement has the higher number"
    ) { history in
        var sent: [String: [(number: Int, first: UInt64, acknowledged: UInt64)]] = [:]
        for (name, utterance) in history.utterances {
            guard let number = utterance.acks.first?.number, let first = utterance.attempts.map(\.time).min(),
                let acknowledged = utterance.acks.map(\.time).min()
            else { continue }
            sent[name.channel, default: []].append((number, first, acknowledged))
        }
        var violations: [String] = []
        for (channel, messages) in sent {
            var earliest = (time: UInt64.max, number: 0)
            for message in messages.sorted(by: { $0.number > $1.number }) {
                if earliest.time < message.first {
                    violations.append(
                        "\(message.number) of channel \(channel) was sent when \(earliest.number) was acknowledged")
                }
                if message.acknowledged < earliest.time { earliest = (message.acknowledged, message.number) }
            }
        }
        return violations
    }
}
