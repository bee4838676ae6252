internal import Auth
public import Base
internal import Channels
internal import REST
internal import Telemetry
internal import WSServer
internal import Wire

/// Who is there, and who wants to know.
extension SessionHandler {
    private func address(of seat: Seat) -> SessionAddress {
        SessionAddress(worker: worker, connection: seat.connection.rawValue)
    }

    /// The worker that decides what others are told of a user.
    private func owner(of user: UserID) -> Int { Switchboard.worker(of: user, among: workerCount) }

    /// Puts a letter where it belongs, which may be here.
    func deliver(_ content: PresenceLetter.Content, to other: Int) {
        if other == worker { hear(content) } else { switchboard.post(PresenceLetter(content), to: other) }
    }

    private func deliverToAll(_ content: PresenceLetter.Content) {
        for other in 0..<workerCount { deliver(content, to: other) }
    }

    // MARK: Sockets

    /// A session has begun.
    func appear(_ seat: Seat, _ user: UserID, as status: PresenceStatus) {
        let owner = owner(of: user)
        deliver(.reported(user, status, address(of: seat)), to: owner)
        deliver(.channels(user, seat.channels), to: owner)
    }

    /// A socket is gone that had identified itself.
    func disappear(_ seat: Seat, _ user: UserID) {
        if let watching = seat.watching { desk.watchers.forget(watching) }
        seat.watching = nil
        deliver(.left(user, address(of: seat)), to: owner(of: user))
    }

    /// The channels of a user's sockets here have become others. To be called by whatever changes `Seat.channels` of a
    /// session that has begun, with the channel that the user is no member of any more.
    func channelsChanged(of user: UserID, left: ChannelID? = nil) {
        let seats = topics[.personal(user)]
        guard let channels = seats.first?.channels else { return }
        if let left {
            for seat in seats {
                guard let watching = seat.watching else { continue }
                desk.watchers.unwatch(left, by: watching)
            }
        }
        deliver(.channels(user, channels), to: owner(of: user))
    }

    // MARK: Commands

    func perform(_ command: PresenceCommand, _ id: CommandID, for seat: Seat) {
        guard let user = seat.session.identity?.user else { return }
        do throws(Rejection) {
            switch command {
            case .typing(let channel, let isTyping):
                try check([channel], of: seat)
                done(id, seat)
                let typing = Typing(channel: channel, user: user, isTyping: isTyping, origin: address(of: seat))
                deliver(.typed(typing), to: owner(of: user))
            case .appear(let status):
                done(id, seat)
                deliver(.reported(user, status, address(of: seat)), to: owner(of: user))
            case .watch(let users, let channels):
                try watch(users, channels, for: seat, of: user)
                done(id, seat)
                ask(users, for: seat)
            case .unwatch(let users, let channels):
                unwatch(users, channels, for: seat)
                done(id, seat)
            }
        } catch {
            numbers.refusals.count(error.code)
            if id != .none { send(Envelope.refusal(to: id, error), to: seat) }
        }
    }

    private func done(_ id: CommandID, _ seat: Seat) {
        if id != .none { send(Envelope.done(id), to: seat) }
    }

    /// Members alone may ask of a channel: those whose sockets listen to it.
    private func check(_ channels: [ChannelID], of seat: Seat) throws(Rejection) {
        guard channels.allSatisfy({ seat.channels.contains($0) }) else { throw .noSuchChannel }
    }

    private func watch(
        _ users: [UserID], _ channels: [ChannelID], for seat: Seat, of user: UserID
    ) throws(Rejection) {
        try check(channels, of: seat)
        let watching = seat.watching ?? Watching(seat.connection, of: user)
        guard watching.userCount(with: users) <= limits.watchedUsersMax else {
            throw Rejection(.quotaExceeded, "a socket may watch \(limits.watchedUsersMax) users")
        }
        guard watching.channelCount(with: channels) <= limits.watchedChannelsMax else {
            throw Rejection(.quotaExceeded, "a socket may watch \(limits.watchedChannelsMax) channels")
        }
        seat.watching = watching
        for user in users { desk.watchers.watch(user, by: watching) }
        for channel in channels { desk.watchers.watch(channel, by: watching) }
    }

    private func unwatch(_ users: [UserID], _ channels: [ChannelID], for seat: Seat) {
        guard let watching = seat.watching else { return }
        for user in users { desk.watchers.unwatch(user, by: watching) }
        for channel in channels { desk.watchers.unwatch(channel, by: watching) }
        if watching.isEmpty { seat.watching = nil }
    }

    /// Has the socket told how it is with these users now.
    private func ask(_ users: [UserID], for seat: Seat) {
        let address = address(of: seat)
        for (owner, share) in Dictionary(grouping: Set(users), by: { owner(of: $0) }) {
            deliver(.asked(share, address), to: owner)
        }
    }

    // MARK: Letters

    func hear(_ content: PresenceLetter.Content) {
        switch content {
        case .reported(let user, let status, let socket):
            desk.board.report(status, of: user, by: socket, wall: services.time.now())
            numbers.users.set(desk.board.presentCount)
        case .left(let user, let socket):
            desk.board.leave(user, by: socket, at: outlet.now, wall: services.time.now())
            numbers.users.set(desk.board.presentCount)
        case .channels(let user, let channels):
            desk.board.setChannels(channels, of: user)
        case .asked(let users, let address):
            answer(users, to: address)
        case .recalled(let users, let seen, let address):
            // What has happened since is newer than what was read.
            let states = users.map { known($0) ?? Presence(user: $0, status: .offline, lastSeenAt: seen[$0]) }
            deliver(.states(states, ConnectionID(rawValue: address.connection)), to: address.worker)
        case .askedActive(let user, let question):
            question.answer(desk.board.isActive(user))
        case .kept(let isKept):
            desk.seen.finish(isKept: isKept, at: outlet.now, limits)
        case .typed(let typing):
            if desk.gate.take(typing, at: outlet.now, limits) { deliverToAll(.typing(typing)) }
        case .changed(let changes):
            guard !desk.watchers.isEmpty else { return }
            for change in changes { desk.queue.add(change) }
        case .typing(let typing):
            tell(typing)
        case .states(let states, let connection):
            guard let seat = seats[connection] else { return }
            for state in states where outlet.hasRoom(connection) {
                var shared = SharedFrame.text(Envelope.presence(state))
                outlet.send(shared.form(for: seat.form, by: &compressor), to: connection)
            }
        }
    }

