internal import Auth
internal import Base

@testable import Channels
@testable import Gateway

extension FuzzTarget {
    /// What one client says over its socket, a frame on each line.
    static let commands = FuzzTarget("commands", bytesMax: 2048) { input throws(BrokenPromise) in
        var talk = Conversation()
        for frame in input.split(separator: UInt8(ascii: "\n")) where !talk.isOver { try talk.hear(Array(frame)) }
    }
}

/// One session, to which the rest of the server is played: who identifies with `good` is let in, and whatever is
/// proposed is refused.
private struct Conversation {
    private static let limits = Limits()
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let rules = Session.Rules.oneUser(limits, at: now)
    private static let opened = Instant(nanoseconds: 5_000_000_000)
    private var session = Session(rules: rules, random: RandomSource(seed: 1), openedAt: opened)
    private(set) var isOver = false

    mutating func hear(_ frame: [UInt8]) throws(BrokenPromise) {
        let root = try? JSONDocument(parsing: frame).root
        let reaction = session.receive(frame, at: Self.opened)
        switch reaction {
        case .nothing: return
        case .reply(let reply): try check(reply, to: root)
        case .propose(let proposal):
            try check(proposal.command)
            try settle(proposal.command, of: root)
        case .read(let read, _, _):
            try check(read)
            session.finishReading()
        case .pass(let command, _):
            try check(command)
        case .close, .abort:
            isOver = true
        case .ping: throw BrokenPromise(what: "a frame makes nobody ping")
        case .authenticate, .moved: throw BrokenPromise(what: "there is one login, and all is known of it")
        case .turnAway: throw BrokenPromise(what: "nobody is turned away while there is room")
        }
        try promise(!session.isBlocked, "who has been answered is heard again")
    }

    /// Answered, as JSON, under the number that was given, and only where one was given or none could be read.
    private func check(_ reply: [UInt8], to command: JSONElement?) throws(BrokenPromise) {
        guard let answer = try? JSONDocument(parsing: reply).root, answer["ok"]?.bool != nil else {
            throw BrokenPromise(what: "a reply is JSON and says whether it went well")
        }
        guard let command, let id = CommandID(command["id"]) else {
            return try promise(answer["id"] == nil, "an answer to what has no number has none")
        }
        try promise(id != .none && CommandID(answer["id"]) == id, "an answer has the number of its command")
    }

    private mutating func settle(_ command: Command, of root: JSONElement?) throws(BrokenPromise) {
        guard case .attend(let attend) = command else {
            guard case .reaction(let reaction) = session.settle(.failure(.noSuchChannel)) else {
                throw BrokenPromise(what: "a command that is refused is answered")
            }
            if case .reply(let reply) = reaction { try check(reply, to: root) }
            return
        }
        guard let user = UserID(rawValue: 108) else { return }
        let attendance = Attendance(
            session: attend.session, user: UserCard(id: user, username: "ann", displayName: nil), channels: [],
            personalSeq: 3)
        guard case .attended(let id, _, let resume, let identity) = session.settle(.success(.attended(attendance)))
        else { throw BrokenPromise(what: "who attends is let in") }
        session.finishReading()
        guard let resume else {
            let ready = SessionReply.ready(
                to: id, attendance, epoch: "A1", expiresAt: identity.tokenExpiresAt, now: Self.now, limits: Self.limits)
            if id != .none { try check(ready, to: root) }
            return
        }
        for range in resume.missing(at: attendance) {
            try promise(range.after >= 0 && range.after < range.through, "what is missing lies behind what was seen")
        }
    }

