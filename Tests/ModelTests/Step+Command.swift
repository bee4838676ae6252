import Base
import Channels

extension Step {
    /// The same as the server's gateway hands it to the ledger.
    var command: Command {
        switch self {
        case .send(let id, let name, let content):
            var details = MessageDetails.plain
            details.tags = content.tags
            details.replyTo = content.replyTo
            return .sendMessage(
                SendMessage(
                    channel: id, clientMessageID: ClientMessageID(name), text: Array(content.text.utf8),
                    details: details))
        case .forward(let source, let number, let target, let name):
            return .forwardMessage(
                ForwardMessage(
                    source: source, number: number, target: target, clientMessageID: ClientMessageID(name)))
        case .edit(let id, let number, let text):
            return .editMessage(EditMessage(channel: id, number: number, text: Array(text.utf8)))
        case .delete(let id, let ranges, let forAll):
            return .deleteMessages(DeleteMessages(channel: id, ranges: ranges, scope: forAll ? .all : .me))
        case .react(let id, let number, let emoji, let isAdded):
            return .react(React(channel: id, number: number, emoji: emoji, isAdded: isAdded))
        case .pin(let id, let number, let isPinned):
            return .pinMessage(PinMessage(channel: id, number: number, isPinned: isPinned))
        case .read(let id, let number): return .markRead(MarkRead(channel: id, messageNumber: number))
        case .open(let peer): return .openDirect(OpenDirect(peer: .id(peer)))
        case .create(let name, let kind, let isPublic, let showsAll, let members):
            var profile = ChannelProfile(name: name)
            profile.visibility = isPublic ? .public : .private
            profile.history = showsAll ? .all : .joined
            let kind: ChannelState.Kind = kind == "broadcast" ? .broadcast : .group
            return .createChannel(CreateChannel(kind: kind, profile: profile, members: members))
        case .update(let id, let change): return .updateChannel(change.command(of: id))
        case .end(let id): return .deleteChannel(id)
        case .join(let id): return .joinChannel(JoinChannel(channel: id))
        case .use(let token): return .joinChannel(JoinChannel(channel: nil, inviteToken: token))
        case .add(let id, let user, let role):
            return .addMember(AddMember(channel: id, user: user, role: role.flatMap { MemberRole(rawValue: $0) }))
        case .role(let id, let user, let role):
            return .changeRole(ChangeRole(channel: id, user: user, role: MemberRole(rawValue: role) ?? .member))
        case .remove(let id, let user): return .removeMember(RemoveMember(channel: id, user: user))
        case .invite(let id, let token, let role, let usesMax, let seconds):
            return .createInvite(
                CreateInvite(
                    channel: id, token: token, role: role.flatMap { MemberRole(rawValue: $0) }, usesMax: usesMax,
                    seconds: seconds))
        case .revoke(let id, let number): return .revokeInvite(id, number)
        case .notify(let id, let level):
            return .setNotifications(
                SetNotifications(channel: id, level: NotificationLevel(rawValue: level), mutedUntil: .kept))
        case .block(let user, let isBlocked): return .block(user, isBlocked: isBlocked)
        }
    }
}

extension Step.Change {
    fileprivate func command(of id: ChannelID) -> UpdateChannel {
        var update = UpdateChannel(channel: id)
        if let name { update.name = .set(name) }
        if let topic { update.topic = .set(topic) }
        if let isPublic { update.visibility = .set(isPublic ? .public : .private) }
        if let showsAll { update.history = .set(showsAll ? .all : .joined) }
        if let isArchived { update.isArchived = .set(isArchived) }
        if let retentionSeconds { update.retentionSeconds = .set(retentionSeconds == 0 ? nil : retentionSeconds) }
        return update
    }
}

extension Decision {
    /// The answer in the model's words.
    var answer: Model.Answer {
        switch result {
        case .failure(let rejection): return .refused([rejection.code.rawValue])
        case .success(let outcome): return .done(outcome.words)
        }
    }
}

extension Outcome {
    fileprivate var words: String {
        switch self {
        case .sent(let message, let isDuplicate):
            "message \(message.number) at \(message.seq)" + (isDuplicate ? " again" : "")
        case .edited(_, let seq): "at \(seq)"
        case .deleted(let seq?, nil): "at \(seq)"
        case .deleted(_, let seq): "own \(seq ?? -1)"
        case .marked(let read, let unread, let mentions): "read \(read) unread \(unread) mentions \(mentions)"
        case .opened(let summary, let isNew): (isNew ? "new " : "old ") + String(decoding: summary.json, as: UTF8.self)
        case .described(let summary): String(decoding: summary.json, as: UTF8.self)
        case .changed(_, let seq): "at \(seq)"
        case .member(let card, let isNew): (isNew ? "new " : "old ") + card.member.role.rawValue
        case .invited(let invite): "invite \(invite.id)"
        case .done: "done"
        case .reported, .attended, .listed, .shown, .members, .invites, .users, .compared: "something else"
        }
    }
}

extension Model.Answer {
    /// Whether an answer is one of those that this one allows.
    func allows(_ other: Model.Answer) -> Bool {
        switch (self, other) {
        case (.done(let mine), .done(let theirs)): mine == theirs
        case (.refused(let mine), .refused(let theirs)): theirs.isSubset(of: mine)
        default: false
        }
    }
}
