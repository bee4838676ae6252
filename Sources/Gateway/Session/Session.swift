internal import Auth
internal import Base
internal import Channels
internal import REST
internal import WSServer

/// One client's conversation, without its socket: frames in, and what is to be done about each. Pure but for chance,
/// which is given to it.
struct Session {
    /// What a frame, an outcome or the time asks for.
    enum Reaction: Equatable, Sendable {
        case nothing
        case reply([UInt8])
        /// Refuse the command as `overloaded`.
        case turnAway(CommandID)
        /// Hand the command to the journal.
        case propose(Proposal)
        /// Read from the log for a command.
        case read(ReadCommand, CommandID, UserID)
        /// Do, and answer, what is never written down.
        case pass(PresenceCommand, CommandID)
        case close(SessionClose)
        /// End a socket that takes nothing.
        case abort(SessionClose)
        /// Send a ping ahead of what is queued.
        case ping
        /// Ask elsewhere whom a token speaks for; `authenticated` takes the answer.
        case authenticate(String)
        /// The session belongs to another login of its user from now on; send the reply.
        case moved(from: LoginID, [UInt8])
    }

    /// What is known at once of whom a token speaks for.
    enum Authentication: Sendable {
        case settled(Result<AccessClaims, Rejection>)
        /// It has to be asked elsewhere.
        case elsewhere
    }

    /// What a session needs to know of the server. One object for all of them: the limits alone would take hundreds of
    /// bytes of each.
    final class Rules: Sendable {
        let limits: Limits
        let epoch: String
        /// Where it is counted what is refused.
        let refusals: RefusalCounts
        /// Who a token speaks for.
        let authenticate: @Sendable (String) -> Authentication

        init(
            limits: Limits, epoch: String, refusals: RefusalCounts = RefusalCounts(),
            authenticate: @escaping @Sendable (String) -> Authentication
        ) {
            self.limits = limits
            self.epoch = epoch
            self.refusals = refusals
            self.authenticate = authenticate
        }
    }

    private enum Phase {
        /// Nobody yet.
        case greeting
        /// The journal has been asked for the session's place in the order.
        case attending(Attending)
        case open(Identity)
        case ended
    }

    /// A token that is being asked about elsewhere, and what it was given for.
    private struct Asking {
        enum Purpose {
            case begin(resume: ResumeRequest?, PresenceStatus?)
            case refresh
        }

        var id: CommandID
        var purpose: Purpose
    }

    private struct Attending {
        var id: CommandID
        var claims: AccessClaims
        var resume: ResumeRequest?
        var status: PresenceStatus?
    }

    struct Identity: Equatable, Sendable {
        var user: UserID
        var login: LoginID
        var session: SessionID
        var tokenExpiresAt: Timestamp
        /// As what the socket begins.
        var status = PresenceStatus.online
    }

    private let rules: Rules
    private var random: RandomSource
    private var phase = Phase.greeting
    private var failedAttempts = 0
    let openedAt: Instant
    /// Whom the upgrade's ticket or cookie spoke for, where it had one: who identifies without a token is that.
    private let presented: Result<AccessClaims, Rejection>?
    private var asking: Asking?
    /// The client has been told that its token is nearly over.
    private var hasWarned = false
    var rate: CommandRate
    private var pingedAt: Instant?
    /// Commands that wait for their commit, in the order in which they were sent and will be answered.
    private var inFlight: [(id: CommandID, since: Instant)] = []
    private var inFlightHead = 0
    /// A read that waits until everything before it is committed, so that it sees the sender's own words.
    private var waitingRead: (ReadCommand, CommandID)?
    /// A read whose answer is awaited, or a replay; nothing after it is looked at before it is answered.
    private var isReading = false

    init(
        rules: Rules, random: RandomSource, openedAt: Instant, presented: Result<AccessClaims, Rejection>? = nil
    ) {
        self.rules = rules
        self.presented = presented
        self.random = random
        self.openedAt = openedAt
        rate = CommandRate(rules.limits, at: openedAt)
    }

    /// A session whose request has said who it is, and which only listens.
    init(rules: Rules, random: RandomSource, openedAt: Instant, identity: Identity) {
        self.init(rules: rules, random: random, openedAt: openedAt)
        phase = .open(identity)
    }

    var identity: Identity? {
        guard case .open(let identity) = phase else { return nil }
        return identity
    }

    /// Commands that wait for their commit.
    var inFlightCount: Int { inFlight.count - inFlightHead }

    /// When the first of them was understood.
    var awaitedSince: Instant? { inFlightCount > 0 ? inFlight[inFlightHead].since : nil }

