import Base
import Glibc
import Testing

@testable import Outside

@Suite("The client of other servers") final class CurlClientTests: Sendable {
    private let client: CurlClient

    init() throws {
        client = CurlClient(
            rules: OutsideRules(allowed: [try #require(IPNetwork("127.0.0.0/8"))], allowsPlainLoopback: true),
            userAgent: "confab/test")
    }

    deinit { client.close() }

    private func ask(
        _ server: ScriptedServer, _ method: WebRequest.Method = .get, path: String = "/a?b=c",
        headers: [(name: String, value: String)] = [], body: [UInt8] = [], timeout: Int = 5_000, bytesMax: Int = 1_000
    ) async throws(WebFailure) -> WebAnswer {
        try await client.send(
            WebRequest(
                method, "http://127.0.0.1:\(server.port)\(path)", headers: headers, body: body,
                timeoutMilliseconds: timeout, answerBytesMax: bytesMax))
    }

    private func failure(_ body: () async throws(WebFailure) -> WebAnswer) async -> WebFailure? {
        do throws(WebFailure) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [WebRequest.Method.get, .post, .put, .delete])
    func `sends what it is given, and gives back what it is answered`(method: WebRequest.Method) async throws {
        let heard = Heard()
        let server = ScriptedServer { peer in
            let request = peer.readRequest()
            heard.note(request.head)
            heard.note(request.body)
            peer.write("HTTP/1.1 201 Created\r\nX-Some:  thing \r\nContent-Length: 5\r\n\r\nhello")
        }
        let body = method == .post || method == .put ? Array("{\"n\":1}".utf8) : []
        let answer = try await ask(server, method, headers: [("X-One", "two"), ("X-Empty", "")], body: body)
        #expect(answer.status == 201)
        #expect(answer.header("x-some") == "thing")
        #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
        let head = heard.all[0].split(separator: "\r\n")
        #expect(head[0] == "\(method.rawValue) /a?b=c HTTP/1.1")
        for line in ["X-One: two", "X-Empty:", "User-Agent: confab/test", "Host: 127.0.0.1:\(server.port)"] {
            #expect(head.contains(Substring(line)), "\(line)")
        }
        #expect(!head.contains { $0.lowercased().hasPrefix("expect:") })
        #expect(heard.all[1] == String(decoding: body, as: UTF8.self))
    }

    @Test func `sends binary bodies and empty ones as they are`() async throws {
        let heard = Heard()
        let server = ScriptedServer { peer in
            let head = peer.readRequest().head
            heard.note(
                head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length") }.map(String.init) ?? "none")
            peer.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
        #expect(try await ask(server, .post).status == 204)
        #expect(try await ask(server, .post, body: [0, 1, 2]).status == 204)
        #expect(heard.all == ["Content-Length: 0", "Content-Length: 3"])
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func `follows nobody anywhere`(status: Int) async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 \(status) Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }
        let answer = try await ask(server)
        #expect(answer.status == status)
        #expect(answer.header("location") == "/elsewhere")
        #expect(server.count.withLock { $0 } == 1)
    }

    @Test func `gives up on who says nothing`() async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            _ = peer.read(until: "never")
        }
        #expect(await failure { () async throws(WebFailure) in try await ask(server, timeout: 300) } == .timedOut)
    }

    @Test func `gives up on who says a byte now and then`() async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            // More than comes while a busy machine does something else.
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while peer.write("x") { usleep(20_000) }
        }
        #expect(await failure { () async throws(WebFailure) in try await ask(server, timeout: 300) } == .timedOut)
    }

    @Test(arguments: ["Content-Length: 5000", "Transfer-Encoding: chunked", "X-No: length"])
    func `reads no more of an endless answer than it may`(field: String) async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n")
            let piece = String(repeating: "x", count: 0x200)
            while peer.write(field.hasPrefix("T") ? "200\r\n\(piece)\r\n" : piece) {}
        }
        #expect(await failure { () async throws(WebFailure) in try await ask(server) } == .tooLong(bytesMax: 1_000))
    }

    @Test func `reads no more of an endless head than it may`() async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\n")
            while peer.write("X-More: \(String(repeating: "x", count: 1_000))\r\n") {}
        }
        #expect(await failure { () async throws(WebFailure) in try await ask(server) } != nil)
    }

    @Test(arguments: [
        "", "nonsense\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "HTTP/1.1 999999 OK\r\n\r\n",
    ])
    func `takes no answer that is broken or cut off`(answer: String) async throws {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write(answer)
        }
        guard case .unreachable? = await failure({ () async throws(WebFailure) in try await ask(server) }) else {
            Issue.record("\(answer) was taken")
            return
        }
    }

    @Test func `says that nobody is there`() async throws {
        var port: UInt16 = 0
        do {
            let server = ScriptedServer { _ in }
            port = server.port
        }
        let url = "http://127.0.0.1:\(port)/"
        guard
            case .unreachable? = await failure({ () async throws(WebFailure) in
                try await client.send(WebRequest(.get, url))
            })
        else {
            Issue.record("somebody was")
            return
        }
    }

    /// I13 of our list of abuses: names and forms of addresses that lead back to this machine or its network.
    @Test(arguments: [
        "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "0x7f.1", "2130706433", "0", "0.0.0.0",
        "127.1", "017700000001", "localhost", "localhost.", "[::]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "[fe80::1]", "[fd00::1]", "224.0.0.1",
    ])
    func `connects to nobody on this machine or its network`(host: String) async throws {
        let heard = Heard()
        let server = ScriptedServer { _ in heard.note("connected") }
        let strict = CurlClient(rules: OutsideRules())
        defer { strict.close() }
        let request = WebRequest(.get, "https://\(host):\(server.port)/", timeoutMilliseconds: 3_000)
        let refusal = await failure { () async throws(WebFailure) in try await strict.send(request) }
        switch refusal {
        // An address that this libcurl cannot read, or that this machine has no way to, is no way in either.
        case .refused?, .unreachable?: break
        default: Issue.record("\(host): \(String(describing: refusal))")
        }
        #expect(heard.all.isEmpty)
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-Evil: c"), ("X-A", "b\nX"), ("X-A", "b\rX"), ("X-A", "b\0c"), ("X-A\r\nX", "b"), ("X A", "b"),
        ("X-A:", "b"), ("", "b"), ("X-Ä", "b"),
    ])
    func `sends no field that would be more than one`(name: String, value: String) async throws {
        let server = ScriptedServer { peer in _ = peer.readRequest() }
        let refusal = await failure { () async throws(WebFailure) in
            try await ask(server, headers: [(name, value)])
        }
        guard case .malformed? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(server.count.withLock { $0 } == 0)
    }

    @Test func `holds up nobody for who is slow`() async throws {
        let isDone = Guarded(false)
        let slow = ScriptedServer { _ in
            while !isDone.withLock({ $0 }) { usleep(10_000) }
        }
        let quick = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    // Nothing comes of it before the quick ones are answered, and then it is cut off.
                    let end = await self.failure { () async throws(WebFailure) in
                        try await self.ask(slow, timeout: 120_000)
                    }
                    #expect(end != .timedOut)
                    #expect(isDone.withLock { $0 }, "the quick ones were answered before")
                }
            }
            group.addTask {
                for _ in 0..<10 { #expect((try? await self.ask(quick))?.status == 200) }
                isDone.withLock { $0 = true }
            }
        }
    }

    @Test func `ends what is under way when it is closed`() async throws {
        let heard = Heard()
        let slow = ScriptedServer { peer in
            heard.note("connected")
            _ = peer.read(until: "never")
        }
        let client = CurlClient(
            rules: OutsideRules(allowed: [try #require(IPNetwork("127.0.0.0/8"))], allowsPlainLoopback: true))
        let request = WebRequest(.get, "http://127.0.0.1:\(slow.port)/", timeoutMilliseconds: 60_000)
        async let end = failure { () async throws(WebFailure) in try await client.send(request) }
        while heard.all.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        client.close()
        guard case .unreachable? = await end else {
            Issue.record("it went on")
            return
        }
    }
}
