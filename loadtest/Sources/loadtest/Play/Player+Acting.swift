import Glibc

/// What users do.
extension Player {
    /// Beyond so many messages that nobody could send, further ones are counted as unsent.
    private static let unsaidMax = 100_000
    /// How many are asked whether they can before one gives up.
    private static let attemptsMax = 16
    private static let pageMessages = 50
    /// Of who stops reading: little, so that the server's queue is what fills and not the kernel's.
    private static let stoppedBufferBytes: Int32 = 4_096
    private static let readingBufferBytes: Int32 = 1 << 20

    func act(_ deed: Plan.Deed, due: Nanoseconds, _ now: Nanoseconds) {
        switch deed {
        case .messages:
            guard unsaid.isEmpty, let client = somebody(of: senders) else { return keep(due) }
            say(from: client, due: due, now)
        case .pages: ask(.page, due: due, now)
        case .marks: ask(.mark, due: due, now)
        case .typing: ask(.typing, due: due, now)
        case .returns:
            guard let client = somebody(of: nil) else { return }
            leave(client, due: due)
        }
    }

    /// One who can do something now, by chance.
    private func somebody(of places: [Int]?) -> Client? {
        let count = places?.count ?? fleet.clients.count
        guard count > 0 else { return nil }
        let first = Int.random(in: 0..<count, using: &chance)
        for offset in 0..<min(count, Self.attemptsMax) {
            let place = (first + offset) % count
            let client = fleet.clients[places?[place] ?? place]
            if client.phase == .ready, client.isReading { return client }
        }
        return nil
    }

    private func keep(_ due: Nanoseconds) {
        if unsaid.count < Self.unsaidMax { unsaid.append(due) } else { count(.unsent) }
    }

    /// Sends what was due while nobody was there.
    func sayUnsaid(_ now: Nanoseconds) {
        var saidCount = 0
        while saidCount < unsaid.count, let client = somebody(of: senders) {
            say(from: client, due: unsaid[saidCount], now)
            saidCount += 1
        }
        if saidCount > 0 { unsaid.removeFirst(saidCount) }
    }

    private func say(from client: Client, due: Nanoseconds, _ now: Nanoseconds) {
        guard client.socket.outgoing.count < Self.unsentBytesMax else { return count(.unsent) }
        let number = seats[client.index].ask(.message, due: due)
        write(number, due: due, from: client)
        count(.sent)
        time(.lag, due: due, now)
    }

    func write(_ number: Int, due: Nanoseconds, from client: Client) {
        guard let channel = client.channel else { return }
        let mark = MessageMark(sender: settings.firstSocket + client.index, sequence: number, due: due)
        fleet.send(from: client) { bytes in
            SendCommand.append(
                mark, prefix: settings.prefix, id: number, channel: channel.id, text: text, to: &bytes)
        }
    }

    private func ask(_ what: Seat.What, due: Nanoseconds, _ now: Nanoseconds) {
        guard let client = somebody(of: nil), let channel = client.channel else { return }
        let last = client.order.last
        // A marker has nowhere to go before the first message.
        guard what != .mark || last > 0 else { return }
        let number = seats[client.index].ask(what, due: due)
        let type =
            switch what {
            case .page: "history.get"
            case .mark: "read.update"
            case .typing, .message: "typing.start"
            }
        fleet.send(from: client) { bytes in
            bytes += Array(#"{"id":\#(number),"type":"\#(type)","data":{"channel":""#.utf8) + channel.id
            switch what {
            case .page:
                // Somewhere in the past, as who scrolls up is.
                let before = Int.random(in: 1...max(1, last), using: &chance) + 1
                bytes += Array(#"","before":\#(before),"limit":\#(Self.pageMessages)}}"#.utf8)
            case .mark: bytes += Array(#"","message_number":\#(last)}}"#.utf8)
            case .typing, .message: bytes += Array(#""}}"#.utf8)
            }
        }
        time(.lag, due: due, now)
    }

    // MARK: Leaving and coming back

    func storm(_ order: StageOrder) {
        guard order.storm > 0 else { return }
        for client in fleet.clients where client.phase == .ready {
            if Int.random(in: 0..<100, using: &chance) < order.storm { leave(client, due: order.start) }
        }
    }

    private func leave(_ client: Client, due: Nanoseconds) {
        let index = client.index
        seats[index].leave()
        let back = due + Nanoseconds(settings.awayMilliseconds) * 1_000_000
        seats[index].returnDue = back
        client.resumption =
            settings.resumes ? seats[index].resumption(token: client.token, channel: client.channel?.id) : nil
        fleet.leave(client)
        returning.append((back, index))
    }

    /// Has those come back whose time it is, not too many at once.
    func comeBack(_ now: Nanoseconds) throws(Failure) {
        var backCount = 0
        while backCount < returning.count, returning[backCount].due <= now, fleet.canConnect {
            try fleet.comeBack(fleet.clients[returning[backCount].index])
            backCount += 1
        }
        if backCount > 0 { returning.removeFirst(backCount) }
    }

    // MARK: Reading nothing

    /// The last ones stop reading.
    func stopReading(_ stoppedCount: Int) throws(Failure) -> [Client] {
        var stopped: [Client] = []
        for client in fleet.clients.suffix(stoppedCount) where client.phase == .ready {
            setReceiveBuffer(of: client, Self.stoppedBufferBytes)
            try fleet.stopReading(client)
            stopped.append(client)
        }
        return stopped
    }

    func startReading(_ client: Client) throws(Failure) {
        guard client.phase == .ready else { return }
        setReceiveBuffer(of: client, Self.readingBufferBytes)
        seats[client.index].presentSince = Clock.now
        try fleet.startReading(client)
    }

    private func setReceiveBuffer(of client: Client, _ bytes: Int32) {
        var bytes = bytes
        setsockopt(client.descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
}
