internal import Base
internal import Channels

/// The answers by which a session begins or goes on.
enum SessionReply {
    /// What a command is answered; without a command the data alone, as REST answers.
    private static func reply(
        to id: CommandID?, type: StaticString, _ data: @escaping (inout JSONWriter) -> Void
    ) -> [UInt8] {
        guard let id else { return JSONWriter.object(data) }
        return Envelope.reply(to: id, type: type, data)
    }

    /// `ready`: who one is, and where one's channels stand, the most recently active first.
    static func ready(
        to id: CommandID?, _ attendance: Attendance, epoch: String, expiresAt: Timestamp, now: Timestamp, limits: Limits
    ) -> [UInt8] {
        reply(to: id, type: "ready") { json in
            json.member("session_id", attendance.session.description)
            json.member("epoch", epoch)
            json.name("user")
            attendance.user.write(to: &json)
            json.member("server_time", now)
            json.member("token_expires_at", expiresAt)
            json.object("limits") { json in
                json.object("send") { json in
                    json.member("count", limits.sendCountMax)
                    json.member("per_ms", limits.sendWindowMilliseconds)
                }
                json.member("text_bytes", limits.textBytesMax)
            }
            json.array("channels") { json in
                for summary in attendance.channels.prefix(limits.readyChannelsMax) { summary.write(to: &json) }
            }
            json.member("me_seq", attendance.personalSeq)
            json.member("more_channels", attendance.channels.count > limits.readyChannelsMax)
        }
    }

    /// `resumed`: what was replayed and what was not, and where every channel stands now.
    /// - Parameter events: what was replayed, for who is answered all at once by REST.
    static func resumed(_ resuming: Seat.Resuming, limits: Limits, with events: [[UInt8]]? = nil) -> [UInt8] {
        let attendance = resuming.attendance, request = resuming.request
        let added = attendance.channels.filter { request.channels[$0.channel] == nil }
        let present = Set(attendance.channels.map(\.channel))
        let removed = request.channels.keys.filter { !present.contains($0) }.sorted { $0.rawValue < $1.rawValue }
        return reply(to: events == nil ? resuming.id : nil, type: "resumed") { json in
            if let events {
                json.array("events") { json in
                    for event in events { json.value(raw: event) }
                }
            }
            json.member("session_id", attendance.session.description)
            json.member("replayed", resuming.replay.replayedCount)
            json.member("me_seq", attendance.personalSeq)
            json.array("states") { json in
                for summary in attendance.channels where request.channels[summary.channel] != nil {
                    writeState(of: summary, to: &json)
                }
            }
            json.array("more") { json in
                for rest in resuming.replay.more {
                    json.object { json in
                        json.member("channel", rest.channel)
                        json.member("from_seq", rest.from)
                        json.member("to_seq", rest.to)
                    }
                }
            }
            json.array("gaps") { json in
                for summary in attendance.channels {
                    guard let seq = request.channels[summary.channel], seq < summary.purged.seq else { continue }
                    json.object { json in
                        json.member("channel", summary.channel)
                        json.member("have_seq", seq)
                        json.member("oldest_seq", summary.purged.seq + 1)
                    }
                }
            }
            json.array("added") { json in
                for summary in added.prefix(limits.readyChannelsMax) { summary.write(to: &json) }
            }
            json.member("more_added", added.count > limits.readyChannelsMax)
            json.array("removed") { json in
                for channel in removed { json.value(channel) }
                for name in request.strangers { json.value(name) }
            }
        }
    }

    private static func writeState(of summary: ChannelSummary, to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", summary.channel)
            json.member("seq", summary.head.seq)
            json.member("last_message_number", summary.head.lastMessageNumber)
            json.member("read_number", summary.readNumber)
            json.member("unread", summary.unread)
            json.member("mentions", summary.mentions)
        }
    }
}

extension ResumeRequest {
    /// What the client has missed of each log at the session's place in the order, its own log first.
    func missing(at attendance: Attendance) -> [Feed.Range] {
        var ranges: [Feed.Range] = []
        func add(_ channel: ChannelID, after seq: Int64, through last: Int64) {
            if seq < last { ranges.append(Feed.Range(channel: channel, after: seq, through: last)) }
        }
        add(.personal(attendance.user.id), after: personalSeq, through: attendance.personalSeq)
        for summary in attendance.channels {
            guard let seq = channels[summary.channel] else { continue }
            // What is not there any more is named as a gap; the replay begins behind it.
            add(summary.channel, after: max(seq, summary.purged.seq), through: summary.head.seq)
        }
        return ranges
    }
}
