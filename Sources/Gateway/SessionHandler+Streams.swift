internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Telemetry
internal import WSServer
internal import Wire

/// What sockets are told, for those whom WebSocket does not reach: as server-sent events, in answer to a request that
/// does not end. A stream has a seat among the sockets; only how it is opened and how it is written differ.
extension SessionHandler {
    func beginStream(_ request: HTTPRequest, on connection: ConnectionID) {
        let head = request.head
        func refuse(_ rejection: Rejection) {
            outlet.respond(router.answer(APIError(rejection), to: head, from: request.client), to: connection)
        }
        guard !isDraining else { return refuseWhenStopping(head, request.client, on: connection) }
        guard request.client.isLocal || admission.room(held: 0).takes(.newSession) else {
            admission.refused()
            return refuse(busy())
        }
        guard let token = services.token(of: request) else {
            return refuse(.unauthorized("this needs an access token"))
        }
        switch services.authentication(of: token) {
        case .settled(let result): beginStream(request, on: connection, for: result)
        case .elsewhere:
            asked[connection] = request
            authenticate(token, for: connection)
        }
    }

    /// Goes on when it is known whom the stream is for.
    func beginStream(
        _ request: HTTPRequest, on connection: ConnectionID, for result: Result<AccessClaims, Rejection>
    ) {
        let head = request.head
        func refuse(_ rejection: Rejection) {
            outlet.respond(router.answer(APIError(rejection), to: head, from: request.client), to: connection)
        }
        switch result {
        case .failure(let rejection): refuse(rejection)
        case .success(let claims):
            let given = head.query["session_id"]
            guard let session = given.map({ SessionID($0) }) ?? SessionID(random: &random) else {
                return refuse(
                    .invalid("?session_id", "invalid_format", "session_id must be the one that ready gave"))
            }
            let opening = StreamOpening(head: head, client: request.client, claims: claims)
            guard head.method == .get else {
                _ = outlet.beginStream(connection, with: answer(to: opening), framing: StreamFraming(for: head.version))
                return
            }
            let attend = Proposal(
                user: claims.user, command: .attend(Attend(login: claims.login, session: session)))
            let address = SessionAddress(worker: worker, connection: connection.rawValue)
            guard services.journal.submit(attend, from: address) else {
                admission.refused()
                return refuse(busy())
            }
            admission.took(at: outlet.now)
            openings[connection] = opening
        }
    }

    /// The stream has its place in the order, or is refused it.
    func open(_ opening: StreamOpening, on connection: ConnectionID, _ result: Result<Outcome, Rejection>) {
        func refuse(_ error: APIError) {
            outlet.respond(router.answer(error, to: opening.head, from: opening.client), to: connection)
        }
        guard !isDraining else { return refuseWhenStopping(opening.head, opening.client, on: connection) }
        let attendance: Attendance
        switch result {
        case .success(.attended(let found)): attendance = found
        case .success: return refuse(APIError(Rejection(.internal, "the server failed")))
        // A token for a user who is no more is no valid token.
        case .failure(let rejection): return refuse(APIError(rejection.code == .notFound ? .loginEnded : rejection))
        }
        let claims = opening.claims
        guard socketCount(of: claims.user) < limits.socketsPerUserMax else {
            return refuse(APIError(Rejection(.quotaExceeded, "too many sockets and streams of one user"), status: 429))
        }
        let framing = StreamFraming(for: opening.head.version)
        guard outlet.beginStream(connection, with: answer(to: opening), framing: framing) else { return }
        let identity = Session.Identity(
            user: claims.user, login: claims.login, session: attendance.session, tokenExpiresAt: claims.expiresAt)
        let seat = Seat(
            connection: connection,
            session: Session(rules: rules, random: random.fork(), openedAt: outlet.now, identity: identity),
            form: .stream(framing), limits: limits)
        seats[connection] = seat
        numbers.streams.add()
        enroll(seat, attendance, identity)
        let ready = SessionReply.ready(
            to: CommandID.none, attendance, epoch: services.epoch, expiresAt: claims.expiresAt,
            now: services.time.now(), limits: limits)
        let retry = EventStream.retry(afterMilliseconds: limits.streamRetryMilliseconds)
        outlet.send(
            framing.piece(retry + EventStream.event(EventStream.Label(of: ready), data: ready)), to: connection)
    }

    private func answer(to opening: StreamOpening) -> HTTPResponse {
        router.answer(StreamOpening.response, to: opening.head, from: opening.client)
    }

    private func refuseWhenStopping(_ head: HTTPRequestHead, _ client: HTTPClient, on connection: ConnectionID) {
        let stopping = HTTPViolation(status: 503, reason: "the server is stopping; connect again soon")
        outlet.respond(router.refusal(of: stopping, to: head, from: client), to: connection)
    }
}
