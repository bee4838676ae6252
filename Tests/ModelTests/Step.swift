import Base

/// What a user asks for, in plain words.
enum Step: Equatable {
    case send(ChannelID, name: String, Content)
    case forward(from: ChannelID, Int64, to: ChannelID, name: String)
    case edit(ChannelID, Int64, text: String)
    case delete(ChannelID, [ClosedRange<Int64>], forAll: Bool)
    case react(ChannelID, Int64, emoji: String, isAdded: Bool)
    case pin(ChannelID, Int64, isPinned: Bool)
    case read(ChannelID, Int64)
    case open(UserID)
    case create(name: String, kind: String, isPublic: Bool, showsAll: Bool, members: [UserID])
    case update(ChannelID, Change)
    case end(ChannelID)
    case join(ChannelID)
    case use(token: String)
    case add(ChannelID, UserID, role: String?)
    case role(ChannelID, UserID, String)
    case remove(ChannelID, UserID)
    case invite(ChannelID, token: String, role: String?, usesMax: Int64, seconds: Int64)
    case revoke(ChannelID, Int64)
    case notify(ChannelID, level: String)
    case block(UserID, isBlocked: Bool)

    struct Content: Equatable {
        var text: String
        var tags: [String] = []
        var replyTo: Int64?
    }

    /// What is to be changed about a channel; what is `nil` stays.
    struct Change: Equatable {
        var name: String?
        var topic: String?
        var isPublic: Bool?
        var showsAll: Bool?
        var isArchived: Bool?
        /// 0 for keeping everything.
        var retentionSeconds: Int64?
    }
}

extension Step {
    /// The kinds of steps, each of which must happen for a run to prove anything.
    static let kinds = [
        "send", "forward", "edit", "delete", "react", "pin", "read", "open", "create", "update", "end", "join", "use",
        "add", "role", "remove", "invite", "revoke", "notify", "block",
    ]

    var kind: String { String("\(self)".prefix { $0 != "(" }) }
}
