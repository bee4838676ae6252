/// What clients are told: answers, events, and that there will be no answer.
extension HistoryRun {
    /// Refusals that say "not now".
    private static let restMilliseconds: Nanoseconds = 100
    private static let ownMax = 200

    func answered(
        _ what: HistoryClient.Pending, _ asked: Nanoseconds, by frame: HistoryFrame, _ client: HistoryClient,
        _ now: Nanoseconds
    ) {
        switch what {
        case .enter: entered(by: frame, client, now)
        case .send(let said): sent(said, asked, by: frame, client, now)
        case .delete(let channel, let number):
            write(frame.isDone ? .done : .refused, number, in: channel, client, at: now)
        case .mark(let channel):
            var entry = entry(.read, client, at: now)
            (entry.asked, entry.channel, entry.state) = (asked, channel, frame.isDone ? .done : .refused)
            entry.number = frame.isDone ? frame.number("read_number") ?? 0 : 0
            file.write(entry)
        case .page(let channel, let after, let limit):
            guard frame.isDone else { return }
            var entry = entry(.page, client, at: now)
            (entry.asked, entry.channel, entry.after, entry.limit) = (asked, channel, after, limit)
            entry.messages = frame.elements("messages").compactMap { frame.part($0)?.message }
            entry.hasMore = frame.isTrue("has_more")
            file.write(entry)
        case .rest(let rest): read(rest, from: frame, client, now)
        case .stay(let comes): stayed(comes, asked, by: frame, client, now)
        }
    }

    private func sent(
        _ said: HistoryClient.Said, _ asked: Nanoseconds, by frame: HistoryFrame, _ client: HistoryClient,
        _ now: Nanoseconds
    ) {
        var entry = entry(frame.isDone ? .ack : .fail, client, at: now)
        (entry.asked, entry.channel, entry.key) = (asked, said.channel, said.key)
        guard frame.isDone else {
            entry.code = frame.errorCode
            file.write(entry)
            client.restsUntil = now + Self.restMilliseconds * 1_000_000
            client.nextAt = max(client.nextAt, client.restsUntil)
            // What had no outcome once must get one; what was refused and nothing else is over.
            if said.isInDoubt { client.inDoubt.append(said) }
            return
        }
        guard let number = frame.number("message_number"), let seq = frame.number("seq") else {
            return odd("an acknowledgement without numbers: \(frame.whole)", client)
        }
        (entry.number, entry.seq, entry.isDuplicate) = (number, seq, frame.isTrue("duplicate"))
        file.write(entry)
        client.heights[said.channel] = max(number, client.heights[said.channel] ?? 0)
        if client.own.count < Self.ownMax { client.own.append((said.channel, number)) }
    }

    private func entered(by frame: HistoryFrame, _ client: HistoryClient, _ now: Nanoseconds) {
        guard frame.isDone else {
            // A server that is too busy for it says so; anything else is no answer to a user who may come in.
            if frame.errorCode != "overloaded" { odd("entering was refused: \(frame.whole)", client) }
            return leave(client)
        }
        if frame.type == "ready" {
            client.user = frame.object("user").flatMap { frame.string("id", in: $0) } ?? ""
            client.session = frame.string("session_id") ?? ""
            client.epoch = frame.string("epoch") ?? ""
            for place in frame.elements("channels") {
                guard let channel = frame.string("channel", in: place) else { continue }
                client.cursors[channel] = frame.number("seq", in: place) ?? 0
                let isOpen = frame.string("visibility", in: place) == "public"
                if isOpen, frame.string("role", in: place) != "owner" { client.openChannel = channel }
                client.heights[channel] = frame.number("last_message_number", in: place) ?? 0
                write(.sub, channel, client.cursors[channel] ?? 0, client.socketNumber, client, at: now)
            }
        }
        client.personalSeq = frame.number("me_seq") ?? client.personalSeq
        if frame.type != "ready" { returned(by: frame, client, now) }
        client.phase = .ready
        for place in frame.elements("more") {
            guard let channel = frame.string("channel", in: place), let from = frame.number("from_seq", in: place),
                let through = frame.number("to_seq", in: place)
            else { continue }
            // The socket goes on behind what was left out; that is read on an ear of its own.
            client.lastKey += 1
            let rest = HistoryClient.Rest(
                channel: channel, socket: client.socketNumber * 1_000_000 + client.lastKey, from: from, through: through
            )
            write(.sub, channel, from - 1, rest.socket, client, at: now)
            write(.sub, channel, through, client.socketNumber, client, at: now)
            client.cursors[channel] = through
            ask(rest, client)
        }
        sendAgain(client)
    }

    private func ask(_ rest: HistoryClient.Rest, _ client: HistoryClient) {
        ask(
            "events.get", #"{"channel":"\#(rest.channel)","after_seq":\#(rest.from - 1),"limit":200}"#, .rest(rest),
            client)
    }

    private func read(
        _ rest: HistoryClient.Rest, from frame: HistoryFrame, _ client: HistoryClient, _ now: Nanoseconds
    ) {
        guard frame.isDone else { return }
        var rest = rest
        for place in frame.elements("events") {
            guard let event = frame.part(place), event.seq <= rest.through else { continue }
            write(event, rest.channel, on: rest.socket, client, now)
            rest.from = max(event.seq, event.lastSeq) + 1
        }
        if rest.from <= rest.through, !frame.elements("events").isEmpty { ask(rest, client) }
    }

    func heard(_ frame: HistoryFrame, on socket: Int, _ client: HistoryClient, _ now: Nanoseconds) {
        if frame.channel == "@me", frame.seq > 0 {
            client.personalSeq = max(frame.seq, frame.lastSeq)
            heardOfStay(frame, client, now)
            return
        }
        guard frame.seq > 0, client.cursors[frame.channel] != nil || frame.channel == client.openChannel else { return }
        // What is told of a channel that the user has left is written down like the rest, for its rule.
        if client.cursors[frame.channel] != nil { client.cursors[frame.channel] = max(frame.seq, frame.lastSeq) }
        if let number = frame.message?.number {
            client.heights[frame.channel] = max(number, client.heights[frame.channel] ?? 0)
        }
        write(frame, frame.channel, on: socket, client, now)
    }

    private func write(
        _ event: HistoryFrame, _ channel: String, on socket: Int, _ client: HistoryClient, _ now: Nanoseconds
    ) {
        var entry = entry(.recv, client, at: now)
        (entry.socket, entry.channel, entry.seq, entry.lastSeq) = (socket, channel, event.seq, event.lastSeq)
        if event.type == "message.created", let message = event.message {
            (entry.number, entry.sender, entry.key) = (message.number, message.sender, message.key)
            (entry.text, entry.isDeleted) = (message.text, message.isDeleted)
        }
        file.write(entry)
    }

    /// The connection has ended: nothing that was asked on it will be answered.
    func giveUp(_ client: HistoryClient) {
        let now = Clock.now
        for (_, pending) in client.pending.sorted(by: { $0.key < $1.key }) {
            switch pending.what {
            case .send(var said):
                var entry = entry(.info, client, at: now)
                (entry.channel, entry.key) = (said.channel, said.key)
                file.write(entry)
                said.isInDoubt = true
                if !client.inDoubt.contains(where: { $0.key == said.key }) { client.inDoubt.append(said) }
            case .delete(let channel, let number): write(.unknown, number, in: channel, client, at: now)
            case .stay(let comes): stayIsUnknown(comes, asked: pending.asked, client, at: now)
            case .enter, .mark, .page, .rest: continue
            }
        }
        client.pending = [:]
    }
}
