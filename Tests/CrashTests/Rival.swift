import Base
import Reactor
import TestClient
import TestSupport

/// Somebody with a socket and a token, who asks at the same moment as another.
final class Rival {
    let id: String
    let token: String
    private let port: UInt16
    private let socket: SocketClient
    /// Everything heard besides replies.
    private(set) var heard: [JSONElement] = []

    init(_ token: String, _ port: UInt16) throws {
        self.token = token
        self.port = port
        socket = try SocketClient(port: port)
        let ready = try socket.identify(token: token)
        guard let id = ready["user"]?["id"]?.string else { throw ClientFailure.violation("no user") }
        self.id = id
    }

    /// The reply's data, or the code of its refusal.
    @discardableResult func ask(
        _ type: String, _ data: (inout JSONWriter) -> Void
    ) throws -> (code: String, data: JSONElement?) {
        let reply = try socket.ask(type, data) { heard.append($0) }
        return reply["ok"]?.bool == true ? ("ok", reply["data"]) : (reply["error"]?["code"]?.string ?? "?", nil)
    }

    /// Hears everything that was told before this.
    func listen() throws { try ask("ping") { _ in } }

    /// Asks by HTTP; gives the status and the body.
    @discardableResult func call(
        _ method: String, _ path: String, _ body: String = ""
    ) throws -> (status: Int, json: JSONElement?) {
        let client = try TCPClient(port: port)
        let type = body.isEmpty ? "" : "Content-Type: application/json\r\n"
        try client.send(
            "\(method) /api/v1\(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\(type)"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        guard let answer = try client.readAnswer() else { throw ClientFailure.ended }
        return (answer.status, try? JSONDocument(parsing: answer.body).root)
    }

    // MARK: What most races need

    func group(with others: [String] = []) throws -> String {
        let made = try ask("channel.create") { json in
            json.member("name", "race")
            json.array("members") { json in for id in others { json.value(id) } }
        }
        guard let id = made.data?["channel"]?.string else { throw ClientFailure.violation("no group: \(made.code)") }
        return id
    }

    @discardableResult func send(_ text: String, to channel: String) throws -> String {
        try ask("message.send") { json in
            json.member("channel", channel)
            json.member("text", text)
        }.code
    }

    func forward(_ number: Int, from source: String, to target: String) throws -> String {
        try ask("message.forward") { json in
            json.member("from_channel", source)
            json.member("message_number", number)
            json.member("to_channel", target)
        }.code
    }

    func delete(_ number: Int, in channel: String) throws -> (code: String, data: JSONElement?) {
        try ask("message.delete") { json in
            json.member("channel", channel)
            json.member("message_number", number)
            json.member("scope", "all")
        }
    }

    /// The types of all events of a log, which is dense.
    func log(of channel: String) throws -> [String] {
        let page = try ask("events.get") { json in
            json.member("channel", channel)
            json.member("after_seq", 0)
            json.member("limit", 1_000)
        }
        var types: [String] = []
        for event in page.data?["events"]?.elements ?? [] {
            guard event["seq"]?.integer == Int64(types.count) + 1 else { throw ClientFailure.violation("a hole") }
            let last = event["to_seq"]?.integer ?? Int64(types.count) + 1
            while types.count < last { types.append(event["type"]?.string ?? "") }
        }
        return types
    }

    /// Does two things at the same moment, each on a thread of its own.
    static func both<One: Sendable, Other: Sendable>(
        _ one: @escaping @Sendable () throws -> One, _ other: @escaping @Sendable () throws -> Other
    ) throws -> (One, Other) {
        let first = Guarded<Result<One, any Error>?>(nil), second = Guarded<Result<Other, any Error>?>(nil)
        Threads([
            {
                let result = Result { try one() }
                first.withLock { $0 = result }
            },
            {
                let result = Result { try other() }
                second.withLock { $0 = result }
            },
        ]).join()
        guard let given = first.withLock({ $0 }), let taken = second.withLock({ $0 }) else { throw ClientFailure.ended }
        return (try given.get(), try taken.get())
    }
}

/// True because it is used by one thread at a time: the test's own waits while another has it.
extension Rival: @unchecked Sendable {}
