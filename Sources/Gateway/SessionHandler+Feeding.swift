internal import Base
internal import Channels
public import WSServer
internal import Wire

/// Reading from the log: for a command, for a client that resumes, and for a socket that is slower than its channels.
extension SessionHandler {
    func read(_ command: ReadCommand, _ id: CommandID, _ user: UserID, for seat: Seat) {
        let archive = services.archive, switchboard = switchboard, worker = worker, connection = seat.connection
        let refusals = numbers.refusals
        let bytesMax = limits.pageBytesMax, deflateBytesMin = limits.deflateBytesMin, form = seat.form
        Task(executorPreference: services.executor) {
            let reply = await command.reply(
                to: id, from: archive, for: user, bytesMax: bytesMax, refusals: refusals)
            // It may be long: it is compressed here, where no other connection waits for it.
            var compressor = SharedCompressor(messageBytesMin: deflateBytesMin)
            switchboard.post(.read(compressor.frame(reply, for: form), connection), to: worker)
        }
    }

    func beginReplay(_ resuming: Seat.Resuming, for seat: Seat) {
        seat.feed.hold()
        seat.replay = resuming
        feed(seat)
    }

    public func drained(_ connection: ConnectionID) {
        guard let seat = seats[connection] else { return }
        if seat.replay == nil { seat.feed.catchUp() }
        feed(seat)
    }

    /// Reads the next part of what a socket has missed, when it has taken most of what came before.
    private func feed(_ seat: Seat) {
        guard !seat.isReading, let user = seat.session.identity?.user else { return }
        guard outlet.hasRoom(seat.connection) else {
            return outlet.tellWhenDrained(seat.connection)
        }
        if let resuming = seat.replay {
            guard let request = resuming.replay.next else { return finishReplay(resuming, for: seat) }
            return fetch(request.range, limit: request.limit, bytesMax: request.bytesMax, for: seat, user)
        }
        guard !seat.feed.isBehind, !seat.feed.isLive else { return }
        if let range = seat.feed.next {
            return fetch(range, limit: limits.eventsPageMax, bytesMax: limits.feedBytesMax, for: seat, user)
        }
        for frame in seat.feed.finish() { outlet.send(frame, to: seat.connection) }
    }

    private func fetch(_ range: Feed.Range, limit: Int, bytesMax: Int, for seat: Seat, _ user: UserID) {
        seat.isReading = true
        seat.feed.asks(for: range.channel)
        let archive = services.archive, switchboard = switchboard, worker = worker, connection = seat.connection
        let deflateBytesMin = limits.deflateBytesMin, form = seat.form
        Task(executorPreference: services.executor) {
            var compressor = SharedCompressor(messageBytesMin: deflateBytesMin)
            let part = await FedPart(reading: range, limit: limit, bytesMax: bytesMax, from: archive, for: user) {
                compressor.frame($0, for: form)
            }
            switchboard.post(.fed(part, connection), to: worker)
        }
    }

    func took(_ part: FedPart, for seat: Seat) {
        seat.isReading = false
        guard let frames = part.frames else {
            // The log cannot be read: better to begin again than to leave something out.
            return abort(seat, .internal)
        }
        for frame in frames { outlet.send(frame, to: seat.connection) }
        for places in part.voids { seat.feed.hid(places) }
        if part.isGone { seat.feed.gone(from: part.range.channel) }
        if seat.replay != nil {
            seat.replay?.replay.took(
                eventCount: frames.count, byteCount: frames.reduce(0) { $0 + $1.count }, through: part.through)
        } else if !part.isGone {
            seat.feed.sent(part.range.channel, through: part.through)
        }
        feed(seat)
    }

    private func finishReplay(_ resuming: Seat.Resuming, for seat: Seat) {
        seat.replay = nil
        send(SessionReply.resumed(resuming, limits: limits), to: seat)
        seat.session.finishReading()
        // What happened during the replay follows it; if that was too much, it is read like everything that is missed.
        if seat.feed.isBehind { seat.feed.catchUp() }
        feed(seat)
        unblock(seat)
    }
}
