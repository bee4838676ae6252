import Base

extension Model {
    /// A channel with all that ever happened in it.
    struct Room {
        let id: ChannelID
        /// `direct`, `group` or `broadcast`.
        let kind: String
        var name: String?
        var topic: String?
        var isPublic = false
        /// Whether who joins sees what was before.
        var showsAll = true
        var retentionSeconds: Int64?
        var archivedAt: Timestamp?
        let createdAt: Timestamp
        var updatedAt: Timestamp
        var members: [UserID: Member] = [:]
        /// Event n is at n - 1. Nothing is ever taken out.
        var log: [Entry] = []
        /// Message n is at n - 1. Nothing is ever taken out.
        var said: [Said] = []
        /// So many events, and messages, are gone because of their age.
        var purgedSeq: Int64 = 0
        var purgedNumber: Int64 = 0

        var seq: Int64 { Int64(log.count) }
        var last: Int64 { Int64(said.count) }
        var usualRole: String { kind == "broadcast" ? "reader" : "member" }

        init(id: ChannelID, kind: String, name: String?, at now: Timestamp) {
            self.id = id
            self.kind = kind
            self.name = name
            createdAt = now
            updatedAt = now
        }

        subscript(number: Int64) -> Said {
            get { said[Int(number) - 1] }
            set { said[Int(number) - 1] = newValue }
        }

        mutating func note(_ type: String, about number: Int64? = nil, at now: Timestamp, _ data: String) {
            log.append(Entry(at: now, what: .note(type: type, about: number, data: data)))
        }

        // MARK: Who sees what

        /// Whether the message is there for the user, deleted or not.
        func shows(_ number: Int64, to user: UserID) -> Bool {
            guard let member = members[user], number >= 1, number <= last else { return false }
            return number > member.startNumber && number > purgedNumber && !self[number].hiddenFrom.contains(user)
        }

        /// Whether it is there and has its content.
        func isLive(_ number: Int64, for user: UserID) -> Bool {
            shows(number, to: user) && self[number].deletedAt == nil
        }

        func unread(of user: UserID) -> [Int64] {
            guard let member = members[user] else { return [] }
            return (0..<last).map { $0 + 1 }.filter { $0 > member.read && isLive($0, for: user) }
        }

        func unreadMentions(of user: UserID) -> [Int64] {
            unread(of: user).filter { self[$0].mentions.contains(user) }
        }

        /// Those messages of some ranges that lie in the user's time.
        func numbers(in ranges: [ClosedRange<Int64>], for user: UserID) -> [Int64] {
            guard let member = members[user] else { return [] }
            return (0..<last).map { $0 + 1 }.filter { number in
                number > member.startNumber && number > purgedNumber && ranges.contains { $0.contains(number) }
            }
        }

        func peer(of user: UserID) -> UserID? { kind == "direct" ? members.keys.first { $0 != user } : nil }

        func replies(to root: Int64) -> [Int64] {
            said.map(\.number).filter { self[$0].thread == root && $0 > purgedNumber }
        }
    }

    struct Member {
        var role: String
        var read: Int64
        var joinedAt: Timestamp
        /// What is up to here was before the member's time.
        var startSeq: Int64 = 0
        var startNumber: Int64 = 0
        var notifications = "all"
    }

    struct Entry {
        let at: Timestamp
        let what: What

        enum What {
            case said(Int64)
            case changed(Int64)
            /// `about`: who does not see that message hears nothing of this either.
            case note(type: String, about: Int64?, data: String)
        }
    }

    struct Said {
        let number: Int64
        let seq: Int64
        let sender: UserID
        /// The sender's name for it.
        let name: String
        /// What was first sent under that name.
        let original: Original
        let createdAt: Timestamp
        var text: String
        var tags: [String] = []
        var replyTo: Int64?
        var thread: Int64?
        var mentions: Set<UserID> = []
        var forwardedFrom: (sender: UserID, createdAt: Timestamp)?
        var editedAt: Timestamp?
        var deletedAt: Timestamp?
        var hiddenFrom: Set<UserID> = []
        var reactions: [Reaction] = []
        var pinnedAt: Timestamp?
    }

    enum Original: Equatable {
        case sent(Step.Content)
        case forwarded(ChannelID, Int64)
    }

    struct Reaction {
        let emoji: String
        let user: UserID
        let at: Timestamp
    }
}
