import TestClient

/// A client of the socket protocol that remembers what it was told.
final class ChatSocket {
    let client: TCPClient
    private var lastID = 0
    /// What came before a reply that was waited for.
    private var early: [JSONText] = []
    private(set) var session = ""
    private(set) var epoch = ""
    /// `data` of the answer to identifying or resuming.
    private(set) var opening: JSONText

    init(
        on server: RunningServer, query: String = "", fields: [String] = [], receiveBufferBytes: Int? = nil
    ) throws {
        client = try TCPClient(port: server.port, receiveBufferBytes: receiveBufferBytes)
        try client.upgrade("/api/v1/ws" + query, ["Sec-WebSocket-Protocol: chat.v1"] + fields)
        opening = try JSONText(Array(try client.readText().utf8))
        guard opening["type"] == "hello" else { throw Program.Failure(description: "no hello") }
    }

    /// The next frame; heartbeats are answered and left out.
    private func frame() throws -> JSONText {
        while true {
            let json = try JSONText(Array(try client.readText().utf8))
            guard json["type"] == "ping" else { return json }
            try client.send(ClientFrame.text(#"{"type":"pong"}"#))
        }
    }

    /// Sends a command without waiting; its id is returned.
    @discardableResult
    func say(_ type: String, _ data: String = "{}") throws -> String {
        lastID += 1
        try client.send(ClientFrame.text(#"{"id":\#(lastID),"type":"\#(type)","data":\#(data)}"#))
        return "\(lastID)"
    }

    /// Waits for the reply to a command; events before it are kept for `event`.
    func reply(to id: String) throws -> JSONText {
        while true {
            let json = try frame()
            if json["id"] == id { return json }
            early.append(json)
        }
    }

    func ask(_ type: String, _ data: String = "{}") throws -> JSONText { try reply(to: try say(type, data)) }

    /// The next frame that is told, whatever it is.
    func event() throws -> JSONText { early.isEmpty ? try frame() : early.removeFirst() }

    /// The next event of a type; others before it are passed by.
    func event(_ type: String) throws -> JSONText {
        while true {
            let json = try event()
            if json["type"] == type { return json }
        }
    }

    /// What has been told of everything up to now, and not been looked at. A command that goes the way of all changes,
    /// and changes nothing, is answered after them.
    func pending() throws -> [JSONText] {
        _ = try ask("channel.open", #"{"user":"2147483647"}"#)
        defer { early = [] }
        return early
    }

    // MARK: Beginning

    func identify(_ token: String) throws {
        opening = try ask("identify", #"{"token":"\#(token)"}"#)
        guard opening["type"] == "ready", let session = opening["data.session_id"], let epoch = opening["data.epoch"]
        else { throw Program.Failure(description: "not identified: \(opening["error.code"] ?? "?")") }
        self.session = session
        self.epoch = epoch
    }

    /// Resumes what another socket was, and returns what is replayed.
    func resume(
        _ old: ChatSocket, token: String, personalSeq: String, channels: [String: Int]
    ) throws -> [JSONText] {
        let listed = channels.map { #""\#($0)":\#($1)"# }.joined(separator: ",")
        let data =
            #"{"token":"\#(token)","session_id":"\#(old.session)","epoch":"\#(old.epoch)","me_seq":\#(personalSeq),"#
            + #""channels":{\#(listed)}}"#
        opening = try ask("resume", data)
        guard opening["type"] == "resumed" else {
            throw Program.Failure(description: "not resumed: \(opening["error.code"] ?? "?")")
        }
        session = old.session
        epoch = old.epoch
        defer { early = [] }
        return early
    }

    // MARK: Talking

    func send(_ text: String, as name: String, to channel: String) throws -> JSONText {
        try ask("message.send", #"{"channel":"\#(channel)","client_msg_id":"\#(name)","text":"\#(text)"}"#)
    }
}
