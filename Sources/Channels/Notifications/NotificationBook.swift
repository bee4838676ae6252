internal import Base

/// What decisions leave to be notified of. What concerns one or few (a mention, a reaction, an invitation) is done at
/// the end of the same transaction. A message concerns everybody in its channel: of it only the channel is noted, and
/// its members are looked at behind the commits, in *runs* of what was said a while ago, a slice at a time. So a
/// message costs a look into a table, however many members its channel has, a hundred messages as much as one, and
/// those who read along have read it by then.
struct NotificationBook {
    /// What was said in a channel within a while.
    struct Said {
        var channel: ChannelID
        /// The last message's.
        var number: Int64 = 0
        /// Who spoke, the latest last.
        var senders: [UserID] = []

        /// Senders that are told apart: who blocks all of them is not notified.
        static let sendersMax = 8
    }

    /// What was said within half the delay after its beginning.
    private struct Window {
        let begin: Timestamp
        var said: [ChannelID: Said] = [:]
        /// Up to where the journal was on disk at its end; `nil` while nothing was said behind it.
        var end: Int64?
    }

    /// Windows that wait for a run; what is said when there are so many belongs to the last.
    private static var windowsMax: Int { 8 }

    /// How far a run is: the channel, and of its members the last one that was looked at.
    struct Place: Equatable {
        var index = 0
        var user: Int64 = 0
    }

    private var asked: [NewNotification] = []
    private var marked: [(user: UserID, channel: ChannelID)] = []
    private var windows: [Window] = []
    private var run: [Said] = []
    /// Up to where the journal is notified of when the run is over.
    private(set) var runEnd: Int64 = 0
    private var done = Place()
    /// Beyond `done`, by the open transaction.
    private(set) var written = Place()
    /// Members of the run's current channel that have not been looked at, ascending; `nil` where they are not known.
    private var roster: ArraySlice<UserID>?

    // MARK: Noting

    mutating func ask(_ new: NewNotification) { asked.append(new) }

    mutating func read(_ channel: ChannelID, by user: UserID) { marked.append((user, channel)) }

    /// - Parameters:
    ///   - milliseconds: after which members are looked at; what was said within half of that is looked at together, so
    ///     that nothing is that has not been there for the other half.
    ///   - place: up to where the journal is on disk: everything up to there was noted before.
    mutating func said(
        _ number: Int64, in channel: ChannelID, by sender: UserID, at now: Timestamp, after milliseconds: Int,
        from place: Int64
    ) {
        let isOver = windows.last.map { now >= $0.begin.adding(milliseconds: milliseconds / 2) } ?? true
        if isOver, windows.count < Self.windowsMax {
            if !windows.isEmpty { windows[windows.count - 1].end = place }
            windows.append(Window(begin: now))
        }
        windows[windows.count - 1].said[channel, default: Said(channel: channel)].add(sender, number)
    }

    mutating func takeAsked() -> [NewNotification] {
        defer { asked.removeAll(keepingCapacity: true) }
        return asked
    }

    mutating func takeMarked() -> [(user: UserID, channel: ChannelID)] {
        defer { marked.removeAll(keepingCapacity: true) }
        return marked
    }

    var isQuiet: Bool { asked.isEmpty && marked.isEmpty }

    /// What was said lately in a channel and not looked at.
    func pending(in channel: ChannelID) -> Said? {
        windows.reversed().lazy.compactMap { $0.said[channel] }.first
            ?? run[min(written.index, run.count)...].last { $0.channel == channel }
    }

    // MARK: Runs

    /// When the next slice is due; `nil` while there is nothing.
    func due(after milliseconds: Int) -> Timestamp? {
        if written.index < run.count { return Timestamp(milliseconds: 0) }
        return windows.first.map { $0.begin.adding(milliseconds: milliseconds) }
    }

    /// The channel to go on with; begins a run of all that is due when the last one is over.
    /// - Parameter place: up to where the journal is on disk: everything up to there was noted before.
    mutating func current(from place: Int64, at now: Timestamp, after milliseconds: Int) -> Said? {
        if written.index >= run.count {
            let due = windows.prefix { $0.begin.adding(milliseconds: milliseconds) <= now }
            guard done == written, let last = due.last else { return nil }
            let said = due.dropFirst().reduce(into: due[0].said) { said, window in
                said.merge(window.said) { $0.followed(by: $1) }
            }
            run = said.values.sorted { $0.channel.rawValue < $1.channel.rawValue }
            (done, written) = (Place(), Place())
            runEnd = last.end ?? place
            windows.removeFirst(due.count)
        }
        return run.isEmpty ? nil : run[written.index]
    }

    var knowsMembers: Bool { roster != nil }

    /// All members of the current channel, ascending.
    mutating func setMembers(_ members: [UserID]) {
        let last = written.user
        roster = members[...].drop { $0.rawValue <= last }
    }

    /// The next member of the current channel; `nil` behind the last.
    mutating func nextMember() -> UserID? {
        guard let user = roster?.popFirst() else { return nil }
        written.user = user.rawValue
        return user
    }

    /// - Returns: whether the run is over.
    mutating func passedChannel() -> Bool {
        roster = nil
        written = Place(index: written.index + 1)
        return written.index == run.count
    }

    /// The transaction is on disk.
    mutating func committed() {
        done = written
        guard done.index >= run.count, !run.isEmpty else { return }
        run = []
        (done, written) = (Place(), Place())
    }

    /// The transaction is not: what it was asked for never was, and its slice is done again.
    mutating func rolledBack() {
        asked.removeAll()
        marked.removeAll()
        written = done
        roster = nil
    }
}

extension NotificationBook.Said {
    mutating func add(_ sender: UserID, _ number: Int64) {
        self.number = number
        if senders.last == sender { return }
        senders.removeAll { $0 == sender }
        if senders.count == Self.sendersMax { senders.removeFirst() }
        senders.append(sender)
    }

    func followed(by later: Self) -> Self {
        later.senders.reduce(into: self) { said, sender in said.add(sender, later.number) }
    }
}
