import Base
import Testing
import Wire

@Suite("HTTP request parser") struct HTTPRequestParserTests {
    @Test(arguments: HostileRequest.framing + HostileRequest.fieldLines + HostileRequest.requestLines)
    func `refuses hostile bytes, however they are cut, and answers nothing behind them`(row: HostileRequest) throws {
        let bytes = row.bytes + Array("\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
        let whole = RequestTrace(of: bytes)
        let violation = try #require(whole.violation)
        #expect(row.statuses.contains(violation.status), "\(violation)")
        #expect(whole.heads.map(\.path) == (row.isHeadSound ? ["/"] : []))
        for size in [1, 2, 3, 7, 1000] { #expect(RequestTrace(of: bytes, cutEvery: size) == whole) }
    }

    static let conversation = Array(
        "\r\nGET /api/v1/channels/%C3%A9/?q=a+b%2B&x&q=2 HTTP/1.1\r\nHost: Example.ORG:8080\r\n"
            + "X-A:  one \t\r\nx-a: two\r\n\r\n"
            + "POST /m HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
            + "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "5\r\nhello\r\n00A; a=b;c=\"d\\\";\" ;e\r\n0123456789\r\n0\r\nTrailer: dropped\r\n\r\n"
            + "POST /empty HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    @Test func `reads requests that follow one another`() {
        let trace = RequestTrace(of: Self.conversation)
        #expect(trace.heads.map(\.method) == [.get, .post, .put, .post])
        #expect(
            trace.lines.filter { !$0.hasPrefix("head") } == [
                "end", "body hello", "end", "body hello0123456789", "end", "end",
            ])
        #expect(trace.heads.map(\.bodyLength) == [.none, .length(5), .chunked, .length(0)])
        #expect(trace.heads.map(\.keepsAlive) == [true, true, true, false])
    }

    @Test(arguments: 1...200) func `understands the same requests however they are cut`(size: Int) {
        #expect(RequestTrace(of: Self.conversation, cutEvery: size) == RequestTrace(of: Self.conversation))
    }

    @Test func `takes a head apart`() throws {
        let head = try #require(RequestTrace(of: Self.conversation).heads.first)
        #expect(head.path == "/api/v1/channels/%C3%A9/")
        #expect(head.segments == ["api", "v1", "channels", "é"])
        #expect(head.query.pairs.map(\.name) == ["q", "x", "q"])
        #expect(head.query["q"] == "a b+")
        #expect(head.query["x"] == "")
        #expect(head.query["y"] == nil)
        #expect(head.host == "example.org:8080")
        #expect(head.version == .http11)
        #expect(head.headers["x-a"] == "one")
        #expect(head.headers.values("x-a") == ["one", "two"])
        #expect(head.headers.tokens("x-a") == ["one", "two"])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: h", true), ("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close", false),
        ("GET / HTTP/1.0", false), ("GET / HTTP/1.0\r\nConnection: Keep-Alive", true),
        ("GET / HTTP/1.7\r\nHost: h", true),
    ]) func `knows whether the connection is to be kept`(head: String, keepsAlive: Bool) {
        #expect(RequestTrace(of: Array(head + "\r\n\r\n")).heads.map(\.keepsAlive) == [keepsAlive])
    }

    @Test(arguments: [
        ("GET http://Other.example:81/a/b?c=d HTTP/1.1\r\nHost: h", "other.example:81", ["a", "b"]),
        ("GET HTTPS://other.example HTTP/1.1\r\nHost: h", "other.example", []),
        ("GET http://[::1]:80?q HTTP/1.1\r\nHost: h", "[::1]:80", []),
        ("OPTIONS * HTTP/1.1\r\nHost: my_host", "my_host", []), ("GET / HTTP/1.0", "", []),
    ]) func `lets the target's host override the field`(head: String, host: String, segments: [String]) {
        let heads = RequestTrace(of: Array(head + "\r\n\r\n")).heads
        #expect(heads.map(\.host) == [host])
        #expect(heads.map(\.segments) == [segments])
    }