    /// What reaches the ledger stays within the bounds.
    private func check(_ command: Command) throws(BrokenPromise) {
        switch command {
        case .sendMessage(let send):
            try promise(
                (0...Self.limits.textBytesMax).contains(send.text.count) && isValidUTF8(send.text)
                    && !(send.isPlain && send.text.isEmpty),
                "a text stays within its bound")
            try promise(
                send.details.attachments.count <= Self.limits.attachmentsMax
                    && send.details.tags.count <= Self.limits.tagsMax && (send.details.replyTo ?? 1) >= 1
                    && send.details.action?.parameters?.count ?? 0 <= Self.limits.actionParametersBytesMax,
                "what a message carries stays within its bounds")
            if let stored = send.details.stored {
                try promise(MessageDetails(stored: stored) == send.details, "what is stored is read as it was")
            }
            try promise(
                (1...Self.limits.clientMessageIDBytesMax).contains(send.clientMessageID.bytes.count),
                "a client's id stays within its bound")
            try check(send.channel)
        case .markRead(let mark):
            try promise(mark.messageNumber >= 0, "a message's number is none below zero")
            try check(mark.channel)
        case .createChannel(let create):
            try promise(
                (1...Self.limits.channelNameBytesMax).contains(create.profile.name?.utf8.count ?? 0)
                    && create.members.count < Self.limits.channelMembersMax,
                "a group stays within its bounds")
        case .editMessage(let edit):
            try promise(
                edit.number >= 1 && edit.text.count <= Self.limits.textBytesMax && isValidUTF8(edit.text),
                "another text stays within its bound")
            try check(edit.channel)
        case .deleteMessages(let delete):
            try promise(
                (1...Self.limits.deleteRangesMax).contains(delete.ranges.count)
                    && delete.ranges.allSatisfy { $0.lowerBound >= 1 },
                "a deletion names messages")
            try check(delete.channel)
        case .forwardMessage(let forward):
            try promise(forward.number >= 1, "what is forwarded has a number")
            try check(forward.source)
            try check(forward.target)
        case .react(let react):
            try promise((1...Self.limits.emojiBytesMax).contains(react.emoji.utf8.count), "an emoji is short")
            try check(react.channel)
        case .joinChannel(let join):
            try promise(join.channel != nil || join.inviteToken != nil, "who joins says where")
        case .leaveChannel(let channel): try check(channel)
        case .openDirect, .attend: return
        case .listChannels, .describeChannel, .listMembers, .pinMessage, .reportMessage, .updateChannel, .deleteChannel,
            .addMember, .changeRole, .removeMember, .createInvite, .revokeInvite, .setNotifications, .block,
            .listInvites, .listBlocked, .compareMembers, .listReaders, .userChanged,
            .eraseUser, .tellUser, .notify, .leadChannel, .readNotifications, .catchUpNotifications:
            throw BrokenPromise(what: "what is asked over REST is not asked over the socket")
        }
    }

    private func check(_ read: ReadCommand) throws(BrokenPromise) {
        switch read {
        case .history(let channel, _, let limit):
            try promise((1...Self.limits.historyPageMax).contains(limit), "a page stays within its bound")
            try check(channel)
        case .events(let channel, let after, let limit):
            try promise((1...Self.limits.eventsPageMax).contains(limit), "a page stays within its bound")
            try promise(after >= 0, "a place in a log is none below zero")
            if case .channel(let id) = channel { try check(id) }
        }
    }

    private func check(_ command: PresenceCommand) throws(BrokenPromise) {
        switch command {
        case .typing(let channel, _): try check(channel)
        case .appear: return
        case .watch(let users, let channels), .unwatch(let users, let channels):
            try promise(
                users.count <= Self.limits.watchedUsersMax && channels.count <= Self.limits.watchedChannelsMax,
                "no more is watched than may be")
            for channel in channels { try check(channel) }
        }
    }

    private func check(_ channel: ChannelID) throws(BrokenPromise) {
        try promise(!channel.isPersonal, "nobody's own log is named by a number")
        try promise(ChannelID(channel.description) == channel, "a channel is written in one way")
        try promise(ChannelID(rawValue: channel.rawValue) == channel, "a channel has its number")
    }
}
