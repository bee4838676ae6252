extension Rule {
    /// R7. Of messages that one socket sent and got a first answer to.
    static let senderOrder = Rule(
        name: "R7", promise: "a socket's messages are numbered in the order of sending"
    ) { history in
        var sent: [History.Ear: [(asked: UInt64, number: Int)]] = [:]
        for (name, utterance) in history.utterances {
            for ack in utterance.acks where !ack.isDuplicate {
                let ear = History.Ear(user: name.sender, socket: ack.socket, channel: name.channel)
                sent[ear, default: []].append((ack.asked, ack.number))
            }
        }
        return sent.flatMap { ear, messages -> [String] in
            let ordered = messages.sorted { $0.asked < $1.asked }
            return zip(ordered, ordered.dropFirst()).compactMap { one, next in
                guard one.number >= next.number else { return nil }
                return "user \(ear.user) sent \(next.number) of channel \(ear.channel) behind \(one.number)"
            }
        }
    }
}
