/// What users are told.
extension Player {
    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard let asked = seats[client.index].asked.removeValue(forKey: id) else {
            return fleet.faults.count("unexpected_reply")
        }
        guard reply.isDone == true else {
            // A server may be too busy, and says so; everything else is a fault.
            let code = reply.errorCode(bytes)
            return code == "overloaded" ? count(.refused) : fleet.faults.count(code)
        }
        switch asked.what {
        case .message: promised(asked, by: reply, in: bytes, at: client, now)
        case .page:
            count(.pages)
            time(.page, due: asked.due, now)
        case .mark:
            count(.marks)
            time(.mark, due: asked.due, now)
        case .typing: count(.typing)
        }
    }

    private func promised(
        _ asked: Seat.Asked, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds
    ) {
        guard let value = JSONScan.member("message_number", bytes, in: reply.data),
            let number = JSONScan.number(bytes, value), let channel = client.channel
        else { return fleet.faults.count("reply_without_number") }
        if !asked.isAgain, let flag = JSONScan.member("duplicate", bytes, in: reply.data),
            JSONScan.equals(bytes, flag, "true")
        {
            fleet.faults.count("answered_as_duplicate")
        }
        channel.lastAnswered = max(channel.lastAnswered, number)
        count(.replies)
        time(.reply, due: asked.due, now)
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard let channel = client.channel, JSONScan.equals(bytes, event.channel, channel.id) else { return }
        guard let message = MessageEvent(event, bytes, prefix: settings.prefix) else {
            return fleet.faults.count("event_without_number")
        }
        let index = client.index
        seats[index].seq = max(seats[index].seq, event.seq)
        switch client.order.take(message.number) {
        case .inOrder: break
        case .outOfOrder: fleet.faults.reordered += 1
        case .repeated:
            fleet.faults.duplicated += 1
            return
        }
        guard let mark = message.mark, let due = mark.due else { return fleet.faults.count("somebody_elses_message") }
        guard mark.sender != settings.firstSocket + index else {
            if let asked = seats[index].asked[mark.sequence], !asked.isAgain { fleet.faults.overtaken += 1 }
            return
        }
        guard client.phase == .ready, due >= seats[index].presentSince else { return count(.replayed) }
        count(.deliveries)
        time(.delivery, due: due, now)
    }

    func entered(_ client: Client, by reply: Envelope, in bytes: Span<UInt8>, _ now: Nanoseconds) {
        let index = client.index
        seats[index].enter(reply.data, bytes)
        seats[index].presentSince = now
        guard let due = seats[index].returnDue else { return }
        seats[index].returnDue = nil
        count(.returns)
        time(.connect, due: due, now)
        if client.resumption == nil { beginAgain(client, by: reply, in: bytes) } else { checkWhole(reply, in: bytes) }
        let again = seats[index].again
        seats[index].again = []
        for (number, asked) in again {
            seats[index].asked[number] = asked
            write(number, due: asked.due, from: client)
        }
    }

    /// Who identifies afresh begins where the list of channels stands; what came before is read by pages, not events.
    private func beginAgain(_ client: Client, by reply: Envelope, in bytes: Span<UInt8>) {
        guard let channel = client.channel else { return }
        guard let list = JSONScan.member("channels", bytes, in: reply.data) else {
            return fleet.faults.count("ready_without_channels")
        }
        var elements = JSONElements(of: bytes, in: list)
        while let element = elements.next(in: bytes) {
            guard let id = JSONScan.string("channel", bytes, in: element), JSONScan.equals(bytes, id, channel.id)
            else { continue }
            let last = JSONScan.member("last_message_number", bytes, in: element)
            let seq = JSONScan.member("seq", bytes, in: element)
            client.order = OrderCheck(after: last.flatMap { JSONScan.number(bytes, $0) } ?? 0)
            seats[client.index].seq = seq.flatMap { JSONScan.number(bytes, $0) } ?? 0
            return
        }
        fleet.faults.count("channel_not_listed")
    }

    /// What a resume left out would have to be read by `events.get`; a run is not that long away.
    private func checkWhole(_ reply: Envelope, in bytes: Span<UInt8>) {
        for name in ["more", "gaps"] as [StaticString] {
            guard let list = JSONScan.member(name, bytes, in: reply.data) else { continue }
            var elements = JSONElements(of: bytes, in: list)
            if elements.next(in: bytes) != nil { fleet.faults.count("resume_left_\(name)") }
        }
    }
}