    private func answer(_ users: [UserID], to address: SessionAddress) {
        var states: [Presence] = [], unknown: [UserID] = []
        for user in users {
            if let state = known(user) { states.append(state) } else { unknown.append(user) }
        }
        deliver(.states(states, ConnectionID(rawValue: address.connection)), to: address.worker)
        guard !unknown.isEmpty else { return }
        let accounts = services.accounts, switchboard = switchboard, worker = worker, asked = unknown
        Task(executorPreference: services.executor) {
            // When they cannot be read, it is not known when they were last seen; that they are not there is.
            let seen = (try? await accounts.lastSeen(of: asked)) ?? [:]
            switchboard.post(PresenceLetter(.recalled(asked, seen, address)), to: worker)
        }
    }

    private func known(_ user: UserID) -> Presence? {
        desk.board.presence(of: user)
            ?? desk.seen[user].map { Presence(user: user, status: .offline, lastSeenAt: $0) }
    }

    // MARK: Telling

    /// Whether what may be lost is sent to a socket: only when it is not behind, and would hear of it at once.
    private func takesPassing(_ seat: Seat) -> Bool {
        seat.feed.isLive && outlet.queuedByteCount(of: seat.connection) <= limits.passingBytesMax
            && outlet.hasRoom(seat.connection)
    }

    private func tell(_ typing: Typing) {
        let isSmall = topics.membersCount(of: typing.channel) <= limits.typingMembersMax
        let listeners =
            isSmall ? topics[typing.channel] : desk.watchers[typing.channel].compactMap { seats[$0.connection] }
        guard !listeners.isEmpty else { return }
        let origin = typing.origin.flatMap { $0.worker == worker ? $0.connection : nil }
        var shared = SharedFrame.text(
            Envelope.typing(typing, shownMilliseconds: TypingGate.shownMilliseconds(limits)))
        for seat in listeners where seat.connection.rawValue != origin && takesPassing(seat) {
            outlet.send(shared.form(for: seat.form, by: &compressor), to: seat.connection)
        }
    }

    private func tell(_ change: PresenceChange) {
        desk.told += 1
        let told = desk.told
        var shared = SharedFrame.text(Envelope.presence(change.presence))
        for list in desk.watchers.lists(for: change) {
            for watching in list where watching.told != told && watching.wants(change.presence.user) {
                watching.told = told
                guard let seat = seats[watching.connection], takesPassing(seat) else { continue }
                outlet.send(shared.form(for: seat.form, by: &compressor), to: watching.connection)
            }
        }
    }

    // MARK: Time

    /// A login's socket begins, ends, or is there all the time, which is noted now and then.
    func sawLogin(of seat: Seat, isOften: Bool = false) {
        guard let login = seat.session.identity?.login, !desk.isClosed else { return }
        let now = outlet.now
        if isOften, let last = seat.loginSeenAt,
            now.milliseconds(since: last) < LastSeen.loginPauseMilliseconds
        {
            return
        }
        seat.loginSeenAt = now
        desk.seen.note(LastSeen(logins: [login: services.time.now()]), at: now, limits)
    }

    public func timePassed(at now: Instant) -> Instant? {
        let changes = desk.board.advance(to: now, limits)
        if !changes.isEmpty { deliverToAll(.changed(changes)) }
        for typing in desk.gate.advance(to: now, limits) { deliverToAll(.typing(typing)) }
        if !desk.queue.isEmpty { tellChanges(at: now) }
        desk.seen.note(LastSeen(users: desk.board.takeSeen()), at: now, limits)
        if !desk.isClosed, let seen = desk.seen.take(at: now) { write(seen) }
        return [desk.next(limits), wakeResting(at: now)].compactMap { $0 }.min()
    }

    private func tellChanges(at now: Instant) {
        let watchers = desk.watchers
        while let change = desk.queue.take(
            at: now, limits, cost: { change in watchers.lists(for: change).reduce(0) { $0 + $1.count } })
        {
            tell(change)
        }
    }

    private func write(_ seen: LastSeen) {
        let accounts = services.accounts, switchboard = switchboard, worker = worker
        Task(executorPreference: services.executor) {
            let isKept: Bool
            do throws(AccountFailure) {
                try await accounts.touch(seen)
                isKept = true
            } catch {
                isKept = false
            }
            switchboard.post(PresenceLetter(.kept(isKept)), to: worker)
        }
    }

    /// The server stops: those who are there were last seen now.
    func keepLastSeen() {
        let now = services.time.now()
        var seen = LastSeen(users: desk.board.takeSeen())
        for user in desk.board.visible { seen.users[user] = now }
        for login in logins.keys { seen.logins[login] = now }
        desk.seen.note(seen, at: outlet.now, limits)
        desk.seen.hurry(at: outlet.now)
        if let seen = desk.seen.take(at: outlet.now) { write(seen) }
        desk.isClosed = true
    }
}
