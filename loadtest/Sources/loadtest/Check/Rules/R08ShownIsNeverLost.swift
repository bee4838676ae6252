extension Rule {
    /// R8. Between showing and the end a message may have been deleted, and nothing else.
    static let shownIsNeverLost = Rule(name: "R8", promise: "what was shown to anyone is in the log as it was") {
        history in
        history.hearings.flatMap { ear, entries in
            entries.compactMap { entry in
                guard entry.operation == .recv, entry.number > 0 else { return nil }
                let told = "user \(ear.user) was shown \(entry.number) of channel \(ear.channel)"
                guard let message = history.message(entry.number, in: ear.channel) else {
                    return "\(told), which is lost"
                }
                guard message.seq == entry.seq, message.sender == entry.sender, message.key == entry.key else {
                    return "\(told) as another one"
                }
                if let text = entry.text {
                    let name = History.Name(channel: ear.channel, sender: entry.sender, key: entry.key)
                    let isSame = text == (message.text ?? history.utterances[name]?.text ?? text)
                    return isSame ? nil : "\(told) with another text"
                }
                return message.isDeleted ? nil : "\(told) as deleted, which it is not"
            }
        }
    }
}
