internal import Base
internal import Channels

extension Envelope {
    /// The reply to what has nothing to say but that it is done.
    static func done(_ id: CommandID) -> [UInt8] { reply(to: id) { _ in } }

    static func presence(_ presence: Presence) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "presence")
            json.object("data") { json in
                json.member("user", presence.user)
                json.member("status", presence.status.name)
                json.member("last_seen_at", orNull: presence.lastSeenAt)
            }
        }
    }

    static func typing(_ typing: Typing, shownMilliseconds: Int) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", "typing")
            json.member("channel", typing.channel)
            json.object("data") { json in
                json.member("user", typing.user)
                json.member("expires_in", typing.isTyping ? shownMilliseconds : 0)
            }
        }
    }
}
