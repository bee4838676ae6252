/// Makes the channels that a history goes through: one of all clients, one that all of them may leave and join again,
/// and others of a few.
enum HistorySetup {
    private static let membersMax = 6
    private static let openIndex = 1

    static func run(_ options: HistoryOptions, _ tokens: [[UInt8]]) throws(Failure) {
        guard options.channels > 0 else { return }
        var users: [String] = [], known: Set<String> = []
        var owner: Conversation?
        for token in tokens {
            let conversation = try Conversation(endpoint: options.endpoint, token: token)
            users.append(conversation.user)
            for place in conversation.ready.elements("channels") {
                if let channel = conversation.ready.string("channel", in: place) { known.insert(channel) }
            }
            if owner == nil { owner = conversation }
        }
        guard let owner, Set(users).count == users.count else { throw Failure("each token must be another user's") }
        var chance = Chance(seed: 1)
        for index in known.count..<max(known.count, options.channels) {
            let others = users.dropFirst().shuffled(using: &chance)
            let members =
                index <= openIndex ? others[...] : others.prefix(Int.random(in: 1...Self.membersMax, using: &chance))
            let list = members.map { #""\#($0)""# }.joined(separator: ",")
            let visibility = index == openIndex ? "public" : "private"
            _ = try owner.ask(
                "channel.create",
                #"{"name":"history \#(index)","visibility":"\#(visibility)","members":[\#(list)]}"#)
        }
    }
}
