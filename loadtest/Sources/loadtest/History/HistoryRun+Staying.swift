/// Leaving a channel that is open to everybody, and coming back.
extension HistoryRun {
    /// Leaves or comes back; false while something else is on its way there, whose outcome would not be known.
    func roam(_ client: HistoryClient) -> Bool {
        guard let channel = client.openChannel, !client.inDoubt.contains(where: { $0.channel == channel }) else {
            return false
        }
        let isBusy = client.pending.values.contains { pending in
            switch pending.what {
            case .stay: true
            case .send(let said): said.channel == channel
            case .enter, .delete, .mark, .page, .rest: false
            }
        }
        guard !isBusy else { return false }
        let comes = client.isOut
        write(.asked, comes: comes, asked: 0, seq: 0, client, at: Clock.now)
        ask(comes ? "channel.join" : "channel.leave", #"{"channel":"\#(channel)"}"#, .stay(comes: comes), client)
        return true
    }

    /// Whether a client that is leaving, or out, has nothing to say there.
    func isQuiet(in channel: String, _ client: HistoryClient) -> Bool {
        guard channel == client.openChannel else { return false }
        return client.isOut
            || client.pending.values.contains { pending in
                if case .stay = pending.what { true } else { false }
            }
    }

    func stayed(
        _ comes: Bool, _ asked: Nanoseconds, by frame: HistoryFrame, _ client: HistoryClient, _ now: Nanoseconds
    ) {
        guard let channel = client.openChannel else { return }
        let seq = frame.number("seq") ?? 0
        write(frame.isDone ? .done : .refused, comes: comes, asked: asked, seq: seq, client, at: now)
        guard frame.isDone else { return }
        client.isOut = !comes
        if comes {
            client.cursors[channel] = seq
            write(.sub, channel, seq, client.socketNumber, client, at: now)
        } else {
            client.cursors[channel] = nil
        }
    }

    /// What a resume says of memberships. A connection that ended too early for an answer may have left or come back.
    func returned(by frame: HistoryFrame, _ client: HistoryClient, _ now: Nanoseconds) {
        let removed = frame.elements("removed").compactMap { frame.text($0) }
        if !frame.elements("gaps").isEmpty || removed.contains(where: { $0 != client.openChannel }) {
            odd("a resume lost something: \(frame.whole)", client)
        }
        guard let channel = client.openChannel else { return }
        if removed.contains(channel) {
            client.isOut = true
            client.cursors[channel] = nil
        }
        for place in frame.elements("added") where frame.string("channel", in: place) == channel {
            client.isOut = false
            client.cursors[channel] = frame.number("seq", in: place) ?? 0
            write(.sub, channel, client.cursors[channel] ?? 0, client.socketNumber, client, at: now)
        }
    }

    private func write(
        _ state: HistoryEntry.State, comes: Bool, asked: Nanoseconds, seq: Int, _ client: HistoryClient,
        at now: Nanoseconds
    ) {
        var entry = entry(.stay, client, at: now)
        (entry.channel, entry.state, entry.comes) = (client.openChannel ?? "", state, comes)
        (entry.asked, entry.seq) = (asked, seq)
        file.write(entry)
    }

    /// The connection of a client that was leaving or coming back has ended.
    func stayIsUnknown(_ comes: Bool, asked: Nanoseconds, _ client: HistoryClient, at now: Nanoseconds) {
        write(.unknown, comes: comes, asked: asked, seq: 0, client, at: now)
    }
}
