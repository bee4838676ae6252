import Base

/// What the server must come to, worked out the slow way: everything that ever happened is kept in plain lists, and
/// every answer is a recount. Written from the protocol's description and not from the server's code, of which it uses
/// only ids and times.
struct Model {
    let people: [Person]
    /// Those that are there.
    var rooms: [ChannelID: Room] = [:]
    /// What each user has been told on the own log, the first at 0.
    var own: [UserID: [OwnEntry]] = [:]
    /// Pairs: who takes no messages, and from whom.
    var blocks: Set<[UserID]> = []
    var invites: [Invite] = []
    var lastGroup: Int64 = 0
    var lastInvite: Int64 = 0
    var bounds = Bounds()
    var now = Timestamp(milliseconds: 1_790_000_000_000)

    init(_ people: [Person]) {
        self.people = people
        for person in people { own[person.id] = [] }
    }

    /// Bounds so low that they are met.
    struct Bounds {
        var pins = 2
        var reactionKinds = 3
        var members = 4
        var openInvites = 3
    }

    struct Person {
        let id: UserID
        let username: String
        let displayName: String
    }

    struct Invite {
        let id: Int64
        let token: String
        let room: ChannelID
        let role: String
        let usesMax: Int64
        var uses: Int64 = 0
        let expiresAt: Timestamp
        let by: UserID

        func isOpen(at now: Timestamp) -> Bool { now < expiresAt && (usesMax == 0 || uses < usesMax) }
    }

    /// What a command comes to. Where several reasons speak against it, any of them may be told.
    enum Answer: Equatable {
        case done(String)
        case refused(Set<String>)
    }

    struct OwnEntry {
        let type: String
        /// The channel that is told of.
        let room: ChannelID
        let data: String
    }

    func person(_ id: UserID) -> Person {
        people.first { $0.id == id } ?? Person(id: id, username: "nobody", displayName: "nobody")
    }

    func isBlocked(_ user: UserID, by other: UserID) -> Bool { blocks.contains([other, user]) }

    mutating func tell(_ user: UserID, _ type: String, about room: ChannelID, _ data: String) {
        own[user, default: []].append(OwnEntry(type: type, room: room, data: data))
    }

    /// The user's channel, or why it is none.
    func standing(of user: UserID, in id: ChannelID) -> (room: Room?, refusal: Set<String>) {
        guard let room = rooms[id] else { return (nil, ["not_found"]) }
        guard room.members[user] != nil else { return (nil, [room.isPublic ? "not_a_member" : "not_found"]) }
        return (room, [])
    }
}
