internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// The socket's conversation for those whom WebSocket does not reach: where everything stands, what was missed, and a
/// stream of what happens.
public struct SyncRoutes: Sendable {
    private let services: Services
    private let limits: Limits
    private let room = Guarded(SyncRoom())

    public init(_ services: Services) {
        self.services = services
        limits = services.settings.limits
    }

    public var routes: [Route] {
        [
            Route(
                .get, StreamOpening.path, access: .user,
                "What the caller's sockets are told, as server-sent events: ready, then every event until it is closed",
                query: [.optional("session_id", .text(bytes: 1...64), "of the client instance that goes on by this")],
                answers: [
                    .init(200, nil, "text/event-stream, without an end"), .init(401, nil, "the token is not valid"),
                    .init(429, nil, "too many sockets and streams of one user"),
                ], handler: stream),
            Route(
                .get, "/api/v1/sync", access: .user, "Where the caller's channels stand, as ready says it",
                answers: [.init(200, .ready, "as the socket's ready")], handler: ready),
            Route(
                .post, "/api/v1/sync", access: .user, "What was missed, as resume replays it",
                body: Shape(
                    "Sync",
                    [
                        .optional("session_id", .text(bytes: 1...64), "of the client instance; without it a new one"),
                        .required("epoch", .text(bytes: 0...64), "of the answer on which this builds"),
                        .optional("me_seq", .integer(0...Int64.max), "how far one's own log has been seen"),
                        .optional(
                            "channels", .map(to: .integer(0...Int64.max)), "the last seq seen, by the channel's id"),
                    ]),
                answers: [
                    .init(200, .synced, "the events, and as the socket's resumed what was left out"),
                    .init(409, nil, "cannot_resume: another epoch; begin afresh with GET"),
                    .init(503, nil, "too many at once"),
                ], bodyBytesMax: limits.resumeBytesMax, handler: sync),
            Route(
                .get, "/api/v1/channels/{cid}/events", access: .user,
                "A page of a channel's events, or of one's own (@me)",
                query: [
                    .optional(
                        "after_seq", .integer(0...Int64.max), "events after this number; without it from the first"),
                    .optional("limit", .integer(1...Int64(limits.eventsPageMax)), "events on a page"),
                ],
                answers: [
                    .init(200, .events, "the page, in order"),
                    .init(404, nil, "there is no such channel, or the caller is no member"),
                ], handler: events),
        ]
    }

    // MARK: Handlers

    @Sendable private func stream(_ call: Call) async throws(APIError) -> HTTPResponse {
        // It is begun by the loop that has the connection, before it comes to the routes.
        throw APIError(Rejection(.badRequest, "a stream needs a connection of its own"))
    }

    @Sendable private func ready(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let attendance = try await attend(SessionID(random: &random), call)
        return .json(
            SessionReply.ready(
                to: nil, attendance, epoch: services.epoch, expiresAt: call.caller?.expiresAt ?? .distantFuture,
                now: services.time.now(),
                limits: limits))
    }

    @Sendable private func sync(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), request = try resume(call)
        guard request.epoch == services.epoch else {
            throw APIError(Rejection(.cannotResume, "the history is not the one of this epoch; begin afresh"))
        }
        guard room.withLock({ $0.enter(user, limits) }) else { throw APIError(.overloaded) }
        defer { room.withLock { $0.leave(user) } }
        let attendance = try await attend(request.session, call)
        var resuming = Seat.Resuming(
            id: .none, request: request, attendance: attendance,
            replay: Replay(request.missing(at: attendance), limits: limits))
        var events: [[UInt8]] = []
        while let next = resuming.replay.next {
            let part = await FedPart(
                reading: next.range, limit: next.limit, bytesMax: next.bytesMax, from: services.archive, for: user
            ) { $0 }
            guard let read = part.frames else { throw APIError(part.refusal ?? .damaged) }
            events += read
            resuming.replay.took(
                eventCount: read.count, byteCount: read.reduce(0) { $0 + $1.count }, through: part.through)
        }
        return .json(SessionReply.resumed(resuming, limits: limits, with: events))
    }

    /// The body as the socket's `resume` has it; who calls is said by the request.
    private func resume(_ call: Call) throws(APIError) -> ResumeRequest {
        var random = RandomSource.system
        let given = call.body.present("session_id")?.string
        guard let session = given.map({ SessionID($0) }) ?? SessionID(random: &random) else {
            throw APIError(
                .invalid("/session_id", "invalid_format", "session_id must be the one that an answer gave"))
        }
        do throws(Rejection) {
            let (channels, strangers) = try ResumeRequest.places(in: call.body.present("channels"))
            return ResumeRequest(
                token: "", session: session, epoch: call.body["epoch"]?.string ?? "",
                personalSeq: call.body.present("me_seq")?.integer ?? 0, channels: channels, strangers: strangers)
        } catch {
            throw APIError(error)
        }
    }

    /// The caller's place in the order: what was committed before it is seen, and nothing else.
    private func attend(_ session: SessionID, _ call: Call) async throws(APIError) -> Attendance {
        guard let caller = call.caller else { throw APIError(.unauthorized("this needs an access token")) }
        let command = Command.attend(Attend(login: caller.login, session: session))
        switch await services.journal.commit(command, as: caller.user) {
        case .success(.attended(let attendance)): return attendance
        case .success: throw APIError(Rejection(.internal, "the server failed"))
        case .failure(let rejection): throw APIError(rejection.code == .notFound ? .loginEnded : rejection)
        }
    }

    @Sendable private func events(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let channel = call.parameters["cid"] == "@me" ? ChannelID.personal(user) : try call.channel("cid")
        let after = try call.number("after_seq", in: 0...Int64.max) ?? 0
        let limit = try call.number("limit", in: 1...Int64(limits.eventsPageMax)).map { Int($0) }
        do throws(Rejection) {
            let page = try await services.archive.events(
                of: channel, for: user, after: after, through: .max, limit: limit ?? limits.eventsPageMax,
                bytesMax: limits.pageBytesMax)
            return .json { json in
                json.object { json in
                    json.array("items") { json in
                        for event in page.events { json.value(raw: Envelope.event(event)) }
                    }
                    json.member("has_more", page.hasMore)
                }
            }
        } catch {
            throw APIError(error)
        }
    }
}

