public import Base

/// A notification with what its text is made of, as its user may see it now.
public struct NotificationView: Equatable, Sendable {
    public var notification: Notification
    public var actor: UserCard?
    /// The user that it is about.
    public var subject: UserCard?
    /// The message that it is about, or a channel's last one; `nil` where it is not to be seen any more.
    public var message: Message?

    public init(_ notification: Notification, actor: UserCard?, subject: UserCard?, message: Message?) {
        self.notification = notification
        self.actor = actor
        self.subject = subject
        self.message = message
    }
}

/// What a notification says. It is made when somebody reads it, of what they may see then: nothing of it is kept.
extension NotificationView {
    /// Bytes of a message that a notification shows of it.
    private static let excerptBytesMax = 256

    /// The shape `Notification` of the wire.
    /// - Parameter summary: the channel that it is about, as it stands.
    public func write(to json: inout JSONWriter, in summary: ChannelSummary?) {
        json.object { json in
            notification.writeMembers(to: &json)
            json.member("reference_username", orNull: actor?.username)
            if notification.content.kind == .newMessage { json.member("count", unreadCount(summary)) }
            json.member("text", text(in: summary))
        }
    }

    /// The same, for whoever has the channels at hand.
    public func write(to json: inout JSONWriter, in channels: [ChannelID: ChannelSummary]) {
        write(to: &json, in: notification.content.channel.flatMap { channels[$0] })
    }

    /// Messages that it stands for now.
    public func unreadCount(_ summary: ChannelSummary?) -> Int64 {
        notification.readAt == nil ? summary?.unread ?? 0 : 0
    }

    public func text(in summary: ChannelSummary?) -> String {
        let content = notification.content
        switch content.kind {
        case .newMessage:
            switch unreadCount(summary) {
            case 0: return "No new messages \(place(summary))"
            case 1:
                guard let message, message.sender != content.user else { return "A new message \(place(summary))" }
                // Who spoke last need not be who began.
                let isFromActor = message.sender == content.actor
                return isFromActor ? "\(name): \(excerpt)" : excerpt
            case let count: return "\(count) new messages \(place(summary))"
            }
        case .mention: return "\(name) mentioned you: \(excerpt)"
        case .reaction: return "\(name) reacted with \(content.detail ?? "") to: \(excerpt)"
        case .channelInvite: return "\(name) added you to \(summary?.title ?? "a channel")"
        case .course, .system:
            if let detail = content.detail { return detail }
            return subject?.title.map { "\($0) is here now" } ?? "There is something new"
        }
    }

    /// The same without a word of what was said.
    public func discreetText(in summary: ChannelSummary?) -> String {
        switch notification.content.kind {
        case .newMessage: unreadCount(summary) > 1 ? text(in: summary) : "A new message \(place(summary))"
        case .mention: "\(name) mentioned you"
        case .reaction: "\(name) reacted to what you said"
        case .channelInvite, .course, .system: text(in: summary)
        }
    }

    /// Where it is from, in a word or two.
    public func title(in summary: ChannelSummary?) -> String { summary?.title ?? "Confab" }

    private var name: String { actor?.title ?? "Somebody" }

    private func place(_ summary: ChannelSummary?) -> String {
        guard let summary else { return "in a channel" }
        return summary.peer.map { "from \($0.title ?? "somebody")" } ?? "in \(summary.title)"
    }

    /// The beginning of the message, by whole characters.
    private var excerpt: String {
        guard let message else { return "…" }
        let whole = String(decoding: message.text, as: UTF8.self)
        guard !whole.isEmpty else { return message.details.attachments.isEmpty ? "…" : "a file" }
        guard whole.utf8.count > Self.excerptBytesMax else { return whole }
        var part = "", size = 0
        for character in whole {
            size += character.utf8.count
            guard size <= Self.excerptBytesMax else { break }
            part.append(character)
        }
        return part + "…"
    }
}

extension UserCard {
    /// What people call them.
    fileprivate var title: String? { displayName ?? username }
}

extension ChannelSummary {
    fileprivate var title: String { name ?? peer?.title ?? "a channel" }
}
