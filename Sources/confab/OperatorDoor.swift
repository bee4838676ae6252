internal import Base
internal import Glibc
internal import Persistence
internal import REST
internal import Reactor
internal import Telemetry
internal import Wire

/// The command line's way to the server: through its Unix socket when one runs on the data directory, else through the
/// same routes in this process. Either way there is one writer.
enum OperatorDoor {
    /// A refusal by the server, in its own words.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// Opens the door for the length of `body`, which may knock more than once.
    static func open(
        _ values: SettingValues, _ body: (_ post: (String, [UInt8]) async throws -> JSONElement) async throws -> Void
    ) async throws {
        let configuration = try Configuration(values)
        let path = DataDirectory.controlPath(in: configuration.data)
        if (try? Socket.connect(path: path)) != nil {
            return try await body { target, json in
                try read(try exchange(request(target, json), over: try Socket.connect(path: path)))
            }
        }
        let assembly = try Assembly.open(configuration, log: Logger(level: .warning))
        defer { assembly.close() }
        let router = assembly.router
        try await body { target, json in
            var parser = HTTPRequestParser(
                headBytesMax: configuration.limits.httpHeadBytesMax,
                headerCountMax: configuration.limits.httpHeaderCountMax,
                bodyBytesMax: configuration.limits.httpBodyBytesMax)
            request(target, json).withUnsafeBytes { parser.receive($0) }
            guard case .head(let head) = parser.nextEvent() else { throw Refusal(description: "malformed request") }
            let response = await router.answer(head, body: json, from: .local)
            return try read((response.status, response.body))
        }
    }

    private static func request(_ target: String, _ json: [UInt8]) -> [UInt8] {
        let head = [
            "POST \(target) HTTP/1.1", "Host: localhost", "Content-Type: application/json",
            "Content-Length: \(json.count)", "Connection: close", "", "",
        ].joined(separator: "\r\n")
        return Array(head.utf8) + json
    }

    private static func exchange(
        _ request: [UInt8], over socket: consuming Descriptor
    ) throws -> (status: Int, body: [UInt8]) {
        var rest = request[...]
        while !rest.isEmpty {
            switch rest.withUnsafeBytes({ Socket.send($0, to: socket.raw) }) {
            case .bytes(let count): rest = rest.dropFirst(count)
            default: throw SystemError("send")
            }
        }
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        reading: while true {
            switch part.withUnsafeMutableBytes({ Socket.receive(from: socket.raw, into: $0) }) {
            case .bytes(let count): answer.append(contentsOf: part[..<count])
            case .end: break reading
            case .wouldBlock: continue
            case .failed(let code): throw SystemError("recv", code: code)
            }
        }
        // The server closes after its one answer, so that the body is everything behind the head.
        let words = answer.prefix(64).split(separator: UInt8(ascii: " "))
        guard words.count >= 2, let status = Int(String(decoding: words[1], as: UTF8.self)),
            let end = answer.indices.first(where: { answer[$0...].starts(with: "\r\n\r\n".utf8) })
        else { throw Refusal(description: "the server gave no answer") }
        return (status, Array(answer[(end + 4)...]))
    }

    private static func read(_ answer: (status: Int, body: [UInt8])) throws -> JSONElement {
        let root = try JSONDocument(parsing: answer.body).root
        guard answer.status == 200 else {
            throw Refusal(description: root["detail"]?.string ?? "the server answered \(answer.status)")
        }
        return root
    }
}
