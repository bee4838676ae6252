internal import Base
package import Channels

/// The server's words: replies and events as JSON.
package enum Envelope {
    static func hello(_ limits: Limits, server: String) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "hello")
            json.object("data") { json in
                json.member("heartbeat_interval", limits.heartbeatMilliseconds)
                json.member("identify_timeout", limits.identifyMilliseconds)
                json.member("max_frame", limits.messageBytesMax)
                json.member("server", server)
            }
        }
    }

    static let ping = JSONWriter.object { json in json.member("type", "ping") }

    /// The token of this socket or stream is nearly over.
    static func expiring(at time: Timestamp) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "auth.expiring")
            json.object("data") { json in json.member("token_expires_at", time) }
        }
    }

    static func reconnect(retryAfterMilliseconds: Int) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "reconnect")
            json.object("data") { json in
                json.member("reason", "server_restart")
                json.member("retry_after_ms", retryAfterMilliseconds)
            }
        }
    }

    // MARK: Replies

    /// A reply with `data`; with a `type` where the protocol names one.
    static func reply(
        to id: CommandID, type: StaticString? = nil, _ data: ((inout JSONWriter) -> Void)? = nil
    ) -> [UInt8] {
        JSONWriter.object { json in
            id.write(to: &json)
            json.member("ok", true)
            if let type { json.member("type", "\(type)") }
            if let data { json.object("data", data) }
        }
    }

    static func pong(to id: CommandID) -> [UInt8] { reply(to: id, type: "pong") }

    static func refusal(to id: CommandID, _ rejection: Rejection) -> [UInt8] {
        JSONWriter.object { json in
            id.write(to: &json)
            json.member("ok", false)
            json.object("error") { json in
                json.member("code", rejection.code.rawValue)
                json.member("message", rejection.message)
                json.member("temporary", rejection.isTemporary)
                if let milliseconds = rejection.retryAfterMilliseconds { json.member("retry_after_ms", milliseconds) }
                guard !rejection.faults.isEmpty else { return }
                rejection.writeFaults(to: &json)
            }
        }
    }

    /// The reply to a command that was decided by the ledger.
    static func reply(to id: CommandID, _ outcome: Outcome) -> [UInt8] {
        switch outcome {
        case .sent(let message, let isDuplicate):
            reply(to: id) { json in message.writeSent(isDuplicate: isDuplicate, to: &json) }
        case .edited(let message, let seq):
            reply(to: id) { json in
                json.member("channel", message.channel)
                json.member("message_number", message.number)
                json.member("seq", seq)
                json.member("edited_at", orNull: message.details.editedAt)
            }
        case .deleted(let seq, let personalSeq):
            reply(to: id) { json in
                if let seq { json.member("seq", seq) }
                if let personalSeq { json.member("me_seq", personalSeq) }
            }
        case .marked(let readNumber, let unread, let mentions):
            reply(to: id) { json in
                json.member("read_number", readNumber)
                json.member("unread", unread)
                json.member("mentions", mentions)
            }
        case .changed(let channel, let seq):
            reply(to: id) { json in
                json.member("channel", channel)
                json.member("seq", seq)
            }
        case .opened(let summary, _), .described(let summary):
            reply(to: id, whole: summary.json)
        case .shown(let card):
            reply(to: id) { json in json.member("channel", card.channel) }
        case .listed, .member, .members, .invited, .invites, .users, .compared, .reported, .done, .attended:
            // Asked by REST alone, or with a reply of its own.
            reply(to: id)
        }
    }

    /// A reply whose `data` is written already.
    private static func reply(to id: CommandID, whole data: [UInt8]) -> [UInt8] {
        JSONWriter.object { json in
            id.write(to: &json)
            json.member("ok", true)
            json.name("data")
            json.value(raw: data)
        }
    }

    // MARK: Events

    package static func event(_ event: Event) -> [UInt8] {
        var json = JSONWriter(reserving: 320)
        json.object { json in
            json.member("type", event.fact.name)
            json.member("channel", event.channel)
            json.member("seq", event.seq)
            event.fact.writeData(to: &json)
        }
        return json.bytes
    }

    /// What those are told of an event who may not see it.
    static func void(_ event: Event) -> [UInt8] {
        self.event(
            Event(channel: event.channel, seq: event.seq, at: event.at, fact: .void(through: event.lastSeq)))
    }

    static func receipt(_ channel: ChannelID, user: UserID, readNumber: Int64) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "receipt.updated")
            json.member("channel", channel)
            json.object("data") { json in
                json.member("user", user)
                json.member("read", readNumber)
            }
        }
    }

    static func unread(_ channel: ChannelID, readNumber: Int64, unread: Int64, mentions: Int64) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "channel.unread")
            json.member("channel", "@me")
            json.object("data") { json in
                json.member("channel", channel)
                json.member("read_number", readNumber)
                json.member("unread", unread)
                json.member("mentions", mentions)
            }
        }
    }
}

extension Event.Fact {
    /// The member that says what happened.
    func writeData(to json: inout JSONWriter) {
        switch self {
        case .messageCreated(let message):
            json.name("data")
            message.writeCreated(to: &json)
        case .messageUpdated(let message):
            json.name("data")
            message.writeUpdated(to: &json)
        case .note(let note):
            json.name("data")
            json.value(raw: note.data)
        case .void(let last):
            json.member("to_seq", last)
        }
    }

    var name: String {
        switch self {
        case .messageCreated: "message.created"
        case .messageUpdated: "message.updated"
        case .note(let note): note.kind.name
        case .void: "void"
        }
    }
}

extension Event.Note.Kind {
    fileprivate var name: String {
        switch self {
        case .channelCreated: "channel.created"
        case .channelAdded: "channel.added"
        case .messageUpdated: "message.updated"
        case .messageDeleted: "message.deleted"
        case .messagePinned: "message.pinned"
        case .messageUnpinned: "message.unpinned"
        case .reactionAdded: "reaction.added"
        case .reactionRemoved: "reaction.removed"
        case .memberJoined: "member.joined"
        case .memberLeft: "member.left"
        case .memberUpdated: "member.updated"
        case .channelUpdated: "channel.updated"
        case .channelDeleted: "channel.deleted"
        case .channelRemoved: "channel.removed"
        case .messageHidden: "message.hidden"
        case .jobUpdated: "job.updated"
        case .sessionRevoked: "session.revoked"
        case .notificationCreated: "notification.created"
        case .notificationRead: "notification.read"
        case .courseProgress: "course.progress"
        }
    }
}
