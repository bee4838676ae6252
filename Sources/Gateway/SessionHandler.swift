internal import Auth
public import Base
internal import Channels
public import REST
internal import Telemetry
public import WSServer
public import Wire

/// Sessions on one side, journal and archive on the other: one worker's half of the application.
public final class SessionHandler: ConnectionHandler {
    /// A client instance of one user; another user's of the same name is another.
    struct Instance: Hashable {
        var user: UserID
        var session: SessionID
    }

    let worker: Int
    let outlet: any Outlet
    private(set) var services: Services
    private(set) var router: Router
    let switchboard: Switchboard
    let workerCount: Int
    let numbers: SessionNumbers
    private(set) var limits: Limits
    private(set) var rules: Session.Rules
    var random: RandomSource
    /// What is compressed must hold no secret beside words that others chose (RFC 7692 section 8): its length would
    /// tell of the secret. Tokens only ever come from clients; the server sends none over a socket.
    var compressor: SharedCompressor

    var admission: Admission
    private var refusals = RefusalFrame()

    var seats: [ConnectionID: Seat] = [:]
    /// Streams that wait for their place in the order.
    var openings: [ConnectionID: StreamOpening] = [:]
    /// Those of which it is asked elsewhere whom they are for.
    var asked: [ConnectionID: HTTPRequest] = [:]
    /// Whom the tickets and cookies of upgrades spoke for, until their sockets are open.
    private var presented: [ConnectionID: Result<AccessClaims, Rejection>] = [:]
    var topics = Topics<Seat>()
    var resting = Resting<Seat>()
    var desk: PresenceDesk
    /// By login and by client instance, for closing those that ended or moved.
    private(set) var logins: [LoginID: [Seat]] = [:]
    private var instances: [Instance: Seat] = [:]
    /// Rates of those whose sockets have closed, so that nobody has a new one by coming back.
    private var rates: [UserID: CommandRate] = [:]
    private(set) var isDraining = false
    private var seatsAtDrain = 0

    public init(
        worker: Int, outlet: any Outlet, services: Services, router: Router, switchboard: Switchboard,
        random: RandomSource = .system
    ) {
        self.random = random
        self.worker = worker
        self.outlet = outlet
        self.services = services
        self.router = router
        self.switchboard = switchboard
        workerCount = switchboard.workerCount
        numbers = services.numbers.numbers(of: worker)
        limits = services.settings.limits
        compressor = SharedCompressor(messageBytesMin: limits.deflateBytesMin)
        admission = Admission(limits: limits, seed: self.random.next(), now: outlet.now)
        desk = PresenceDesk(limits, at: outlet.now)
        rules = Self.rules(services, numbers)
    }

    private static func rules(_ services: Services, _ numbers: SessionNumbers) -> Session.Rules {
        Session.Rules(limits: services.settings.limits, epoch: services.epoch, refusals: numbers.refusals) {
            services.authentication(of: $0)
        }
    }

    /// Sessions that are there keep the bounds that they were told of.
    private func renew(_ services: Services, _ router: Router) {
        self.services = services
        self.router = router
        limits = services.settings.limits
        admission.limits = limits
        rules = Self.rules(services, numbers)
        compressor = SharedCompressor(messageBytesMin: limits.deflateBytesMin)
    }

    // MARK: Requests

    public func received(_ request: HTTPRequest, on connection: ConnectionID) {
        if SocketUpgrade.isAsked(request.head), router.isAllowed(request.head.host) {
            if isDraining {
                let stopping = HTTPViolation(status: 503, reason: "the server is stopping; connect again soon")
                return outlet.respond(
                    router.refusal(of: stopping, to: request.head, from: request.client), to: connection)
            }
            switch SocketUpgrade.answer(request, services.settings) {
            case .success(let accepted):
                // A resume may come first, and may be larger than any other command.
                let isOpen = outlet.upgrade(
                    connection, with: accepted.response, messageBytesMax: limits.resumeBytesMax,
                    deflate: accepted.deflate)
                if isOpen { presented[connection] = services.presented(by: request) }
                return
            case .failure(let error):
                return outlet.respond(router.answer(error, to: request.head, from: request.client), to: connection)
            }
        }
        if StreamOpening.isAsked(request.head), router.isAllowed(request.head.host) {
            return beginStream(request, on: connection)
        }
        guard isAdmitted(request, on: connection) else {
            return outlet.respond(
                router.answer(APIError(busy()), to: request.head, from: request.client), to: connection)
        }
        let router = router, switchboard = switchboard, worker = worker, log = services.log, time = services.time
        Task(executorPreference: services.executor) {
            let begun = time.instant()
            let response = await router.answer(
                request.head, body: request.body, stream: request.stream, from: request.client)
            log.debug(
                "answered",
                [
                    // The query stays out: some clients put secrets there.
                    "method": request.head.method.rawValue, "path": request.head.path, "status": "\(response.status)",
                    "milliseconds": "\(time.instant().milliseconds(since: begun))",
                    "client": request.client.address?.description ?? "local",
                    "request_id": response.headers["x-request-id"] ?? "",
                ])
            switchboard.post(.response(response, connection), to: worker)
        }
    }

