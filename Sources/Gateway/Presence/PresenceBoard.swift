internal import Base
internal import Channels

/// Who is there, by the sockets that are: the one place that decides what others are told of a user. Each worker has
/// one, for its share of the users. Nothing of it is stored; a server that begins knows nobody, and hears of everyone
/// who comes.
///
/// Of a user's sockets the most present counts. That nobody is there any more is told after a while, so that who comes
/// back was never away; and each user's changes are so far apart that a client that cannot make up its mind costs no
/// more than one that can. What was held back for that is told when its time comes, if it is still true.
///
/// A value: it has no clock, and sends nothing.
struct PresenceBoard {
    private struct Entry {
        var sockets: [(address: SessionAddress, status: PresenceStatus)] = []
        var channels: [ChannelID] = []
        /// What others believe, and since when.
        var told = PresenceStatus.offline
        var toldAt: Instant?
        /// When the last socket left by which the user could be seen, as long as none has come.
        var leftAt: Instant?
        var lastSeenAt: Timestamp?
        /// Among those that `advance` looks at next.
        var isNoted = false

        var status: PresenceStatus { sockets.reduce(.offline) { max($0, $1.status) } }
    }

    private var entries: [UserID: Entry] = [:]
    /// Users who have a socket.
    private(set) var presentCount = 0
    /// Users of whom something may have to be told.
    private var noted: [UserID] = []
    /// Who left, and who was told of, in the order of time.
    private var leaving = DelayLine<UserID>()
    private var resting = DelayLine<UserID>()
    /// When users were last there who have gone out of sight since this was last taken.
    private var seen: [UserID: Timestamp] = [:]

    // MARK: What happens

    /// A socket has come, or says something else than before.
    mutating func report(_ status: PresenceStatus, of user: UserID, by socket: SessionAddress, wall: Timestamp) {
        var entry = entries[user] ?? Entry()
        let before = entry.status
        if let index = entry.sockets.firstIndex(where: { $0.address == socket }) {
            entry.sockets[index].status = status
        } else {
            if entry.sockets.isEmpty { presentCount += 1 }
            entry.sockets.append((socket, status))
        }
        let after = entry.status
        if after != .offline {
            entry.leftAt = nil
        } else if before != .offline {
            // Said, and not come about by a socket that was lost: nobody is waited for.
            entry.leftAt = nil
            entry.lastSeenAt = wall
            seen[user] = wall
        }
        keep(entry, of: user)
    }

    /// A socket is gone.
    mutating func leave(_ user: UserID, by socket: SessionAddress, at now: Instant, wall: Timestamp) {
        guard var entry = entries[user], let index = entry.sockets.firstIndex(where: { $0.address == socket }) else {
            return
        }
        let before = entry.status
        entry.sockets.remove(at: index)
        if entry.sockets.isEmpty { presentCount -= 1 }
        if before != .offline, entry.status == .offline {
            entry.leftAt = now
            entry.lastSeenAt = wall
            seen[user] = wall
            leaving.append(user, at: now)
        }
        keep(entry, of: user)
    }

    /// The channels whose watchers hear of a user, from now on.
    mutating func setChannels(_ channels: [ChannelID], of user: UserID) { entries[user]?.channels = channels }

    private mutating func keep(_ entry: Entry, of user: UserID) {
        var entry = entry
        if !entry.isNoted {
            entry.isNoted = true
            noted.append(user)
        }
        entries[user] = entry
    }

    // MARK: What is told

    /// What others have been told of a user; `nil` when nothing is known here, not even when the user was last seen.
    func presence(of user: UserID) -> Presence? {
        guard let entry = entries[user] else { return nil }
        if entry.told != .offline { return Presence(user: user, status: entry.told, lastSeenAt: nil) }
        return entry.lastSeenAt.map { Presence(user: user, status: .offline, lastSeenAt: $0) }
    }

    /// The changes that are to be told now.
    mutating func advance(to now: Instant, _ limits: Limits) -> [PresenceChange] {
        while let (user, _) = leaving.pop(after: limits.presenceLeaveMilliseconds, at: now) { note(user) }
        while let (user, _) = resting.pop(after: limits.presenceChangeMilliseconds, at: now) { note(user) }
        guard !noted.isEmpty else { return [] }
        var changes: [PresenceChange] = []
        for user in noted {
            if let change = settle(user, at: now, limits) { changes.append(change) }
        }
        noted.removeAll(keepingCapacity: noted.count < 1_024)
        return changes
    }

    /// When something may have to be told although nothing happens.
    func next(_ limits: Limits) -> Instant? {
        earlier(
            leaving.next(after: limits.presenceLeaveMilliseconds),
            resting.next(after: limits.presenceChangeMilliseconds))
    }

    private mutating func note(_ user: UserID) {
        guard entries[user]?.isNoted == false else { return }
        entries[user]?.isNoted = true
        noted.append(user)
    }

    private mutating func settle(_ user: UserID, at now: Instant, _ limits: Limits) -> PresenceChange? {
        guard var entry = entries[user] else { return nil }
        entry.isNoted = false
        let status = entry.status
        let isResting = entry.toldAt.map { now < $0.adding(milliseconds: limits.presenceChangeMilliseconds) } ?? false
        var change: PresenceChange?
        if status == entry.told {
            if entry.sockets.isEmpty, !isResting {
                entries[user] = nil
                return nil
            }
        } else if !isResting, !isAwaited(entry, at: now, limits) {
            entry.told = status
            entry.toldAt = now
            resting.append(user, at: now)
            let lastSeenAt = status == .offline ? entry.lastSeenAt : nil
            change = PresenceChange(
                presence: Presence(user: user, status: status, lastSeenAt: lastSeenAt), channels: entry.channels)
        }
        entries[user] = entry
        return change
    }

    /// Gone so short a time ago that the user may come back.
    private func isAwaited(_ entry: Entry, at now: Instant, _ limits: Limits) -> Bool {
        guard let leftAt = entry.leftAt else { return false }
        return now < leftAt.adding(milliseconds: limits.presenceLeaveMilliseconds)
    }

    // MARK: What is kept

    /// When those were last there who have gone out of sight since this was last asked.
    mutating func takeSeen() -> [UserID: Timestamp] {
        guard !seen.isEmpty else { return [:] }
        defer { seen = [:] }
        return seen
    }

    /// Those who can be seen.
    var visible: [UserID] { entries.filter { $0.value.status != .offline }.map(\.key) }

    /// Whether a user looks at any of their sockets: one that says it is away does not count.
    func isActive(_ user: UserID) -> Bool {
        entries[user]?.sockets.contains { $0.status != .away } ?? false
    }

    /// Users of whom something is kept.
    var count: Int { entries.count }
}
