/// What a server answered to one request.
public struct HTTPAnswer: Sendable {
    public var status: Int
    /// Names in lower case.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The first field of that name, which is given in lower case.
    public subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

extension TCPClient {
    /// Reads one answer; `nil` when the peer ended the connection before it began.
    public func readAnswer(isForHead: Bool = false) throws -> HTTPAnswer? {
        while true {
            let bytes = buffered
            let end = bytes.indices.first { bytes[$0] == 0x0D && bytes[$0...].starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) }
            guard let end else {
                guard try receiveMore() else {
                    guard buffered.isEmpty else { throw Failure("an answer ends within its head") }
                    return nil
                }
                continue
            }
            let head = String(decoding: try read(end + 4 - bytes.startIndex) ?? [], as: UTF8.self)
            return try readAnswer(head: head, isForHead: isForHead)
        }
    }

    private func readAnswer(head: String, isForHead: Bool) throws -> HTTPAnswer {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure("no status line: \(head)")
        }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: parts[0].lowercased(), value: String(parts.dropFirst().first?.drop { $0 == " " } ?? ""))
        }
        var answer = HTTPAnswer(status: status, headers: headers, body: [])
        let hasBody = !isForHead && status >= 200 && status != 204 && status != 304
        if hasBody, let count = answer["content-length"].flatMap({ Int($0) }) {
            guard let body = try read(count) else { throw Failure("an answer ends within its body") }
            answer.body = body
        }
        return answer
    }
}