    public func bodyPlan(of head: HTTPRequestHead) -> BodyPlan? { router.bodyPlan(of: head) }

    private func isAdmitted(_ request: HTTPRequest, on connection: ConnectionID) -> Bool {
        let work = request.client.isLocal ? nil : Admission.Work(request.head)
        if let work, !admission.room(held: 0).takes(work) {
            admission.refused()
            return false
        }
        // A login waits for its password's hash and an upload for its client: that tells nothing of others' delay.
        let tells = (work == .read || work == .change) && request.stream == nil
        admission.tookRequest(connection.rawValue, isMeasured: tells, at: outlet.now)
        return true
    }

    public func refusal(
        of violation: HTTPViolation, to head: HTTPRequestHead?, from client: HTTPClient
    ) -> HTTPResponse {
        router.refusal(of: violation, to: head, from: client)
    }

    // MARK: Sockets

    public func opened(_ connection: ConnectionID) {
        let session = Session(
            rules: rules, random: random.fork(), openedAt: outlet.now,
            presented: presented.removeValue(forKey: connection))
        let seat = Seat(
            connection: connection, session: session, form: .socket(outlet.deflate(of: connection)), limits: limits)
        #if DEBUG
            seat.feed.planted = services.planted
        #endif
        seats[connection] = seat
        numbers.sockets.add()
        send(Envelope.hello(limits, server: "confab/\(services.settings.version)"), to: seat)
        // The stop may have begun between the answer to its request and now.
        if isDraining { sendAway(seat) }
    }

    public func received(_ event: WebSocketEvent, on connection: ConnectionID) {
        guard let seat = seats[connection] else { return }
        switch event {
        case .text(let frame):
            numbers.commands.add()
            if admission.isTight, seat.heardIn != admission.interval {
                seat.heardIn = admission.interval
                admission.heardOneMore()
            }
            let room = admission.room(held: seat.session.inFlightCount)
            perform(seat.session.receive(frame, at: outlet.now, room: room), for: seat)
        case .binary: perform(.close(.unsupportedData), for: seat)
        case .ping, .pong, .closed: return
        }
        if seat.session.isBlocked { outlet.pause(connection) }
    }

    public func closed(_ connection: ConnectionID) {
        presented[connection] = nil
        guard let seat = seats.removeValue(forKey: connection) else { return }
        if seat.isStream { numbers.streams.add(-1) } else { numbers.sockets.add(-1) }
        for channel in seat.channels { topics.remove(seat, from: channel) }
        if let identity = seat.session.identity {
            disappear(seat, identity.user)
            sawLogin(of: seat)
            if !seat.isStream { keep(seat.session.rate, of: identity.user) }
            leave(identity.login, seat)
            if instances[identity.instance] === seat { instances[identity.instance] = nil }
        }
        seat.session.end()
    }

    private func leave(_ login: LoginID, _ seat: Seat) {
        logins[login]?.removeAll { $0 === seat }
        if logins[login]?.isEmpty == true { logins[login] = nil }
    }

    private func keep(_ rate: CommandRate, of user: UserID) {
        rates[user] = rate
        guard rates.count > limits.ratesKeptMax else { return }
        rates = rates.filter { !$0.value.isForgotten(limits, at: outlet.now) }
        // If all of them are busy, the memory matters more.
        if rates.count > limits.ratesKeptMax { rates = [:] }
    }

    public func timePassed(on connection: ConnectionID, _ activity: Activity) -> Instant {
        guard let seat = seats[connection] else { return outlet.now.adding(milliseconds: limits.heartbeatMilliseconds) }
        let now = outlet.now, wall = services.time.now()
        let (reaction, next) =
            if seat.isStream, let identity = seat.session.identity {
                seat.pulse.advance(to: now, wall: wall, activity, identity, limits)
            } else {
                seat.session.advance(to: now, wall: wall, activity)
            }
        perform(reaction, for: seat)
        sawLogin(of: seat, isOften: true)
        return next
    }

