import Channels
import Testing

/// A command that cannot be understood, and what is said about it.
struct RefusedCommand: Sendable, CustomTestStringConvertible {
    let text: String
    let code: Rejection.Code
    /// The member at fault, where one is named.
    let pointers: [String]

    init(text: String, _ code: Rejection.Code) {
        self.text = text
        self.code = code
        pointers = []
    }

    init(_ type: String, _ data: String, _ code: Rejection.Code, _ pointer: String) {
        text = ClientCommandTests.command(type, data)
        self.code = code
        pointers = pointer.isEmpty ? [] : [pointer]
    }

    var testDescription: String { String(text.prefix(100)) }

    static let all: [RefusedCommand] =
        frames + members + channels + numbers

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static let frames: [RefusedCommand] = [
        #"{}"#, #"{"type":7}"#, #"{"type":null}"#, #"{"type":"message.sent","data":{}}"#,
        #"{"type":"ping","data":[]}"#, #"{"type":"ping","data":"x"}"#,
    ].map { RefusedCommand(text: $0, .badRequest) }

    private static let members: [RefusedCommand] = [
        RefusedCommand("identify", #"{"token":7}"#, .validationFailed, "/token"),
        RefusedCommand("message.send", #"{"channel":"205","text":""}"#, .validationFailed, "/text"),
        RefusedCommand("message.send", #"{"channel":"205","text":7}"#, .validationFailed, "/text"),
        RefusedCommand("message.send", #"{"channel":"205","text":null}"#, .validationFailed, "/text"),
        RefusedCommand("message.send", #"{"channel":"205"}"#, .validationFailed, "/text"),
        RefusedCommand("message.send", #"{"channel":"205","text":"\#(long(16_385))"}"#, .tooLarge, "/text"),
        RefusedCommand(
            "message.send", #"{"channel":"205","text":"a","client_msg_id":""}"#, .validationFailed, "/client_msg_id"),
        RefusedCommand(
            "message.send", #"{"channel":"205","text":"a","client_msg_id":7}"#, .validationFailed, "/client_msg_id"),
        RefusedCommand(
            "message.send", #"{"channel":"205","text":"a","client_msg_id":"\#(long(65))"}"#, .validationFailed,
            "/client_msg_id"),
        RefusedCommand(
            "message.send", #"{"channel":"205","text":"a","type":"image"}"#, .validationFailed, "/attachments"),
        RefusedCommand("message.send", #"{"channel":"205","text":"a","type":7}"#, .unsupportedType, "/type"),
        RefusedCommand("message.send", #"{"channel":"205","text":"a","tags":[""]}"#, .validationFailed, "/tags"),
        RefusedCommand(
            "message.send", #"{"channel":"205","text":"a","attachments":[{}]}"#, .validationFailed,
            "/attachments/0/file_id"),
        RefusedCommand(
            "message.send", #"{"channel":"205","text":"a","reference":{}}"#, .validationFailed, "/reference"),
        RefusedCommand("message.send", #"{"channel":"205","text":"a","action":{}}"#, .validationFailed, "/action"),
        RefusedCommand("message.send", #"{"channel":"205","text":"a","reply_to":0}"#, .validationFailed, "/reply_to"),
        RefusedCommand("read.update", #"{"channel":"205"}"#, .validationFailed, "/message_number"),
        RefusedCommand("history.get", #"{"channel":"205","before":1,"after":1}"#, .validationFailed, "/before"),
        RefusedCommand("history.get", #"{"channel":"205","before":1,"around":1}"#, .validationFailed, "/before"),
        RefusedCommand("events.get", #"{"channel":"205"}"#, .validationFailed, "/after_seq"),
        RefusedCommand("channel.open", "{}", .validationFailed, "/user"),
        RefusedCommand("channel.open", #"{"user":"x"}"#, .notFound, ""),
        RefusedCommand("channel.open", #"{"user":109}"#, .notFound, ""),
        RefusedCommand("channel.open", #"{"username":7}"#, .validationFailed, "/user"),
        RefusedCommand("channel.create", "{}", .validationFailed, "/name"),
        RefusedCommand("channel.create", #"{"name":""}"#, .validationFailed, "/name"),
        RefusedCommand("channel.create", #"{"name":"\#(long(257))"}"#, .validationFailed, "/name"),
        RefusedCommand("channel.create", #"{"name":"a","members":"109"}"#, .validationFailed, "/members"),
        RefusedCommand("channel.create", #"{"name":"a","members":["109",110]}"#, .validationFailed, "/members/1"),
        RefusedCommand("channel.create", #"{"name":"a","members":["0"]}"#, .validationFailed, "/members/0"),
        RefusedCommand("channel.create", #"{"name":"a","kind":"direct"}"#, .validationFailed, "/kind"),
        RefusedCommand("channel.create", #"{"name":"a","visibility":"open"}"#, .validationFailed, "/visibility"),
        RefusedCommand("channel.create", #"{"name":"a","history":"none"}"#, .validationFailed, "/history"),
        RefusedCommand("resume", "{}", .validationFailed, "/session_id"),
        RefusedCommand("resume", #"{"token":"t","session_id":"xyz","epoch":"A"}"#, .validationFailed, "/session_id"),
        RefusedCommand(
            "resume", #"{"token":7,"session_id":"\#(ClientCommandTests.session)","epoch":"A"}"#, .validationFailed,
            "/token"),
        RefusedCommand(
            "resume", #"{"token":"t","session_id":"\#(ClientCommandTests.session)"}"#, .validationFailed, "/epoch"),
        RefusedCommand(
            "resume", #"{"token":"t","session_id":"\#(ClientCommandTests.session)","epoch":"A","channels":[]}"#,
            .validationFailed, "/channels"),
        RefusedCommand(
            "resume",
            #"{"token":"t","session_id":"\#(ClientCommandTests.session)","epoch":"A","channels":{"205":"7"}}"#,
            .validationFailed, "/channels/205"),
        RefusedCommand(
            "resume", #"{"token":"t","session_id":"\#(ClientCommandTests.session)","epoch":"A","channels":{"205":-1}}"#,
            .validationFailed, "/channels/205"),
        RefusedCommand(
            "resume", #"{"token":"t","session_id":"\#(ClientCommandTests.session)","epoch":"A","me_seq":-1}"#,
            .validationFailed, "/me_seq"),
    ]

    /// The bad forms of a channel's id, in each command that has one.
    private static let channels: [RefusedCommand] = {
        let others = [
            "message.send": #""client_msg_id":"m","text":"hi""#, "read.update": #""message_number":1"#,
            "history.get": #""limit":1"#, "events.get": #""after_seq":1"#,
        ]
        let invalid = ["null", "205", "[]", "true"]
        let missing = [
            "", "0", "-5", "0205", "109_108", "108_108", "108_", "_109", "99999999999999999999", "2 05", "@you",
        ]
        return others.flatMap { type, members in
            [RefusedCommand(type, "{\(members)}", .validationFailed, "/channel")]
                + invalid.map { value in
                    RefusedCommand(type, #"{\#(members),"channel":\#(value)}"#, .validationFailed, "/channel")
                }
                + missing.map { RefusedCommand(type, #"{\#(members),"channel":"\#($0)"}"#, .notFound, "") }
        }
    }()

    /// The bad forms of every number.
    private static let numbers: [RefusedCommand] = {
        let names = [
            "read.update": ["message_number"], "history.get": ["before", "after", "around", "limit"],
            "events.get": ["after_seq", "limit"],
        ]
        let bad = [
            "-1", "1.0", "1e2", "-0", "1e400", "9223372036854775808", #""1""#, "true", "[]", "{}",
            String(repeating: "9", count: 10_000),
        ]
        return names.flatMap { type, names in
            names.flatMap { name in
                bad.map { value in
                    let others = type == "events.get" && name == "limit" ? #","after_seq":1"# : ""
                    return RefusedCommand(
                        type, #"{"channel":"205","\#(name)":\#(value)\#(others)}"#, .validationFailed, "/\(name)")
                }
            }
        }
    }()
}
