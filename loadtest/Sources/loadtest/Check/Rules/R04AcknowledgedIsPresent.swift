extension Rule {
    /// R4.
    static let acknowledgedIsPresent = Rule(
        name: "R4", promise: "what was acknowledged is there, under the number that was given"
    ) { history in
        history.utterances.compactMap { name, utterance in
            guard let ack = utterance.acks.first else { return nil }
            guard let message = history.message(ack.number, in: name.channel) else {
                return "\(name) was acknowledged as \(ack.number) and is lost"
            }
            let isThat = message.sender == name.sender && message.key == name.key
            return isThat ? nil : "\(name) was acknowledged as \(ack.number), which is \(message.key)"
        }
    }
}