    /// Nothing more is taken from anybody; who waits for an answer still gets it.
    public func drain() {
        isDraining = true
        seatsAtDrain = seats.count
        keepLastSeen()
        // In an order that a test can repeat.
        for seat in seats.values.sorted(by: { $0.connection.rawValue < $1.connection.rawValue }) {
            outlet.pause(seat.connection)
            sendAway(seat)
        }
    }

    /// Tells a client of a server that stops when to come back, once all its commands are answered: each socket its own
    /// delay, so that they do not all come at once; the more there are, the longer.
    private func sendAway(_ seat: Seat) {
        guard isDraining, seat.session.isQuiet else { return }
        let delay = Int.random(in: 500...min(30_000, 5_000 + seatsAtDrain), using: &random)
        send(Envelope.reconnect(retryAfterMilliseconds: delay), to: seat)
        close(seat, .serverRestart, retryAfterMilliseconds: delay)
    }

    private func perform(_ reaction: Session.Reaction, for seat: Seat) {
        switch reaction {
        case .nothing: return
        case .reply(let message): send(message, to: seat)
        case .turnAway(let id):
            admission.refused()
            numbers.refusals.count(.overloaded)
            rest(seat)
            guard id != .none else { return }
            outlet.send(refusals.frame(to: id, retryAfterMilliseconds: admission.retryAfter()), to: seat.connection)
        case .propose(let proposal):
            let address = SessionAddress(worker: worker, connection: seat.connection.rawValue)
            if services.journal.submit(proposal, from: address) {
                admission.took(at: outlet.now)
            } else {
                admission.refused()
                perform(seat.session.withdraw(busy()), for: seat)
            }
        case .read(let command, let id, let user): read(command, id, user, for: seat)
        case .pass(let command, let id): perform(command, id, for: seat)
        case .close(let why): close(seat, why)
        case .abort(let why): abort(seat, why)
        case .ping: ping(seat)
        case .authenticate(let token): authenticate(token, for: seat.connection)
        case .moved(let old, let reply):
            leave(old, seat)
            if let login = seat.session.identity?.login { logins[login, default: []].append(seat) }
            if !reply.isEmpty { send(reply, to: seat) }
        }
    }

    /// Asks elsewhere whom a token speaks for, and goes on with others meanwhile.
    func authenticate(_ token: String, for connection: ConnectionID) {
        let services = services, switchboard = switchboard, worker = worker
        Task(executorPreference: services.executor) {
            let result = await services.claims(of: token)
            switchboard.post(.authenticated(result, connection), to: worker)
        }
    }

    private func take(_ answer: Result<AccessClaims, Rejection>, for connection: ConnectionID) {
        var result = answer
        // It may have ended since it was asked about, and nobody here would hear of that any more.
        if case .success(let claims) = answer, services.endedLogins.contains(claims.login) {
            result = .failure(.loginEnded)
        }
        if let request = asked.removeValue(forKey: connection) {
            return beginStream(request, on: connection, for: result)
        }
        guard let seat = seats[connection] else { return }
        perform(seat.session.authenticated(result), for: seat)
        unblock(seat)
    }

    func busy() -> Rejection { .overloaded(retryAfterMilliseconds: admission.retryAfter()) }

    func send(_ message: [UInt8], to seat: Seat) {
        outlet.send(compressor.frame(message, for: seat.form), to: seat.connection)
    }

    private func ping(_ seat: Seat) {
        switch seat.form {
        case .socket: outlet.sendAhead(WebSocketFrame.text(Envelope.ping), to: seat.connection)
        case .stream(let framing): outlet.send(framing.piece(EventStream.ping), to: seat.connection)
        }
    }

    func close(_ seat: Seat, _ why: SessionClose, retryAfterMilliseconds: Int? = nil) {
        switch seat.form {
        case .socket:
            let reason = why.reason(retryAfterMilliseconds: retryAfterMilliseconds)
            outlet.close(seat.connection, why.closeCode, reason: reason)
        case .stream(let framing):
            let last = framing.piece(why.event(retryAfterMilliseconds: retryAfterMilliseconds))
            outlet.endStream(seat.connection, with: last, isAtOnce: false)
        }
    }

    /// Closes without what is queued.
    func abort(_ seat: Seat, _ why: SessionClose) {
        switch seat.form {
        case .socket: outlet.abort(seat.connection, why.closeCode, reason: why.reason())
        case .stream(let framing):
            outlet.endStream(seat.connection, with: framing.piece(why.event()), isAtOnce: true)
        }
    }

    // MARK: Letters