    /// Whether every command has been answered.
    var isQuiet: Bool {
        if case .attending = phase { return false }
        return inFlightCount == 0 && !isReading && waitingRead == nil && asking == nil
    }

    /// Whether the next frame has to wait: commands of one socket take effect in their order.
    var isBlocked: Bool {
        if case .attending = phase { return true }
        return isReading || waitingRead != nil || asking != nil || inFlightCount >= rules.limits.commandsInFlightMax
    }

    // MARK: Frames

    /// - Parameter room: what is taken on just now; anything else is turned away before more is done about it.
    mutating func receive(_ frame: [UInt8], at now: Instant, room: Admission.Room = .everything) -> Reaction {
        if room != .everything, frame.count <= rules.limits.messageBytesMax, let head = CommandHead(frame),
            let work = head.work, !room.takes(work)
        {
            // What is turned away was sent all the same.
            if rate.take(1, rules.limits, at: now) == .tooMany { return .close(.rateLimited) }
            return .turnAway(head.id)
        }
        let root: JSONElement
        do throws(JSONError) {
            root = try JSONDocument(parsing: frame).root
        } catch {
            // Members named twice, lone surrogates or deep nesting are mistakes of a client; what is no JSON object at
            // all is no client of this protocol.
            switch error {
            case .duplicateMember, .loneSurrogate, .nulCharacter, .tooDeep:
                return refuseUnread(Rejection(.badRequest, "no acceptable JSON (\(error))"), at: now)
            default:
                return .close(.badRequest)
            }
        }
        guard root.isObject else { return .close(.badRequest) }
        guard let id = CommandID(root["id"]) else {
            return refuseUnread(
                Rejection(.badRequest, "id must be an integer or a string of at most 64 bytes"), at: now)
        }
        let type = root["type"]
        let isResume = type?.isString("resume") ?? false
        if frame.count > rules.limits.messageBytesMax, !isResume { return .close(.messageTooBig) }
        switch rate.take(cost(of: type), rules.limits, at: now) {
        case .allowed: break
        case .wait(let milliseconds): return refuse(id, rateLimited(milliseconds))
        case .tooMany: return .close(.rateLimited)
        }
        do throws(Rejection) {
            let command = try ClientCommand.read(root, limits: rules.limits, random: &random)
            if let work = command.work, !room.takes(work) { return .turnAway(id) }
            return try react(to: command, id, at: now)
        } catch {
            return refuse(id, error)
        }
    }

    /// Refuses what has no id that could be given back. It is counted like any other: reading it was the same work.
    private mutating func refuseUnread(_ rejection: Rejection, at now: Instant) -> Reaction {
        let told: Rejection
        switch rate.take(1, rules.limits, at: now) {
        case .allowed: told = rejection
        case .wait(let milliseconds): told = rateLimited(milliseconds)
        case .tooMany: return .close(.rateLimited)
        }
        rules.refusals.count(told.code)
        return .reply(Envelope.refusal(to: .none, told))
    }

    private func rateLimited(_ milliseconds: Int) -> Rejection {
        let limits = rules.limits, seconds = limits.commandWindowMilliseconds / 1_000
        let window = seconds > 0 ? "\(seconds) s" : "\(limits.commandWindowMilliseconds) ms"
        return Rejection(
            .rateLimited, "\(limits.commandCountMax) commands per \(window)", retryAfterMilliseconds: milliseconds)
    }

    private func cost(of type: JSONElement?) -> Int {
        guard let type, type.isString("history.get") || type.isString("events.get") || type.isString("watch") else {
            return 1
        }
        return rules.limits.readCommandCost
    }

    private mutating func react(
        to command: ClientCommand, _ id: CommandID, at now: Instant
    ) throws(Rejection) -> Reaction {
        switch (command, phase) {
        case (.identify(let token, let status), .greeting):
            return try attend(id, token: token, status, resume: nil)
        case (.resume(let request), .greeting):
            guard request.epoch == rules.epoch else {
                throw Rejection(.cannotResume, "the history is not the one of this epoch; identify afresh")
            }
            return try attend(id, token: request.token, request.status, resume: request)
        case (.identify, _), (.resume, _):
            throw Rejection(.badRequest, "this socket is identified already")
        case (_, .greeting), (_, .attending), (_, .ended):
            throw Rejection(.invalidToken, "identify first")
        case (.propose(let command), .open(let identity)):
            inFlight.append((id, now))
            return .propose(Proposal(user: identity.user, command: command))
        case (.read, .open) where id == .none:
            // Nobody would hear what was read.
            return .nothing
        case (.read(let read), .open(let identity)):
            guard inFlightCount == 0 else {
                waitingRead = (read, id)
                return .nothing
            }
            isReading = true
            return .read(read, id, identity.user)
        case (.presence(let command), .open):
            return .pass(command, id)
        case (.refresh(let token), .open(let identity)):
            switch rules.authenticate(token) {
            case .settled(let result): return renew(id, identity, result)
            case .elsewhere:
                asking = Asking(id: id, purpose: .refresh)
                return .authenticate(token)
            }
        case (.ping, .open):
            return id == .none ? .nothing : .reply(Envelope.pong(to: id))
        }
    }

