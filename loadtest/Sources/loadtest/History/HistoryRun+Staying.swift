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
        client.stayInDoubt = nil
        guard frame.isDone else { return }
        comes ? isIn(channel, from: seq, client, now) : isOut(of: channel, client)
    }

    /// An event of the user's own log. What was asked on a connection that ended before the answer may be done when the
    /// next one has been resumed already, which is told of it then.
    func heardOfStay(_ frame: HistoryFrame, _ client: HistoryClient, _ now: Nanoseconds) {
        guard let comes = client.stayInDoubt, client.isReady, let channel = client.openChannel,
            frame.type == (comes ? "channel.added" : "channel.removed"), frame.string("channel") == channel
        else { return }
        comes ? isIn(channel, from: frame.number("seq") ?? 0, client, now) : isOut(of: channel, client)
    }

    private func isIn(_ channel: String, from seq: Int, _ client: HistoryClient, _ now: Nanoseconds) {
        (client.isOut, client.stayInDoubt) = (false, nil)
        client.cursors[channel] = seq
        write(.sub, channel, seq, client.socketNumber, client, at: now)
    }

    private func isOut(of channel: String, _ client: HistoryClient) {
        (client.isOut, client.stayInDoubt) = (true, nil)
        client.cursors[channel] = nil
    }

    /// What a resume says of memberships. A connection that ended too early for an answer may have left or come back.
    func returned(by frame: HistoryFrame, _ client: HistoryClient, _ now: Nanoseconds) {
        let removed = frame.elements("removed").compactMap { frame.text($0) }
        if !frame.elements("gaps").isEmpty || removed.contains(where: { $0 != client.openChannel }) {
            odd("a resume lost something: \(frame.whole)", client)
        }
        guard let channel = client.openChannel else { return }
        if removed.contains(channel) { isOut(of: channel, client) }
        for place in frame.elements("added") where frame.string("channel", in: place) == channel {
            isIn(channel, from: frame.number("seq", in: place) ?? 0, client, now)
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
        client.stayInDoubt = comes
    }
}
