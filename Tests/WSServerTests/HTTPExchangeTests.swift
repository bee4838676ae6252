import Base
import Testing
import Wire

@testable import WSServer

@Suite("HTTP exchange") struct HTTPExchangeTests {
    /// What an exchange asks for, in words.
    private func steps(
        _ exchange: inout HTTPExchange, _ text: String, answersAtOnce: Bool = true
    ) -> [String] {
        Array(text.utf8).withUnsafeBytes { exchange.receive($0) }
        var words: [String] = []
        while let step = exchange.next() {
            switch step {
            case .request(let head, let body):
                words.append("\(head.method.rawValue) \(head.path) \(String(decoding: body, as: UTF8.self))")
                guard answersAtOnce else { continue }
                exchange.answered()
            case .stream, .piece, .bodyEnd: words.append("not asked for")
            case .sendContinue: words.append("continue")
            case .violation(let violation, _): words.append("violation \(violation.status)")
            }
        }
        return words
    }

    private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    private func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `requests sent without waiting come one after another`() {
        var exchange = HTTPExchange(limits: Limits())
        #expect(steps(&exchange, get("/a") + post("/b", "body") + get("/c")) == ["GET /a ", "POST /b body", "GET /c "])
    }

    @Test func `the next request waits until the last one is answered`() {
        var exchange = HTTPExchange(limits: Limits())
        #expect(steps(&exchange, get("/a") + get("/b"), answersAtOnce: false) == ["GET /a "])
        #expect(exchange.wait == .answer)
        exchange.answered()
        #expect(steps(&exchange, "") == ["GET /b "])
    }

    @Test(arguments: 1...40) func `a body is whole however it was cut`(size: Int) {
        var exchange = HTTPExchange(limits: Limits())
        let chunked =
            "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nchun\r\n3\r\nked\r\n0\r\n\r\n"
        let stream = Array((post("/b", "some body") + chunked).utf8)
        var words: [String] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            let piece = stream[start..<min(start + size, stream.count)]
            words += steps(&exchange, String(decoding: piece, as: UTF8.self))
        }
        #expect(words == ["POST /b some body", "POST /c chunked"])
    }

    @Test func `who waits for leave to send a body is given it once`() {
        var exchange = HTTPExchange(limits: Limits())
        let whole = post("/b", "body", "Expect: 100-continue\r\n")
        #expect(steps(&exchange, String(whole.dropLast(4))) == ["continue"])
        #expect(exchange.wait == .body)
        #expect(steps(&exchange, "body") == ["POST /b body"])
    }

    @Test func `nobody is given leave to send what will be refused, or is there already`() {
        var limits = Limits()
        limits.httpBodyBytesMax = 3
        var exchange = HTTPExchange(limits: limits)
        let whole = post("/b", "body", "Expect: 100-continue\r\n")
        #expect(steps(&exchange, String(whole.dropLast(4))) == ["violation 413"])
        exchange = HTTPExchange(limits: Limits())
        #expect(steps(&exchange, String(whole.dropLast(2))) == [])
        #expect(steps(&exchange, "dy") == ["POST /b body"])
    }

    @Test func `a violation is the last thing that comes`() {
        var exchange = HTTPExchange(limits: Limits())
        #expect(steps(&exchange, get("/a") + "NONSENSE\r\n\r\n" + get("/c")) == ["GET /a ", "violation 400"])
        #expect(exchange.answering?.keepsAlive == false)
        exchange.answered()
        #expect(steps(&exchange, get("/d")) == [])
    }

    @Test func `a body over the bound is refused before it comes`() {
        var limits = Limits()
        limits.httpBodyBytesMax = 10
        var exchange = HTTPExchange(limits: limits)
        #expect(steps(&exchange, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n") == ["violation 413"])
    }

    @Test func `one request may have a larger body, and the next may not`() {
        var limits = Limits()
        limits.httpBodyBytesMax = 4
        var exchange = HTTPExchange(limits: limits)
        let larger = { (head: HTTPRequestHead) in head.path == "/large" ? BodyPlan(bytesMax: 20) : nil }
        func next(_ text: String) -> String {
            Array(text.utf8).withUnsafeBytes { exchange.receive($0) }
            defer { exchange.answered() }
            switch exchange.next(bodyPlan: larger) {
            case .request(let head, let body): return "\(head.path) \(body.count)"
            case .violation(let violation, _): return "\(violation.status)"
            case .sendContinue, .stream, .piece, .bodyEnd, nil: return "-"
            }
        }
        #expect(next(post("/small", "1234")) == "/small 4")
        #expect(next(post("/large", "1234567890")) == "/large 10")
        #expect(
            next("POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                == "/large 5")
        #expect(next(post("/small", "12345")) == "413")
        exchange = HTTPExchange(limits: limits)
        #expect(next(post("/large", String(repeating: "x", count: 21))) == "413")
    }

    @Test func `a body may be told of in pieces, while its request is being answered`() {
        var exchange = HTTPExchange(limits: Limits())
        func next(_ text: String = "") -> String {
            Array(text.utf8).withUnsafeBytes { exchange.receive($0) }
            return switch exchange.next(bodyPlan: { _ in BodyPlan(bytesMax: 8, isStreamed: true) }) {
            case .request(let head, _): "request \(head.path)"
            case .stream(let head): "stream \(head.path)"
            case .piece(let bytes): "piece \(String(decoding: bytes, as: UTF8.self))"
            case .bodyEnd: "end"
            case .sendContinue: "continue"
            case .violation(let violation, _): "\(violation.status)"
            case nil: "-"
            }
        }
        #expect(next("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n") == "stream /a")
        #expect(exchange.isStreaming && exchange.wait == .body && exchange.answering != nil)
        #expect(next() == "continue")
        #expect(next() == "-")
        #expect(next("hel") == "piece hel")
        #expect(next("lo!POST /b HTTP/1.1\r\nHost: a\r\n") == "piece lo!")
        #expect(next() == "end")
        #expect(!exchange.isStreaming && exchange.wait == .answer)
        #expect(next() == "-", "the next request waits for the answer")
        exchange.answered()
        #expect(next("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\n") == "stream /b")
        #expect(next() == "piece hello")
        #expect(next() == "413", "however it is cut, it is not longer than may be")
        exchange = HTTPExchange(limits: Limits())
        #expect(next("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n") == "stream /c")
        #expect(next() == "413")
    }

    @Test func `tells what the peer is waited for`() {
        var exchange = HTTPExchange(limits: Limits())
        #expect(exchange.wait == .idle)
        _ = steps(&exchange, "GET / HT")
        #expect(exchange.wait == .head)
        _ = steps(&exchange, "TP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx")
        #expect(exchange.wait == .body)
        _ = steps(&exchange, "y", answersAtOnce: false)
        #expect(exchange.wait == .answer)
        exchange.answered()
        #expect(exchange.wait == .idle)
    }

    @Test func `what comes behind an upgrade is left for the next protocol`() {
        var exchange = HTTPExchange(limits: Limits())
        #expect(steps(&exchange, get("/ws") + "frame bytes", answersAtOnce: false) == ["GET /ws "])
        #expect(exchange.takeRemainder().elementsEqual("frame bytes".utf8))
    }
}