extension HTTPResponse {
    /// JSON that is written already.
    fileprivate static func json(_ bytes: [UInt8]) -> HTTPResponse { .json { $0.value(raw: bytes) } }
}

extension Shape {
    private static let standing: [Field] = [
        .required("session_id", .text(bytes: 1...64), "names the client instance"),
        .required("me_seq", .integer(0...Int64.max), "the number of the last event of one's own log"),
    ]

    /// The data of the socket's `ready`.
    fileprivate static let ready = Shape(
        "Ready",
        standing + [
            .required("epoch", .text(bytes: 1...64), "changes only when history went back"),
            .required("server_time", .time, "now"),
            .required("token_expires_at", .time, "when the access token ends"),
            .required("channels", .list(of: .object(.channel), countMax: .max), "most recently active first"),
            .required("more_channels", .boolean, "whether there are more; the rest is read by GET /channels"),
        ])

    /// The data of the socket's `resumed`, and the events before it.
    fileprivate static let synced = Shape(
        "Synced",
        [.required("events", .list(of: .object(.event), countMax: .max), "in order within each channel")] + standing + [
            .required("replayed", .integer(0...Int64.max), "how many events these are"),
            .required("added", .list(of: .object(.channel), countMax: .max), "channels that were not listed"),
            .required("more_added", .boolean, "whether there are more of these"),
            .required("removed", .list(of: .text(bytes: 0...(1 << 20)), countMax: .max), "where one is no member"),
            .required("states", .list(of: .object(.state), countMax: .max), "where the listed channels stand"),
            .required("more", .list(of: .object(.rest), countMax: .max), "what was too much"),
            .required("gaps", .list(of: .object(.gap), countMax: .max), "what is not kept any more"),
        ])

    fileprivate static let events = Shape(
        "EventPage",
        [
            .required("items", .list(of: .object(.event), countMax: .max), "in order"),
            .required("has_more", .boolean, "whether it goes on"),
        ])

    private static let event = Shape(
        "Event",
        [
            .required("type", .text(bytes: 1...64), "what happened"),
            .required("channel", .text(bytes: 1...64), "where; @me is one's own log"),
            .required("seq", .integer(1...Int64.max), "its number there"),
        ])

    private static let state = Shape(
        "ChannelStanding",
        [
            .required("channel", .channelID, "which"), .required("seq", .integer(0...Int64.max), "its last event"),
            .required("last_message_number", .integer(0...Int64.max), "its last message"),
            .required("read_number", .integer(0...Int64.max), "the caller has read the messages up to this one"),
            .required("unread", .integer(0...Int64.max), "messages after that"),
        ])

    private static let rest = Shape(
        "LeftOut",
        [
            .required("channel", .text(bytes: 1...64), "which"),
            .required("from_seq", .integer(1...Int64.max), "first"),
            .required("to_seq", .integer(1...Int64.max), "last; read by GET /channels/{cid}/events"),
        ])

    private static let gap = Shape(
        "Gap",
        [
            .required("channel", .text(bytes: 1...64), "which"),
            .required("have_seq", .integer(0...Int64.max), "what was seen"),
            .required("oldest_seq", .integer(1...Int64.max), "the first that is kept"),
        ])
}
