import Wire
import Base
import TestClient
import Testing

@testable import Channels
@testable import Gateway

@Suite("Envelope") struct EnvelopeTests {
    private let limits = Limits()
    private let channelNames = [
        "channel", "kind", "name", "topic", "visibility", "history", "role", "members_count", "seq",
        "last_message_number", "last_message_at", "read_number", "unread", "mentions", "notifications", "muted_until",
        "retention_seconds", "archived_at", "created_at", "updated_at",
    ]

    @Test func `hello tells the bounds`() throws {
        let hello = try JSONText(Envelope.hello(limits, server: "confab/0.1.0"))
        #expect(hello.names() == ["type", "data"])
        #expect(hello.names("data") == ["heartbeat_interval", "identify_timeout", "max_frame", "server"])
        #expect(hello["type"] == "hello")
        #expect(hello["data.heartbeat_interval"] == "25000")
        #expect(hello["data.identify_timeout"] == "10000")
        #expect(hello["data.max_frame"] == "65536")
        #expect(hello["data.server"] == "confab/0.1.0")
    }

    @Test func `a reply to a message says what is on disk`() throws {
        let outcome = Outcome.sent(People.message(812, seq: 1_031), isDuplicate: true)
        let reply = try JSONText(Envelope.reply(to: .integer(7), outcome))
        #expect(reply.names() == ["id", "ok", "data"])
        #expect(
            reply.names("data")
                == ["channel", "message_number", "seq", "client_msg_id", "created_at", "duplicate"])
        #expect(reply["data.channel"] == "108_109")
        #expect(reply["data.message_number"] == "812")
        #expect(reply["data.seq"] == "1031")
        #expect(reply["data.client_msg_id"] == "m812")
        #expect(reply["data.created_at"] == People.noon.rfc3339)
        #expect(reply["data.duplicate"] == "true")
    }

    @Test func `a refusal says what to do about it`() throws {
        var limited = Rejection(.rateLimited, "30 messages per 10 s", retryAfterMilliseconds: 1_200)
        let reply = try JSONText(Envelope.refusal(to: .text("a"), limited))
        #expect(reply.names() == ["id", "ok", "error"])
        #expect(reply.names("error") == ["code", "message", "temporary", "retry_after_ms"])
        #expect(reply["ok"] == "false")
        #expect(reply["error.code"] == "rate_limited")
        #expect(reply["error.message"] == "30 messages per 10 s")
        #expect(reply["error.temporary"] == "true")
        #expect(reply["error.retry_after_ms"] == "1200")

        limited = .invalid("/text", "too_short", "a text message needs a text")
        let invalid = try JSONText(Envelope.refusal(to: .text("a"), limited))
        #expect(invalid.names("error") == ["code", "message", "temporary", "errors"])
        #expect(invalid["error.errors.0.pointer"] == "/text")
        #expect(invalid["error.errors.0.code"] == "too_short")
    }

    @Test(arguments: Rejection.Code.allCases) func `every refusal says whether trying again makes sense`(
        code: Rejection.Code
    ) throws {
        let temporary: Set<Rejection.Code> = [
            .rateLimited, .overloaded, .storageFull, .internal, .idempotencyInProgress,
        ]
        let reply = try JSONText(Envelope.refusal(to: .integer(1), Rejection(code, "why")))
        #expect(reply["error.code"] == code.rawValue)
        #expect(reply["error.temporary"] == "\(temporary.contains(code))")
    }

    @Test func `the other replies have their members`() throws {
        let marked = try JSONText(Envelope.reply(to: .integer(1), .marked(readNumber: 810, unread: 2, mentions: 1)))
        #expect(marked.names("data") == ["read_number", "unread", "mentions"])
        let direct = People.summary("108_109", seq: 3, lastMessage: 2, read: 1)
        let opened = try JSONText(Envelope.reply(to: .integer(1), .opened(direct, isNew: true)))
        #expect(opened.names() == ["id", "ok", "data"])
        #expect(opened.names("data") == channelNames + ["user"])
        #expect(opened["data.unread"] == "1")
        #expect(opened.names("data.user") == ["id", "username", "display_name"])
        let pong = try JSONText(Envelope.pong(to: .integer(9)))
        #expect(pong.names() == ["id", "ok", "type"])
        #expect(pong["type"] == "pong")
    }

    @Test func `a message is told with its two numbers`() throws {
        let event = try JSONText(Envelope.event(Event(People.message(812, seq: 1_031, "a \"b\" é\n"))))
        #expect(event.names() == ["type", "channel", "seq", "data"])
        #expect(
            event.names("data") == ["message_number", "sender", "client_msg_id", "type", "text", "created_at"])
        #expect(event["type"] == "message.created")
        #expect(event["channel"] == "108_109")
        #expect(event["seq"] == "1031")
        #expect(event["data.message_number"] == "812")
        #expect(event["data.sender"] == "108")
        #expect(event["data.text"] == "a \"b\" é\n")
    }

    @Test func `what concerns one user alone is told on their own log`() throws {
        let data = People.summary("205", seq: 1, lastMessage: 0, read: 0).json
        let added = Event(
            channel: .personal(People.ann), seq: 77, at: People.noon,
            fact: .note(Event.Note(.channelAdded, subject: People.channel("205"), data: data)))
        let event = try JSONText(Envelope.event(added))
        #expect(event["type"] == "channel.added")
        #expect(event["channel"] == "@me")
        #expect(event["seq"] == "77")
        #expect(event.names("data") == channelNames)
        #expect(event["data.channel"] == "205")
    }

    @Test func `states carry no seq`() throws {
        let channel = People.channel("108_109")
        let receipt = try JSONText(Envelope.receipt(channel, user: People.bob, readNumber: 812))
        #expect(receipt.names() == ["type", "channel", "data"])
        #expect(receipt["type"] == "receipt.updated")
        #expect(receipt.names("data") == ["user", "read"])
        #expect(receipt["data.user"] == "109")
        #expect(receipt["data.read"] == "812")
        let unread = try JSONText(Envelope.unread(channel, readNumber: 40, unread: 4, mentions: 0))
        #expect(unread["type"] == "channel.unread")
        #expect(unread["channel"] == "@me")
        #expect(unread.names("data") == ["channel", "read_number", "unread", "mentions"])
    }

    @Test func `leaving tells when to come back`() throws {
        let reconnect = try JSONText(Envelope.reconnect(retryAfterMilliseconds: 3_170))
        #expect(reconnect["type"] == "reconnect")
        #expect(reconnect.names("data") == ["reason", "retry_after_ms"])
        #expect(reconnect["data.reason"] == "server_restart")
        let reason = try JSONText(Array(SessionClose.serverRestart.reason(retryAfterMilliseconds: 3_170).utf8))
        #expect(reason["code"] == "server_restart")
        #expect(reason["retry_after_ms"] == "3170")
    }

    static let closes: [SessionClose] = [
        .badRequest, .invalidToken, .identifyTimeout, .replaced, .sessionRevoked, .slowConsumer, .internal,
        .serverRestart, .heartbeatTimeout, .tokenExpired, .unsupportedData, .messageTooBig,
    ]

    @Test(arguments: closes) func `every close may be sent, and its reason fits`(close: SessionClose) {
        #expect(close.closeCode.isValidOnTheWire)
        #expect(close.reason(retryAfterMilliseconds: 999_999).utf8.count <= 123)
    }

    // MARK: Beginning

    @Test func `ready lists at most a thousand channels and says that there are more`() throws {
        func ready(_ count: Int) throws -> JSONText {
            let channels = (1...count).map { People.summary("\($0)", seq: 1, lastMessage: 0, read: 0) }
            return try JSONText(
                SessionReply.ready(
                    to: .integer(1), People.attendance(channels, personalSeq: 76), epoch: "A1",
                    expiresAt: People.noon.adding(seconds: 10), now: People.noon, limits: limits))
        }
        let few = try ready(1_000)
        #expect(few.names() == ["id", "ok", "type", "data"])
        #expect(few["type"] == "ready")
        #expect(
            few.names("data") == [
                "session_id", "epoch", "user", "server_time", "token_expires_at", "limits", "channels", "me_seq",
                "more_channels",
            ])
        #expect(few["data.session_id"] == People.session.description)
        #expect(few["data.user.id"] == "108")
        #expect(few["data.user.username"] == "ann")
        #expect(few.names("data.limits") == ["send", "text_bytes"])
        #expect(few.names("data.limits.send") == ["count", "per_ms"])
        #expect(few.count("data.channels") == 1_000)
        #expect(few["data.more_channels"] == "false")
        #expect(few["data.me_seq"] == "76")
        let many = try ready(1_001)
        #expect(many.count("data.channels") == 1_000)
        #expect(many["data.more_channels"] == "true")
    }

    @Test func `resumed names what was replayed, what is left, what is new and what is gone`() throws {
        let listed = ["108_109": Int64(3), "205": 44, "31": 9]
        let request = ResumeRequest(
            token: "t", session: People.session, epoch: "A1", personalSeq: 76,
            channels: Dictionary(uniqueKeysWithValues: listed.map { (People.channel($0), $1) }))
        let attendance = People.attendance(
            [
                People.summary("205", seq: 61, lastMessage: 48, read: 40),
                People.summary("300", seq: 5, lastMessage: 4, read: 4),
                People.summary("108_109", seq: 3, lastMessage: 2, read: 2),
            ], personalSeq: 80)
        let missing = request.missing(at: attendance)
        #expect(
            missing == [
                Feed.Range(channel: .personal(People.ann), after: 76, through: 80),
                Feed.Range(channel: People.channel("205"), after: 44, through: 61),
            ])
        var replay = Replay(missing, limits: limits)
        replay.took(eventCount: 4, byteCount: 400, through: 80)
        replay.took(eventCount: 13, byteCount: 900, through: 57)
        let resumed = try JSONText(
            SessionReply.resumed(
                Seat.Resuming(id: .integer(1), request: request, attendance: attendance, replay: replay),
                limits: limits))
        #expect(resumed["type"] == "resumed")
        #expect(
            resumed.names("data") == [
                "session_id", "replayed", "me_seq", "states", "more", "gaps", "added", "more_added", "removed",
            ])
        #expect(resumed["data.replayed"] == "17")
        #expect(resumed["data.me_seq"] == "80")
        #expect(resumed.count("data.states") == 2)
        #expect(
            resumed.names("data.states.0")
                == ["channel", "seq", "last_message_number", "read_number", "unread", "mentions"])
        #expect(resumed["data.states.0.unread"] == "8")
        #expect(resumed["data.more"] == #"[{"channel":"205","from_seq":58,"to_seq":61}]"#)
        #expect(resumed["data.gaps"] == "[]")
        #expect(resumed.count("data.added") == 1)
        #expect(resumed["data.added.0.channel"] == "300")
        #expect(resumed.names("data.added.0") == channelNames)
        #expect(resumed["data.more_added"] == "false")
        #expect(resumed["data.removed"] == #"["31"]"#)
    }

    @Test func `a client that is ahead of the log is sent nothing`() {
        let request = ResumeRequest(
            token: "t", session: People.session, epoch: "A1", personalSeq: 100,
            channels: [People.channel("205"): 100])
        let attendance = People.attendance([People.summary("205", seq: 61, lastMessage: 48, read: 40)])
        #expect(request.missing(at: attendance) == [])
    }
}
