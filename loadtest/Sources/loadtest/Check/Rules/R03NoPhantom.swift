extension Rule {
    /// R3.
    static let noPhantom = Rule(name: "R3", promise: "nothing is in a log that nobody sent there") { history in
        history.logs.flatMap { channel, log in
            log.compactMap { message in
                let name = History.Name(channel: channel, sender: message.sender, key: message.key)
                guard let utterance = history.utterances[name], !utterance.attempts.isEmpty else {
                    return "nobody sent \(name), which has the number \(message.number)"
                }
                guard message.isDeleted ? message.text == nil : message.text == utterance.text else {
                    return "\(name) is not what was sent, or was deleted and is there"
                }
                return nil
            }
        }
    }
}
