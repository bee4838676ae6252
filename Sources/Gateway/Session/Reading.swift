internal import Base
internal import Channels
internal import REST

extension ReadCommand {
    /// Reads, and makes the reply.
    func reply(
        to id: CommandID, from archive: any Archive, for user: UserID, bytesMax: Int,
        refusals: RefusalCounts = RefusalCounts()
    ) async -> [UInt8] {
        do throws(Rejection) {
            switch self {
            case .history(let channel, let position, let limit):
                let page = try await archive.messages(of: channel, for: user, at: position, limit: limit)
                return Envelope.reply(to: id) { json in
                    json.array("messages") { json in
                        for message in page.messages { message.write(to: &json) }
                    }
                    json.member("has_more", page.hasMore)
                }
            case .events(let channel, let after, let limit):
                let log: ChannelID =
                    switch channel {
                    case .own: .personal(user)
                    case .channel(let id): id
                    }
                let page = try await archive.events(
                    of: log, for: user, after: after, through: .max, limit: limit, bytesMax: bytesMax)
                return Envelope.reply(to: id) { json in
                    json.array("events") { json in
                        for event in page.events { json.value(raw: Envelope.event(event)) }
                    }
                    json.member("has_more", page.hasMore)
                }
            }
        } catch {
            refusals.count(error.code)
            return Envelope.refusal(to: id, error)
        }
    }
}

extension FedPart {
    /// Reads a part of a log and makes its frames, off the event loop.
    init(
        reading range: Feed.Range, limit: Int, bytesMax: Int, from archive: any Archive, for user: UserID,
        frame: ([UInt8]) -> [UInt8]
    ) async {
        self.range = range
        do throws(Rejection) {
            let page = try await archive.events(
                of: range.channel, for: user, after: range.after, through: range.through, limit: limit,
                bytesMax: bytesMax)
            frames = page.events.map { frame(Envelope.event($0)) }
            if range.channel.isPersonal {
                voids = page.events.compactMap { event in
                    if case .void(let last) = event.fact, event.seq <= last { event.seq...last } else { nil }
                }
            }
            through = page.hasMore ? page.events.last?.lastSeq ?? range.after : range.through
            isGone = false
        } catch {
            isGone = error.code == .notFound || error.code == .notAMember
            frames = isGone ? [] : nil
            refusal = isGone ? nil : error
            through = range.through
        }
    }
}