    private mutating func attend(
        _ id: CommandID, token: String?, _ status: PresenceStatus?, resume: ResumeRequest?
    ) throws(Rejection) -> Reaction {
        guard let token else {
            guard let presented else { throw .invalid("/token", "required", "token is required") }
            return begin(id, presented, status, resume: resume)
        }
        switch rules.authenticate(token) {
        case .settled(let result): return begin(id, result, status, resume: resume)
        case .elsewhere:
            asking = Asking(id: id, purpose: .begin(resume: resume, status))
            return .authenticate(token)
        }
    }

    private mutating func begin(
        _ id: CommandID, _ result: Result<AccessClaims, Rejection>, _ status: PresenceStatus?, resume: ResumeRequest?
    ) -> Reaction {
        switch result {
        case .success(let claims):
            phase = .attending(Attending(id: id, claims: claims, resume: resume, status: status))
            let attend = Attend(login: claims.login, session: resume?.session ?? SessionID(random: &random))
            return .propose(Proposal(user: claims.user, command: .attend(attend)))
        case .failure(let rejection) where rejection.isTemporary:
            return refuse(id, rejection)
        case .failure(let rejection):
            return failedAttempt(id, rejection)
        }
    }

    /// Another token for the same user, by the same login or another.
    private mutating func renew(
        _ id: CommandID, _ identity: Identity, _ result: Result<AccessClaims, Rejection>
    ) -> Reaction {
        switch result {
        case .failure(let rejection): return refuse(id, rejection)
        case .success(let claims) where claims.user != identity.user:
            return refuse(id, Rejection(.invalidToken, "the token is another user's"))
        case .success(let claims):
            var renewed = identity
            renewed.login = claims.login
            renewed.tokenExpiresAt = claims.expiresAt
            phase = .open(renewed)
            hasWarned = false
            let reply = Envelope.reply(to: id) { json in json.member("token_expires_at", claims.expiresAt) }
            if claims.login != identity.login { return .moved(from: identity.login, id == .none ? [] : reply) }
            return id == .none ? .nothing : .reply(reply)
        }
    }

    /// What has been said elsewhere of the token that was asked about.
    mutating func authenticated(_ result: Result<AccessClaims, Rejection>) -> Reaction {
        guard let asked = asking else { return .nothing }
        asking = nil
        switch (asked.purpose, phase) {
        case (.begin(let resume, let status), .greeting): return begin(asked.id, result, status, resume: resume)
        case (.refresh, .open(let identity)): return renew(asked.id, identity, result)
        default: return .nothing
        }
    }

    private mutating func failedAttempt(_ id: CommandID, _ rejection: Rejection) -> Reaction {
        failedAttempts += 1
        phase = .greeting
        guard failedAttempts < rules.limits.identifyAttemptsMax else { return .close(.invalidToken) }
        return refuse(id, rejection)
    }

    private func refuse(_ id: CommandID, _ rejection: Rejection) -> Reaction {
        rules.refusals.count(rejection.code)
        return id == .none ? .nothing : .reply(Envelope.refusal(to: id, rejection))
    }

    // MARK: Outcomes

    /// What has become of the oldest command in flight.
    enum Settlement: Equatable, Sendable {
        case reaction(Reaction)
        /// The session has its place in the order: send `ready`, or replay and then send `resumed`.
        case attended(CommandID, Attendance, ResumeRequest?, Identity)
    }

    mutating func settle(_ result: Result<Outcome, Rejection>) -> Settlement {
        if case .attending(let attending) = phase { return settle(attending, result) }
        guard inFlightCount > 0 else { return .reaction(.nothing) }
        let id = inFlight[inFlightHead].id
        inFlightHead += 1
        if inFlightHead == inFlight.count {
            inFlight.removeAll(keepingCapacity: false)
            inFlightHead = 0
        }
        switch result {
        case .success(let outcome): return .reaction(id == .none ? .nothing : .reply(Envelope.reply(to: id, outcome)))
        case .failure(let rejection): return .reaction(refuse(id, rejection))
        }
    }

