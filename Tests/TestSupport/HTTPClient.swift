public import Base

/// One HTTP request to 127.0.0.1, one answer, one connection.
public enum HTTPClient {
    public struct Response: Sendable {
        public var status: Int
        /// Names in lower case.
        public var headers: [String: String]
        public var body: [UInt8]

        public var json: JSONElement? { (try? JSONDocument(parsing: body))?.root }
    }

    public static func request(
        _ method: String, _ target: String, port: UInt16, token: String? = nil, json: [UInt8]? = nil,
        within milliseconds: Int = 5_000
    ) throws(ClientFailure) -> Response {
        let connection = try Connection(port: port)
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let json { lines += ["Content-Type: application/json", "Content-Length: \(json.count)"] }
        try connection.send(Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + (json ?? []))
        let deadline = TimeSource.system.instant().adding(milliseconds: milliseconds)
        let head = try connection.takeHead(until: deadline).split(separator: "\r\n")
        guard let status = head.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw .violation("no status line")
        }
        var headers: [String: String] = [:]
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw .violation("the header \(line)") }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let count = headers["content-length"].flatMap { Int($0) } ?? 0
        return Response(
            status: status, headers: headers, body: Array(try connection.take(count, until: deadline)))
    }
}