    public func received(_ letters: [SessionLetter]) {
        for letter in letters {
            switch letter {
            case .announcements(let batch, let milliseconds):
                for announcement in batch { hear(announcement) }
                admission.pass(to: outlet.now, storedIn: milliseconds)
            case .renewed(let services, let router):
                renew(services, router)
            case .response(let response, let connection):
                admission.settledRequest(connection.rawValue, at: outlet.now)
                outlet.respond(response, to: connection)
            case .read(let frame, let connection):
                guard let seat = seats[connection] else { continue }
                outlet.send(frame, to: connection)
                seat.session.finishReading()
                unblock(seat)
            case .authenticated(let result, let connection):
                take(result, for: connection)
            case .presence(let letter):
                hear(letter.content)
            case .connections(let order):
                hear(order)
            case .fed(let part, let connection):
                if let seat = seats[connection] { took(part, for: seat) }
            }
        }
    }

    private func hear(_ announcement: Announcement) {
        switch announcement {
        case .committed(let committed):
            if let address = committed.address { answer(committed, at: address) }
            for event in committed.decision.events { tell(event) }
            for notice in committed.decision.notices { tell(notice) }
        case .loginEnded(let login, let why):
            // Nothing that is still queued is for them any more.
            let close = why == .blocked ? SessionClose.userBlocked : .sessionRevoked
            for seat in logins[login] ?? [] { perform(.abort(close), for: seat) }
        }
    }

    /// The reply comes before the events that its command caused.
    private func answer(_ committed: Committed, at address: SessionAddress) {
        if case .success(.attended(let attendance)) = committed.decision.result { replace(attendance, by: address) }
        guard address.worker == worker else { return }
        admission.settled()
        let connection = ConnectionID(rawValue: address.connection)
        if let opening = openings.removeValue(forKey: connection) {
            return open(opening, on: connection, committed.decision.result)
        }
        guard let seat = seats[connection] else { return }
        settle(committed.decision.result, for: seat)
    }

    /// A client instance that comes back by another socket has left its old one.
    private func replace(_ attendance: Attendance, by address: SessionAddress) {
        guard let old = instances[Instance(user: attendance.user.id, session: attendance.session)],
            address.worker != worker || old.connection.rawValue != address.connection
        else { return }
        close(old, .replaced)
        // Its place is free at once: who has as many sockets as may be comes back as the last of them.
        closed(old.connection)
    }

    private func settle(_ result: Result<Outcome, Rejection>, for seat: Seat) {
        if let begun = seat.session.awaitedSince { numbers.replies.observe(outlet.now.nanoseconds(since: begun)) }
        switch seat.session.settle(result) {
        case .reaction(let reaction): perform(reaction, for: seat)
        case .attended(_, _, _, let identity) where socketCount(of: identity.user) >= limits.socketsPerUserMax:
            return close(seat, .connectionLimit)
        case .attended(let id, let attendance, let resume, let identity):
            enroll(seat, attendance, identity)
            if let resume {
                beginReplay(
                    Seat.Resuming(
                        id: id, request: resume, attendance: attendance,
                        replay: Replay(resume.missing(at: attendance), limits: limits)), for: seat)
            } else {
                let ready = SessionReply.ready(
                    to: id, attendance, epoch: services.epoch, expiresAt: identity.tokenExpiresAt,
                    now: services.time.now(), limits: limits)
                send(ready, to: seat)
            }
        }
        perform(seat.session.releaseRead(), for: seat)
        unblock(seat)
    }

    func unblock(_ seat: Seat) {
        if isDraining { return sendAway(seat) }
        if !seat.session.isBlocked, !seat.isResting { outlet.resume(seat.connection) }
    }

    /// Everybody's own sockets, and no others, listen to what is personal.
    func socketCount(of user: UserID) -> Int { topics[.personal(user)].count }

    /// From its place in the order on, a session hears of everything in its channels.
    func enroll(_ seat: Seat, _ attendance: Attendance, _ identity: Session.Identity) {
        outlet.identified(seat.connection)
        if !seat.isStream, let kept = rates.removeValue(forKey: identity.user) { seat.session.rate = kept }
        outlet.setMessageBytesMax(limits.messageBytesMax, of: seat.connection)
        seat.user = identity.user
        seat.channels = attendance.channels.map(\.channel) + [.personal(identity.user)]
        for channel in seat.channels { topics.add(seat, to: channel) }
        for summary in attendance.channels { topics.setMembersCount(summary.membersCount, of: summary.channel) }
        appear(seat, identity.user, as: identity.status)
        sawLogin(of: seat)
        logins[identity.login, default: []].append(seat)
        instances[identity.instance] = seat
    }
}

extension Session.Identity {
    fileprivate var instance: SessionHandler.Instance { SessionHandler.Instance(user: user, session: session) }
}
