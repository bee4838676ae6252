import Base
import Testing
import Wire

@Suite("WebSocket connection") struct WebSocketConnectionTests {
    @Test(arguments: HostileFrames.headers + HostileFrames.payloads)
    func `closes with the code that names the fault, however the frames are cut`(row: HostileFrames) {
        let bytes = row.bytes + ClientFrame.text("behind")
        for size in bytes.count > 10_000 ? [.max, 1000] : [.max, 1, 2, 3, 7] {
            let trace = WebSocketTrace(of: bytes, cutEvery: size)
            #expect(trace.events == [.closed(row.code)])
            #expect(trace.closeCode == row.code)
        }
    }

    static let conversation =
        ClientFrame.text("") + ClientFrame.text("hello") + ClientFrame.frame(0x82, [0xFF, 0x00])
        + ClientFrame.text("日本語, 😀 " + String(repeating: "x", count: 130))
        + ClientFrame.frame(0x01, [0xF0, 0x9F]) + ClientFrame.frame(0x89, Array("p1")) + ClientFrame.frame(0x00, [])
        + ClientFrame.frame(0x00, [0x98], key: [1, 2, 3, 4]) + ClientFrame.frame(0x8A, [])
        + ClientFrame.frame(0x80, [0x80] + Array("!")) + ClientFrame.frame(0x02, []) + ClientFrame.frame(0x80, [])
        + ClientFrame.frame(0x89, []) + ClientFrame.close(4000, Array("é")) + ClientFrame.text("behind")

    static let events: [WebSocketEvent] = [
        .text([]), .text(Array("hello")), .binary([0xFF, 0x00]),
        .text(Array("日本語, 😀 " + String(repeating: "x", count: 130))), .ping, .pong, .text(Array("😀!")), .binary([]),
        .ping, .closed(CloseCode(rawValue: 4000)),
    ]

    static let output: [UInt8] = [0x8A, 2] + Array("p1") + [0x8A, 0] + [0x88, 2, 0x0F, 0xA0]

    @Test(arguments: Array(1...conversation.count))
    func `understands the same frames however they are cut`(size: Int) {
        let trace = WebSocketTrace(of: Self.conversation, cutEvery: size)
        #expect(trace.events == Self.events)
        #expect(trace.output == Self.output)
    }

    @Test func `reads the examples of the RFC`() {
        // RFC 6455 section 5.7: a masked "Hello"; the others are masked here, since a client must.
        let hello: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(WebSocketTrace(of: hello).events == [.text(Array("Hello"))])
        let pong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(WebSocketTrace(of: pong).events == [.pong])
        let fragments = ClientFrame.frame(0x01, Array("Hel")) + ClientFrame.frame(0x80, Array("lo"))
        #expect(WebSocketTrace(of: fragments).events == [.text(Array("Hello"))])
    }

    @Test func `holds to its bounds exactly`() {
        let connection = WebSocketConnection(messageBytesMax: 10, fragmentCountMax: 3)
        func trace(_ bytes: [UInt8]) -> [WebSocketEvent] { WebSocketTrace(of: bytes, by: connection).events }
        let ten = [UInt8](repeating: 0x61, count: 10)
        #expect(trace(ClientFrame.frame(0x81, ten)) == [.text(ten)])
        #expect(trace(ClientFrame.frame(0x81, ten + [0x61])) == [.closed(.messageTooBig)])
        let two = ClientFrame.frame(0x01, ten) + ClientFrame.frame(0x00, [])
        #expect(trace(two + ClientFrame.frame(0x80, [])) == [.text(ten)])
        #expect(trace(two + ClientFrame.frame(0x80, [0x61])) == [.closed(.messageTooBig)])
        #expect(trace(two + ClientFrame.frame(0x00, []) + ClientFrame.frame(0x80, [])) == [.closed(.policyViolation)])
    }

    /// 4 MiB cut into pieces of 64 bytes are 65,536, and some clients put an empty one behind them.
    @Test(arguments: [65_536, 65_537]) func `takes as many fragments as a client may need`(count: Int) {
        let middle = repeatElement(ClientFrame.frame(0x00, []), count: count - 2).joined()
        let bytes = ClientFrame.frame(0x01, Array("a")) + middle + ClientFrame.frame(0x80, Array("b"))
        #expect(WebSocketTrace(of: bytes).events == [.text(Array("ab"))])
    }

    @Test(arguments: [[], [0x61]] as [[UInt8]]) func `does not take 200,000 fragments`(payload: [UInt8]) {
        let connection = WebSocketConnection(messageBytesMax: 16 << 20, fragmentCountMax: Limits().fragmentCountMax)
        let rest = repeatElement(ClientFrame.frame(0x00, payload), count: 199_999).joined()
        let trace = WebSocketTrace(of: ClientFrame.frame(0x02, payload) + rest, by: connection)
        #expect(trace.events == [.closed(.policyViolation)])
    }

