public import Base
public import Channels

/// Commands of every kind as a few users might give them in a few channels, many of them refused. The users are `ann`,
/// `bob` and so on, by their numbers.
public struct RandomCommands {
    private var random: RandomSource
    private let users: [UserID]
    private var inviteCount = 0
    private var madeCount = 0
    private static let names = ["ann", "bob", "Cat", "dan", "eve"]
    private static let groupsMax: Int64 = 4
    private static let messagesMax: Int64 = 24

    public init(seed: UInt64, users: [UserID]) {
        random = RandomSource(seed: seed)
        self.users = users
    }

    public mutating func next() -> Proposal {
        let user = self.user()
        madeCount += 1
        if madeCount <= Self.groupsMax { return Proposal(user: user, command: .createChannel(creation())) }
        return Proposal(user: user, command: command(by: user))
    }

    private mutating func command(by user: UserID) -> Command {
        let channel = self.channel(of: user)
        switch Int.random(in: 0..<50, using: &random) {
        case 0, 1: return .openDirect(OpenDirect(peer: .id(self.user())))
        case 2: return isSeldom() ? .createChannel(creation()) : .listInvites(channel)
        case 3: return isSeldom() && isSeldom() ? .deleteChannel(channel) : .listBlocked
        case 4: return .updateChannel(UpdateChannel(channel: channel, isArchived: .set(false)))
        case 5: return .updateChannel(update(of: channel))
        case 6, 7: return .joinChannel(JoinChannel(channel: channel, inviteToken: isSeldom() ? nil : token()))
        case 8, 9: return .addMember(AddMember(channel: channel, user: self.user(), role: role()))
        case 10: return .changeRole(ChangeRole(channel: channel, user: self.user(), role: role() ?? .owner))
        case 11: return .removeMember(RemoveMember(channel: channel, user: self.user()))
        case 12: return isSeldom() ? .leaveChannel(channel) : .listMembers(channel)
        case 13: return .createInvite(invitation(to: channel))
        case 14: return .revokeInvite(channel, Int64.random(in: 1...8, using: &random))
        case 15: return .setNotifications(wishes(in: channel))
        case 16: return .block(self.user(), isBlocked: isSeldom())
        case 17: return .describeChannel(channel)
        case 18: return .listReaders(channel, number())
        case 19: return .compareMembers(channel)
        case 20, 21: return .markRead(MarkRead(channel: channel, messageNumber: number()))
        case 22, 23, 24: return .editMessage(EditMessage(channel: channel, number: number(), text: text()))
        case 25: return .deleteMessages(deletion(in: channel))
        case 26:
            return .forwardMessage(
                ForwardMessage(
                    source: channel, number: number(), target: self.channel(of: user), clientMessageID: name()))
        case 27, 28:
            return .react(React(channel: channel, number: number(), emoji: emoji(), isAdded: !isSeldom()))
        case 29: return .pinMessage(PinMessage(channel: channel, number: number(), isPinned: !isSeldom()))
        case 30:
            return .reportMessage(
                ReportMessage(channel: channel, number: number(), reason: "spam", comment: isSeldom() ? "bad" : nil))
        case 31: return .listChannels
        default:
            return .sendMessage(
                SendMessage(channel: channel, clientMessageID: name(), text: text(), details: details()))
        }
    }

    // MARK: What is chosen

    private mutating func isSeldom() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
    private mutating func user() -> UserID { users.randomElement(using: &random) ?? .max }

    private mutating func channel(of user: UserID) -> ChannelID {
        let group = ChannelID(rawValue: Int64.random(in: 1...Self.groupsMax, using: &random))
        let direct = isSeldom() ? ChannelID.direct(user, self.user()) : nil
        return direct ?? group ?? .personal(user)
    }

    /// Of a message that may be there: the longer it goes on, the more there are.
    private mutating func number() -> Int64 {
        Int64.random(in: 0...min(Self.messagesMax, 2 + Int64(madeCount / 20)), using: &random)
    }
    private mutating func name() -> ClientMessageID { ClientMessageID("\(Int.random(in: 0..<60, using: &random))") }
    private mutating func emoji() -> String { ["a", "b", "c"].randomElement(using: &random) ?? "a" }
    private mutating func role() -> MemberRole? { isSeldom() ? nil : MemberRole.allCases.randomElement(using: &random) }
    private mutating func token() -> String { "token \(Int.random(in: 0...inviteCount, using: &random))" }

    private mutating func text() -> [UInt8] {
        let name = Self.names[Int.random(in: 0..<users.count, using: &random)]
        let text = isSeldom() ? "hello @\(name)" : "t\(Int.random(in: 0..<3, using: &random))"
        return Array(text.utf8)
    }

    private mutating func details() -> MessageDetails {
        var details = MessageDetails()
        if isSeldom(), isSeldom() { details.replyTo = number() }
        if isSeldom(), isSeldom() { details.tags = ["tag"] }
        return details
    }

    private mutating func creation() -> CreateChannel {
        var profile = ChannelProfile(name: "channel")
        profile.visibility = isSeldom() ? .private : .public
        profile.history = isSeldom() ? .joined : .all
        let members = users.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        return CreateChannel(kind: isSeldom() ? .broadcast : .group, profile: profile, members: members)
    }

    private mutating func update(of channel: ChannelID) -> UpdateChannel {
        var update = UpdateChannel(channel: channel)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: update.name = .set("name \(number())")
        case 1: update.visibility = .set(isSeldom() ? .private : .public)
        case 2, 3: update.history = .set(isSeldom() ? .joined : .all)
        case 4: update.isArchived = .set(isSeldom() && isSeldom())
        default: update.retentionSeconds = .set(isSeldom() ? nil : 5)
        }
        return update
    }

    private mutating func invitation(to channel: ChannelID) -> CreateInvite {
        // The store takes no token twice.
        inviteCount += 1
        return CreateInvite(
            channel: channel, token: "token \(inviteCount)", role: isSeldom() ? .reader : nil,
            usesMax: isSeldom() ? 1 : 0, seconds: isSeldom() ? 1 : 3_600)
    }

    private mutating func wishes(in channel: ChannelID) -> SetNotifications {
        let until = Timestamp(milliseconds: 1_800_000_000_000)
        return SetNotifications(
            channel: channel, level: NotificationLevel.allCases.randomElement(using: &random),
            mutedUntil: isSeldom() ? .set(until) : .kept)
    }

    private mutating func deletion(in channel: ChannelID) -> DeleteMessages {
        let first = number() + 1
        let last = first + Int64.random(in: 0...2, using: &random)
        return DeleteMessages(channel: channel, ranges: [first...last], scope: isSeldom() ? .all : .me)
    }
}