    /// The command that was proposed last could not be handed over; those before it are still on their way.
    mutating func withdraw(_ rejection: Rejection) -> Reaction {
        if case .attending(let attending) = phase {
            phase = .greeting
            return refuse(attending.id, rejection)
        }
        guard inFlightCount > 0, let id = inFlight.popLast()?.id else { return .nothing }
        return refuse(id, rejection)
    }

    private mutating func settle(_ attending: Attending, _ result: Result<Outcome, Rejection>) -> Settlement {
        switch result {
        case .success(.attended(let attendance)):
            let identity = Identity(
                user: attending.claims.user, login: attending.claims.login, session: attendance.session,
                tokenExpiresAt: attending.claims.expiresAt, status: attending.status ?? .online)
            phase = .open(identity)
            isReading = attending.resume != nil
            return .attended(attending.id, attendance, attending.resume, identity)
        case .success: return .reaction(.nothing)
        case .failure(let rejection) where rejection.isTemporary:
            phase = .greeting
            return .reaction(refuse(attending.id, rejection))
        case .failure(let rejection):
            // A token for a user who is no more is no valid token.
            let refusal = rejection.code == .notFound ? Rejection.loginEnded : rejection
            return .reaction(failedAttempt(attending.id, refusal))
        }
    }

    /// The read that had to wait for commits, when they are all answered.
    mutating func releaseRead() -> Reaction {
        guard let (read, id) = waitingRead, inFlightCount == 0, case .open(let identity) = phase else {
            return .nothing
        }
        waitingRead = nil
        isReading = true
        return .read(read, id, identity.user)
    }

    /// The awaited read or replay has been answered.
    mutating func finishReading() { isReading = false }

    mutating func end() { phase = .ended }

    // MARK: Time

    /// What the time asks for, and when to ask again.
    mutating func advance(to now: Instant, wall: Timestamp, _ activity: Activity) -> (Reaction, next: Instant) {
        let limits = rules.limits
        let stalledFor = now.milliseconds(since: activity.sentAt)
        if activity.queuedByteCount > 0, stalledFor >= limits.stalledMillisecondsMax {
            return (.abort(.slowConsumer), now)
        }
        if case .open(let identity) = phase {
            if wall >= identity.endDueAt { return (.close(.tokenExpired), now) }
            if !hasWarned, wall >= identity.warningDueAt {
                hasWarned = true
                return (.reply(Envelope.expiring(at: identity.tokenExpiresAt)), now.adding(milliseconds: 1))
            }
        } else if now.milliseconds(since: openedAt) >= limits.identifyMilliseconds {
            return (.close(.identifyTimeout), now)
        }
        let lived = max(activity.receivedAt, activity.takenAt)
        let silence = now.milliseconds(since: lived)
        if silence >= 2 * limits.heartbeatMilliseconds { return (.abort(.heartbeatTimeout), now) }
        var next = lived.adding(milliseconds: 2 * limits.heartbeatMilliseconds)
        var reaction = Reaction.nothing
        if silence < limits.heartbeatMilliseconds {
            next = lived.adding(milliseconds: limits.heartbeatMilliseconds)
        } else if pingedAt.map({ $0 < lived }) ?? true {
            pingedAt = now
            reaction = .ping
        }
        if let identity {
            let due = hasWarned ? identity.endDueAt : identity.warningDueAt
            next = min(next, now.adding(milliseconds: wall.millisecondsUntil(due)))
        }
        if identity == nil { next = min(next, openedAt.adding(milliseconds: limits.identifyMilliseconds)) }
        if activity.queuedByteCount > 0 {
            next = min(next, activity.sentAt.adding(milliseconds: limits.stalledMillisecondsMax))
        }
        return (reaction, next)
    }
}

extension Session.Identity {
    /// Seconds before the end of its token at which a client is told of it: time to get another.
    static let warningSeconds: Int64 = 60

    var warningDueAt: Timestamp { tokenExpiresAt.adding(seconds: -Self.warningSeconds) }
    /// When the socket or stream is closed.
    var endDueAt: Timestamp { tokenExpiresAt.adding(seconds: TokenLifetimes.leewaySeconds) }
}

extension Timestamp {
    /// How long to wait, at least a millisecond and at most a day: clocks are set.
    func millisecondsUntil(_ due: Timestamp) -> Int {
        Int(max(1, min(due.milliseconds - milliseconds, 86_400_000)))
    }
}
