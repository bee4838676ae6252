import CEpoll
import Glibc

/// One request and its answer on a connection of its own.
enum HTTPCall {
    private static let secondsMax = 30.0
    private static let answerBytesMax = 1 << 20

    static func post(
        _ path: String, _ body: [UInt8], to endpoint: Endpoint, _ tls: TLSSettings?
    ) throws(Failure) -> (status: Int, body: [UInt8]) {
        let descriptor = loadtest_connect(endpoint.address, endpoint.port, 0, 0)
        guard descriptor >= 0 else { throw Failure("connect: \(Failure.words(-descriptor))") }
        defer { close(descriptor) }
        let deadline = Clock.after(seconds: secondsMax)
        try wait(descriptor, for: POLLOUT, until: deadline)
        let error = loadtest_connect_error(descriptor)
        guard error == 0 else { throw Failure("connect to \(endpoint.host): \(Failure.words(error))") }
        var link: TLSLink?
        if let tls {
            guard let made = TLSLink(tls, descriptor: descriptor, endpoint: endpoint) else {
                throw Failure("no memory")
            }
            link = made
            shaking: while true {
                switch try made.handshake() {
                case .done: break shaking
                case .wantsRead: try wait(descriptor, for: POLLIN, until: deadline)
                case .wantsWrite: try wait(descriptor, for: POLLOUT, until: deadline)
                }
            }
        }
        let head = """
            POST \(path) HTTP/1.1\r
            Host: \(endpoint.host)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            Connection: close\r
            \r\n
            """
        var outgoing = (Array(head.utf8) + body)[...]
        while !outgoing.isEmpty {
            let count = outgoing.withUnsafeBytes { bytes in
                link?.send(bytes) ?? Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { outgoing = outgoing.dropFirst(count) } else { try again(descriptor, POLLOUT, deadline) }
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while answer.count < answerBytesMax {
            let count = chunk.withUnsafeMutableBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return 0 }
                return link?.receive(start, bytes.count) ?? recv(descriptor, start, bytes.count, 0)
            }
            if count == 0 { break }
            if count > 0 { answer += chunk[..<count] } else { try again(descriptor, POLLIN, deadline) }
            if let whole = read(answer) { return whole }
        }
        throw Failure("\(path): the answer is not whole")
    }

    /// Status and body of an answer with a Content-Length (RFC 9112 section 6.3); `nil` while it is not whole.
    static func read(_ answer: [UInt8]) -> (status: Int, body: [UInt8])? {
        let ending: [UInt8] = [13, 10, 13, 10]
        guard let headEnd = answer.indices.first(where: { answer[$0...].starts(with: ending) }) else { return nil }
        let lines = String(decoding: answer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        var length = 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            length = Int(ScenarioFile.trimmed(parts[1])) ?? 0
        }
        let body = answer[(headEnd + ending.count)...]
        return body.count >= length ? (status, Array(body.prefix(length))) : nil
    }

    private static func again(_ descriptor: Int32, _ events: Int32, _ deadline: Nanoseconds) throws(Failure) {
        guard errno == EAGAIN || errno == EINTR else { throw Failure("the connection broke: \(Failure.words(errno))") }
        try wait(descriptor, for: events, until: deadline)
    }

    private static func wait(_ descriptor: Int32, for events: Int32, until deadline: Nanoseconds) throws(Failure) {
        let now = Clock.now
        guard now < deadline else { throw Failure("no answer within \(Int(secondsMax)) s") }
        var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = poll(&waiting, 1, Int32((deadline - now) / 1_000_000 + 1))
    }
}
