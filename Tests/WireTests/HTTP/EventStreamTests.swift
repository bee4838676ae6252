import Testing

@testable import Wire

@Suite("Streams of events") struct EventStreamTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func event(_ name: String, _ id: String, _ data: String) -> String {
        text(EventStream.event(.init(name: Array(name.utf8), id: Array(id.utf8)), data: Array(data.utf8)))
    }

    @Test func `an event is its name, its id and its data, each on a line, and an empty line`() {
        #expect(event("a.b", "7:12", #"{"x":1}"#) == "event: a.b\nid: 7:12\ndata: {\"x\":1}\n\n")
        #expect(event("a", "", "x") == "event: a\ndata: x\n\n")
        #expect(event("", "", "x") == "data: x\n\n")
        #expect(text(EventStream.event(.init("close"), data: Array("x".utf8))) == "event: close\ndata: x\n\n")
    }

    @Test(arguments: ["a\nb", "a\rb", "a\r\nb", "\na\n\nb\n"]) func `no data breaks out of its event`(data: String) {
        #expect(event("e", "", data) == "event: e\ndata: a\ndata: b\n\n")
    }

    @Test func `a comment is a block of its own, and a time to wait is none`() {
        #expect(text(EventStream.ping) == ": ping\n\n")
        #expect(text(EventStream.retry(afterMilliseconds: 3_000)) == "retry: 3000\n")
    }

    @Test(arguments: [1, 9, 15, 16, 255, 256, 70_000]) func `a chunk is its size, its bytes and nothing else`(
        count: Int
    ) {
        let bytes = [UInt8](repeating: 0x61, count: count)
        let size = String(count, radix: 16)
        #expect(text(StreamFraming.chunks.piece(bytes)) == "\(size)\r\n" + text(bytes) + "\r\n")
        #expect(StreamFraming.untilClose.piece(bytes) == bytes)
    }

    @Test func `nothing is not the last chunk`() {
        #expect(StreamFraming.chunks.piece([]).isEmpty)
        #expect(text(StreamFraming.chunks.end) == "0\r\n\r\n")
        #expect(StreamFraming.untilClose.end.isEmpty)
    }

    @Test func `only who speaks 1_1 is sent chunks`() {
        #expect(StreamFraming(for: .http11) == .chunks)
        #expect(StreamFraming(for: .http10) == .untilClose)
    }

    @Test func `a message is made an event once for all its receivers, and is a frame for others`() {
        var shared = SharedFrame.text(Array(#"{"type":"t"}"#.utf8)), asked = 0
        func piece(_ framing: StreamFraming) -> [UInt8] {
            shared.piece(framing) { message in
                asked += 1
                return .init(name: Array("\(message.count)".utf8))
            }
        }
        let one = piece(.chunks), two = piece(.chunks)
        #expect(text(one) == "1e\r\nevent: 12\ndata: {\"type\":\"t\"}\n\n\r\n")
        // The same memory, not only the same bytes.
        #expect(one.withUnsafeBytes(\.baseAddress) == two.withUnsafeBytes(\.baseAddress))
        #expect(asked == 1)
        #expect(text(piece(.untilClose)) == "event: 12\ndata: {\"type\":\"t\"}\n\n")
        #expect(shared.plain == WebSocketFrame.text(Array(#"{"type":"t"}"#.utf8)))
    }

    @Test func `the head of a stream has no length`() throws {
        let response = HTTPResponse(status: 200, headers: HTTPHeaders([("Content-Type", EventStream.contentType)]))
        func head(_ framing: StreamFraming) throws -> String {
            text(try HTTPResponseWriter.encodeHead(response, framing: framing, keepsAlive: false, date: "D"))
        }
        let start = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nDate: D\r\nConnection: close\r\n"
        #expect(try head(.chunks) == start + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(try head(.untilClose) == start + "\r\n")
    }
}
