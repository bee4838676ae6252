internal import Base

/// What is asked for again by the name that it was first given.
extension Ledger {
    /// What a command comes to that would add something, when there is no room for it: who asks again for what is
    /// stored hears the first answer, because a refusal would say that it never happened.
    public mutating func decideWithoutRoom(_ proposal: Proposal) throws(StoreFailure) -> Decision {
        try answer { ledger throws(Interruption) in
            let first: Decision? =
                if case .sendMessage(let send) = proposal.command {
                    try ledger.repeated(send, by: proposal.user)
                } else if case .forwardMessage(let forward) = proposal.command {
                    try ledger.repeated(forward, by: proposal.user)
                } else {
                    nil
                }
            return first ?? Decision(refused: .storageFull)
        }
    }

    /// The first answer to a message; `nil` when it is new.
    mutating func repeated(_ send: SendMessage, by user: UserID) throws(Interruption) -> Decision? {
        guard let first = try message(sentAs: send.clientMessageID, in: send.channel, by: user) else { return nil }
        return try decide(repeating: first, isSame: { send.repeats($0) }, content: { send.content })
    }

    mutating func repeated(_ forward: ForwardMessage, by user: UserID) throws(Interruption) -> Decision? {
        guard let first = try message(sentAs: forward.clientMessageID, in: forward.target, by: user) else { return nil }
        return try decide(repeating: first, isSame: { _ in false }, content: { forward.content })
    }

    /// Who is no member any more is told nothing.
    private mutating func message(
        sentAs name: ClientMessageID, in channel: ChannelID, by user: UserID
    ) throws(Interruption) -> Message? {
        guard try loaded(channel).state.members[user] != nil else { return nil }
        let key = RetryKey(channel: channel, sender: user, clientMessageID: name)
        return try stored { store throws(StoreFailure) in try store.message(sentAs: key) }
    }

    /// A retry must be the same message; anything else under its name is a mistake that the sender wants to hear of.
    private mutating func decide(
        repeating first: Message, isSame: (Message) -> Bool, content: () -> [UInt8]
    ) throws(Interruption) -> Decision {
        let same: Bool
        if !first.isPlain, let fingerprint = first.details.fingerprint {
            same = fingerprint == (try stored { store throws(StoreFailure) in try store.fingerprint(of: content()) })
        } else {
            same = isSame(first)
        }
        guard same else { throw .rejected(.otherContent) }
        return Decision(.sent(first, isDuplicate: true))
    }
}
