internal import Base
internal import Channels

/// The server's words: replies and events as JSON.
enum Envelope {
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
            return reply(to: id) { json in message.writeSent(isDuplicate: isDuplicate, to: &json) }
        case .marked(let readNumber, let unread):
            return reply(to: id) { json in
                json.member("read_number", readNumber)
                json.member("unread", unread)
            }
        case .opened(let summary, _), .described(let summary):
            return JSONWriter.object { json in
                id.write(to: &json)
                json.member("ok", true)
                json.name("data")
                summary.write(to: &json)
            }
        case .listed(let summaries):
            return reply(to: id) { json in
                json.array("channels") { json in
                    for summary in summaries { summary.write(to: &json) }
                }
            }
        case .members(let members):
            return reply(to: id) { json in
                json.array("members") { json in
                    for member in members { member.write(to: &json) }
                }
            }
        case .attended:
            // Identifying and resuming have replies of their own.
            return reply(to: id)
        }
    }

    // MARK: Events

    static func event(_ event: Event) -> [UInt8] {
        var json = JSONWriter(reserving: 320)
        json.object { json in
            json.member("type", event.fact.name)
            json.member("channel", event.channel)
            json.member("seq", event.seq)
            json.name("data")
            switch event.fact {
            case .messageCreated(let message):
                json.object { json in
                    json.member("message_number", message.number)
                    json.member("sender", message.sender)
                    json.member("client_msg_id", utf8: message.clientMessageID.bytes)
                    json.member("type", "text")
                    json.member("text", utf8: message.text)
                    json.member("created_at", message.createdAt)
                }
            case .channelCreated(let data), .channelAdded(_, let data):
                json.value(raw: data)
            }
        }
        return json.bytes
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

    static func unread(_ channel: ChannelID, readNumber: Int64, unread: Int64) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "channel.unread")
            json.member("channel", "@me")
            json.object("data") { json in
                json.member("channel", channel)
                json.member("read_number", readNumber)
                json.member("unread", unread)
                json.member("mentions", 0)
            }
        }
    }
}

extension Event.Fact {
    var name: String {
        switch self {
        case .messageCreated: "message.created"
        case .channelCreated: "channel.created"
        case .channelAdded: "channel.added"
        }
    }
}

extension Message {
    /// What its sender is told: where it stands for ever, and whether it stood there before.
    func writeSent(isDuplicate: Bool, to json: inout JSONWriter) {
        json.member("channel", channel)
        json.member("message_number", number)
        json.member("seq", seq)
        json.member("client_msg_id", utf8: clientMessageID.bytes)
        json.member("created_at", createdAt)
        json.member("duplicate", isDuplicate)
    }

    /// The shape `Message` of the API: every member, whether it has a value or not.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", channel)
            json.member("message_number", number)
            json.member("seq", seq)
            json.member("sender", sender)
            json.member("type", "text")
            json.member("text", utf8: text)
            json.array("attachments") { _ in }
            json.member("reference", orNull: nil as String?)
            json.member("forwarded_from", orNull: nil as String?)
            json.member("action", orNull: nil as String?)
            json.array("tags") { _ in }
            json.array("mentions") { _ in }
            json.member("reply_to", orNull: nil as String?)
            json.array("reactions") { _ in }
            json.member("client_msg_id", utf8: clientMessageID.bytes)
            json.member("created_at", createdAt)
            json.member("edited_at", orNull: nil as Timestamp?)
            json.member("deleted_at", orNull: nil as Timestamp?)
        }
    }
}