    @Test func `lets the bound change between messages`() {
        var connection = WebSocketConnection(messageBytesMax: 2, fragmentCountMax: 10)
        connection.messageBytesMax = 5
        #expect(connection.events(for: ClientFrame.text("hello")) == [.text(Array("hello"))])
        connection.messageBytesMax = 2
        #expect(connection.events(for: ClientFrame.text("hello")) == [.closed(.messageTooBig)])
    }

    @Test func `keeps only the latest pong of a flood`() {
        var connection = WebSocketConnection.forTests
        for number in 0..<1000 {
            #expect(connection.events(for: ClientFrame.frame(0x89, Array("\(number)"))) == [.ping])
        }
        #expect(connection.takeOutput() == WebSocketFrame.pong(Array("999")))
        #expect(connection.output.isEmpty)
    }

    @Test func `answers a close frame in kind`() {
        #expect(WebSocketTrace(of: ClientFrame.frame(0x88, [])).events == [.closed(nil)])
        #expect(WebSocketTrace(of: ClientFrame.frame(0x88, [])).output == [0x88, 0])
        #expect(WebSocketTrace(of: ClientFrame.close(1000, Array("bye"))).output == [0x88, 2, 0x03, 0xE8])
    }

    @Test(arguments: [1, 2, 5, Int.max])
    func `drops what comes after its own close frame, until the peer's`(size: Int) {
        var connection = WebSocketConnection.forTests
        #expect(connection.events(for: ClientFrame.frame(0x01, Array("begun")) + [0x00, 0x83, 0]).isEmpty)
        #expect(!connection.isClosing)
        connection.close(.goingAway, reason: "so long")
        connection.close(.normal, reason: "not heard")
        #expect(connection.isClosing)
        #expect(connection.takeOutput() == [0x88, 9, 0x03, 0xE9] + Array("so long"))
        let rest: [UInt8] =
            [0, 0, 0, 0xFF, 0xFE, 0xFD] + ClientFrame.frame(0x89, []) + ClientFrame.text("dropped")
            + ClientFrame.frame(0x80, Array("dropped")) + ClientFrame.frame(0x81, [0xFF])
        for piece in size == .max ? [rest] : rest.cut(every: size) { #expect(connection.events(for: piece).isEmpty) }
        #expect(!connection.hasBufferedInput)
        #expect(connection.events(for: ClientFrame.close(1001)) == [.closed(.goingAway)])
        #expect(connection.output.isEmpty)
        #expect(connection.events(for: ClientFrame.text("late")).isEmpty)
        #expect(!connection.hasBufferedInput)
    }

    @Test func `does not close twice when the peer's answer is broken`() {
        var connection = WebSocketConnection.forTests
        connection.close(.normal, reason: "")
        _ = connection.takeOutput()
        #expect(connection.events(for: ClientFrame.close(999)) == [.closed(.protocolError)])
        #expect(connection.takeOutput().isEmpty)
        #expect(connection.isClosing)
    }

    @Test func `keeps bytes for which nobody has asked yet`() {
        var connection = WebSocketConnection.forTests
        connection.receive(ClientFrame.text("a") + ClientFrame.text("b"))
        #expect(connection.nextEvent() == .text(Array("a")))
        #expect(connection.hasBufferedInput)
        #expect(connection.nextEvent() == .text(Array("b")))
        #expect(!connection.hasBufferedInput)
    }

    @Test(arguments: 0..<300) func `survives noise`(seed: UInt64) {
        var chance = RandomSource(seed: seed)
        var bytes = Self.conversation
        for _ in 0..<Int.random(in: 1...4, using: &chance) {
            let place = Int.random(in: 0..<bytes.count, using: &chance)
            bytes.replaceSubrange(
                place..<min(place + 2, bytes.count), with: chance.bytes(Int.random(in: 0...3, using: &chance)))
        }
        let size = Int.random(in: 1...50, using: &chance)
        #expect(WebSocketTrace(of: bytes) == WebSocketTrace(of: bytes, cutEvery: size))
        _ = WebSocketTrace(of: chance.bytes(2000))
    }

    @Test(arguments: 0..<100) func `hands out what was sent, whatever it was`(seed: UInt64) {
        var chance = RandomSource(seed: seed)
        var bytes: [UInt8] = []
        var sent: [WebSocketEvent] = []
        for _ in 0..<10 {
            let payload = chance.bytes(Int.random(in: 0...300, using: &chance))
            let key = chance.bytes(4)
            let place = Int.random(in: 0...payload.count, using: &chance)
            if Bool.random(using: &chance) {
                bytes += ClientFrame.frame(0x82, payload, key: key)
            } else {
                bytes += ClientFrame.frame(0x02, Array(payload[..<place]), key: key)
                bytes += ClientFrame.frame(0x80, Array(payload[place...]), key: chance.bytes(4))
            }
            sent.append(.binary(payload))
        }
        let size = Int.random(in: 1...100, using: &chance)
        #expect(WebSocketTrace(of: bytes).events == sent)
        #expect(WebSocketTrace(of: bytes, cutEvery: size).events == sent)
    }
}
