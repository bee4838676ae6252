/// What clients say, of their own accord and again.
extension HistoryRun {
    /// Of a hundred turns, those that do something else than sending.
    private static let deletePercent = 3, markPercent = 5, pagePercent = 4, twicePercent = 5,
        roamPercent = 2
    /// What may wait for answers before a client says more.
    private static let pendingMax = 8
    private static let pageLimits = [1, 10, 50, 200]

    func enter(_ client: HistoryClient) {
        client.phase = .entering
        let token = String(decoding: client.token, as: UTF8.self)
        guard !client.session.isEmpty else { return ask("identify", #"{"token":"\#(token)"}"#, .enter, client) }
        let now = Clock.now
        for (channel, seq) in client.cursors { write(.sub, channel, seq, client.socketNumber, client, at: now) }
        let cursors = client.cursors.map { #""\#($0)":\#($1)"# }.joined(separator: ",")
        ask(
            "resume",
            #"{"token":"\#(token)","session_id":"\#(client.session)","epoch":"\#(client.epoch)","#
                + #""me_seq":\#(client.personalSeq),"channels":{\#(cursors)}}"#, .enter, client)
    }

    func say(_ client: HistoryClient) {
        guard client.pending.count < Self.pendingMax, let channel = client.cursors.keys.randomElement(using: &chance)
        else { return }
        if Int.random(in: 0..<100, using: &chance) < Self.roamPercent, roam(client) { return }
        guard !isQuiet(in: channel, client) else { return }
        let height = client.heights[channel] ?? 0
        switch Int.random(in: 0..<100, using: &chance) {
        case ..<Self.deletePercent where !client.own.isEmpty:
            let index = Int.random(in: 0..<client.own.count, using: &chance)
            let message = client.own.remove(at: index)
            delete(message.number, in: message.channel, client)
        case ..<(Self.deletePercent + Self.markPercent) where height > 0:
            let number = Int.random(in: 1...height, using: &chance)
            ask(
                "read.update", #"{"channel":"\#(channel)","message_number":\#(number)}"#, .mark(channel: channel),
                client)
        case ..<(Self.deletePercent + Self.markPercent + Self.pagePercent) where height > 0:
            let limit = Self.pageLimits.randomElement(using: &chance) ?? 1
            let after = max(0, height - Int.random(in: 0...100, using: &chance))
            ask(
                "history.get", #"{"channel":"\#(channel)","after":\#(after),"limit":\#(limit)}"#,
                .page(channel: channel, after: after, limit: limit), client)
        default:
            client.lastKey += 1
            let key = "\(nonce)-\(client.index)-\(client.lastKey)"
            let filling = String(repeating: "x", count: Int.random(in: 0...200, using: &chance))
            let said = HistoryClient.Said(channel: channel, key: key, text: "\(key) \(filling)")
            send(said, client)
            if Int.random(in: 0..<100, using: &chance) < Self.twicePercent { send(said, client) }
        }
    }

    func sendAgain(_ client: HistoryClient) {
        let all = client.inDoubt
        client.inDoubt = []
        for said in all { send(said, client) }
    }

    private func send(_ said: HistoryClient.Said, _ client: HistoryClient) {
        var entry = entry(.send, client, at: Clock.now)
        (entry.channel, entry.key, entry.text) = (said.channel, said.key, said.text)
        file.write(entry)
        ask(
            "message.send",
            #"{"channel":"\#(said.channel)","client_msg_id":"\#(said.key)","text":"\#(said.text)"}"#, .send(said),
            client)
    }

    private func delete(_ number: Int, in channel: String, _ client: HistoryClient) {
        write(.asked, number, in: channel, client, at: Clock.now)
        ask(
            "message.delete", #"{"channel":"\#(channel)","message_number":\#(number),"scope":"all"}"#,
            .delete(channel: channel, number: number), client)
    }

    func write(
        _ state: HistoryEntry.State, _ number: Int, in channel: String, _ client: HistoryClient, at now: Nanoseconds
    ) {
        var entry = entry(.del, client, at: now)
        (entry.channel, entry.number, entry.state) = (channel, number, state)
        file.write(entry)
    }

    func write(
        _ operation: HistoryEntry.Operation, _ channel: String, _ seq: Int, _ socket: Int, _ client: HistoryClient,
        at now: Nanoseconds
    ) {
        var entry = entry(operation, client, at: now)
        (entry.channel, entry.seq, entry.socket) = (channel, seq, socket)
        file.write(entry)
    }
}