    @Test(arguments: [
        ("HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3", true),
        ("HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked", true),
        ("HTTP/1.1\r\nHost: h\r\nExpect: 100-continue", false), ("HTTP/1.1\r\nHost: h\r\nContent-Length: 3", false),
        ("HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3", false),
    ]) func `knows whether the client waits for 100 Continue`(head: String, expects: Bool) {
        #expect(RequestTrace(of: Array("POST / \(head)\r\n\r\n")).heads.map(\.expectsContinue) == [expects])
    }

    @Test func `holds to its bounds exactly`() {
        let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n"
        func statuses(headBytesMax: Int, headerCountMax: Int, bodyBytesMax: Int) -> Int? {
            let parser = HTTPRequestParser(
                headBytesMax: headBytesMax, headerCountMax: headerCountMax, bodyBytesMax: bodyBytesMax)
            return RequestTrace(of: Array(head + "body"), by: parser).violation?.status
        }
        #expect(statuses(headBytesMax: head.utf8.count, headerCountMax: 2, bodyBytesMax: 4) == nil)
        #expect(statuses(headBytesMax: head.utf8.count - 1, headerCountMax: 2, bodyBytesMax: 4) == 431)
        #expect(statuses(headBytesMax: head.utf8.count, headerCountMax: 1, bodyBytesMax: 4) == 431)
        #expect(statuses(headBytesMax: head.utf8.count, headerCountMax: 2, bodyBytesMax: 3) == 413)
        #expect(statuses(headBytesMax: 16, headerCountMax: 2, bodyBytesMax: 3) == 414)
    }

    @Test func `lets a route change the bound of its own body only`() throws {
        var parser = HTTPRequestParser(headBytesMax: 1000, headerCountMax: 10, bodyBytesMax: 4)
        func receive(_ text: String) { Array(text).withUnsafeBytes { parser.receive($0) } }
        receive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
        guard case .head = parser.nextEvent() else { throw UnexpectedEvent() }
        parser.bodyBytesMax = 5
        guard case .body = parser.nextEvent(), case .end = parser.nextEvent() else { throw UnexpectedEvent() }
        #expect(parser.bodyBytesMax == 4)
        receive("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        guard case .head = parser.nextEvent() else { throw UnexpectedEvent() }
        parser.bodyBytesMax = 0
        receive("1\r\n")
        guard case .violation(let violation) = parser.nextEvent() else { throw UnexpectedEvent() }
        #expect(violation.status == 413)
        receive("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(parser.nextEvent() == nil)
    }

    @Test func `says where in a request it is, and hands out what follows an upgrade`() throws {
        var parser = HTTPRequestParser.forTests
        func receive(_ text: String) { Array(text).withUnsafeBytes { parser.receive($0) } }
        #expect(parser.isBetweenRequests)
        receive("G")
        #expect(!parser.isBetweenRequests)
        receive("ET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n")
        guard case .head = parser.nextEvent() else { throw UnexpectedEvent() }
        #expect(parser.isReceivingBody)
        #expect(parser.nextEvent() == nil)
        receive("xframes")
        guard case .body = parser.nextEvent(), case .end = parser.nextEvent() else { throw UnexpectedEvent() }
        #expect(!parser.isReceivingBody)
        #expect(parser.takeRemainder() == Array("frames"))
        #expect(parser.takeRemainder().isEmpty)
        #expect(parser.isBetweenRequests)
    }

    @Test(arguments: 0..<300) func `survives noise`(seed: UInt64) {
        var chance = RandomSource(seed: seed)
        var bytes = Self.conversation
        for _ in 0..<Int.random(in: 1...8, using: &chance) {
            let place = Int.random(in: 0..<bytes.count, using: &chance)
            bytes.replaceSubrange(
                place..<min(place + 2, bytes.count), with: chance.bytes(Int.random(in: 0...3, using: &chance)))
        }
        let trace = RequestTrace(of: bytes)
        #expect(trace == RequestTrace(of: bytes, cutEvery: Int.random(in: 1...50, using: &chance)))
        _ = RequestTrace(of: chance.bytes(2000))
    }
}

struct UnexpectedEvent: Error {}
