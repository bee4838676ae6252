import Base
import TestSupport

/// A server under strace, which lets chosen system calls fail and writes down what was called.
struct Traced {
    let data: TemporaryDirectory
    let server: ServerProcess
    private let logPath: String

    /// `expressions` are those of strace's `-e`; `path` confines them to calls on that file.
    init(_ data: TemporaryDirectory, _ expressions: [String], path: String? = nil) throws {
        self.data = data
        logPath = data.file("strace.log")
        var words = ["strace", "-f", "-y", "-o", logPath]
        if let path { words += ["-P", path] }
        for expression in expressions { words += ["-e", expression] }
        // Calls are counted: the index of what was said would make some of its own, at times of its own.
        server = try ServerProcess.serve(data, tracing: words, environment: ["CONFAB_SEARCH": "off"])
    }

    /// The calls so far, in the order in which they ended.
    var calls: [String] {
        String(decoding: Files.read(logPath) ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// Two users with a channel, on a server that can be stopped and started.
struct Pair {
    let data = TemporaryDirectory()
    let tokens: [String]
    let channel: String

    init() throws {
        tokens = try ServerProcess.makeUsers(["ann", "bob"], in: data)
        let server = try ServerProcess.serve(data)
        let client = try SocketClient(port: try server.port())
        _ = try client.identify(token: tokens[0])
        channel = try client.ask("channel.open") { $0.member("username", "bob") }["data"]?["channel"]?.string ?? ""
        server.terminate()
        guard try server.exitStatus(within: 10_000) == 0 else {
            throw ServerProcess.Failure("the server did not stop well")
        }
    }

    /// ann, at a server.
    func enter(_ port: UInt16) throws -> SocketClient {
        let client = try SocketClient(port: port)
        _ = try client.identify(token: tokens[0])
        return client
    }

    /// Sends a message of ann's and gives the data of the answer.
    func send(
        _ text: String, as name: String, _ client: SocketClient
    ) throws(ClientFailure) -> (number: Int64, isDuplicate: Bool) {
        let reply = try client.ask("message.send") { json in
            json.member("channel", channel)
            json.member("client_msg_id", name)
            json.member("text", text)
        }
        guard let number = reply["data"]?["message_number"]?.integer,
            let isDuplicate = reply["data"]?["duplicate"]?.bool
        else { throw .violation(String(decoding: reply.raw, as: UTF8.self)) }
        return (number, isDuplicate)
    }
}
