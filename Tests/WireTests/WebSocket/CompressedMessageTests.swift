import Base
import Testing

@testable import Wire

@Suite("Compressed messages of a connection") struct CompressedMessageTests {
    static func connection(
        messageBytesMax: Int = 64 << 10, deflate: DeflateAgreement? = DeflateAgreement()
    ) -> WebSocketConnection {
        WebSocketConnection(
            messageBytesMax: messageBytesMax, fragmentCountMax: Limits().fragmentCountMax, deflate: deflate)
    }

    static let keeping = DeflateAgreement(dropsServerContext: false, dropsClientContext: false)

    /// Compressed and plain messages, in fragments and with control frames between.
    static let conversation: [UInt8] = {
        let long = Zlib.deflated(Zlib.prose(3000))
        let pieces = long.cut(every: long.count / 3)
        return ClientFrame.frame(0xC1, DeflateTests.hello) + ClientFrame.text("plain")
            + ClientFrame.frame(0x41, [0xF2, 0x48, 0xCD]) + ClientFrame.frame(0x89, Array("p"))
            + ClientFrame.frame(0x80, [0xC9, 0xC9, 0x07, 0x00]) + ClientFrame.frame(0xC2, [0x00])
            + ClientFrame.frame(0x41, []) + ClientFrame.frame(0x00, pieces[0])
            + pieces[1...].flatMap { ClientFrame.frame(0x00, $0) } + ClientFrame.frame(0x80, [])
            + ClientFrame.frame(0xC2, Zlib.stored([0xFF, 0x00])) + ClientFrame.close(1000) + ClientFrame.text("behind")
    }()

    static let events: [WebSocketEvent] = [
        .text(Array("Hello")), .text(Array("plain")), .ping, .text(Array("Hello")), .binary([]),
        .text(Zlib.prose(3000)), .binary([0xFF, 0x00]), .closed(.normal),
    ]

    @Test(arguments: Array(1...conversation.count))
    func `understands the same frames however they are cut`(size: Int) {
        let trace = WebSocketTrace(of: Self.conversation, cutEvery: size, by: Self.connection())
        #expect(trace.events == Self.events)
        #expect(trace.output == [0x8A, 1] + Array("p") + [0x88, 2, 0x03, 0xE8])
    }

    @Test(arguments: [1, 2, 100, .max]) func `the same is read of who refers farther back than agreed`(size: Int) {
        // The agreement is on 512 bytes, the message refers back 600. That is no reason for an end that depends on how
        // the network has cut it.
        var chance = RandomSource(seed: 7)
        let letters = (0..<600).map { _ in UInt8.random(in: 0x61...0x70, using: &chance) }
        let message = letters + letters[..<100], payload = Zlib.deflated(message)
        #expect(payload.count < message.count * 6 / 10, "so that it does refer back")
        var agreement = Self.keeping
        agreement.clientWindowBits = 9
        let trace = WebSocketTrace(
            of: ClientFrame.frame(0xC2, payload), cutEvery: size, by: Self.connection(deflate: agreement))
        let isRead = trace.events == [.binary(message)]
        #expect(isRead)
    }

    static let hostile: [HostileFrames] = [
        HostileFrames("compressed ping", ClientFrame.frame(0xC9, [])),
        HostileFrames("compressed pong", ClientFrame.frame(0xCA, [])),
        HostileFrames("compressed close", ClientFrame.frame(0xC8, [])),
        HostileFrames("RSV1 on a continuation", ClientFrame.frame(0x41, [0xF2]) + ClientFrame.frame(0xC0, [])),
        HostileFrames("RSV2", ClientFrame.frame(0xA1, Array("hi"))),
        HostileFrames("RSV1 and RSV2", ClientFrame.frame(0xE1, DeflateTests.hello)),
        HostileFrames("RSV1 and RSV3", ClientFrame.frame(0xD1, DeflateTests.hello)),
        HostileFrames("a message inside a compressed one", ClientFrame.frame(0x41, [0xF2]) + ClientFrame.text("b")),
        HostileFrames("corrupt", ClientFrame.frame(0xC2, [0xFF, 0xFF, 0xFF]), .invalidPayload),
        HostileFrames(
            "corrupt, and never ending", ClientFrame.header(0xC2, length: 9) + [0, 0, 0, 0, 7], .invalidPayload),
        HostileFrames("cut in the middle", ClientFrame.frame(0xC2, [0xF2, 0x48]), .invalidPayload),
        HostileFrames("nothing", ClientFrame.frame(0xC2, []), .invalidPayload),
        HostileFrames(
            "nothing, in two fragments", ClientFrame.frame(0x42, []) + ClientFrame.frame(0x80, []), .invalidPayload),
        HostileFrames(
            "refers to a dropped context",
            ClientFrame.frame(0xC1, DeflateTests.hello) + ClientFrame.frame(0xC1, [0xF2, 0x00, 0x11, 0x00, 0x00]),
            .invalidPayload),
        HostileFrames("bad UTF-8", ClientFrame.frame(0xC1, Zlib.stored([0x61, 0xFF])), .invalidPayload),
        HostileFrames("cut UTF-8", ClientFrame.frame(0xC1, Zlib.stored([0xE2, 0x82])), .invalidPayload),
        HostileFrames(
            "bad UTF-8 in the first fragment of many",
            ClientFrame.frame(0x41, Array(Zlib.stored([0xC0]).dropLast())), .invalidPayload),
        HostileFrames(
            "bomb", ClientFrame.frame(0xC2, Zlib.deflated([UInt8](repeating: 0, count: 8 << 20))), .messageTooBig),
        HostileFrames(
            "one byte over the bound", ClientFrame.frame(0xC2, Zlib.stored([UInt8](repeating: 7, count: 65_537))),
            .messageTooBig),
        HostileFrames(
            "announces too much", ClientFrame.header(0xC2, length: 132_097) + ClientFrame.key, .messageTooBig),
        HostileFrames(
            "announces everything", ClientFrame.header(0xC2, length: .max >> 1) + ClientFrame.key, .messageTooBig),
        HostileFrames(
            "empty blocks without end",
            ClientFrame.frame(0x42, [UInt8](repeating: 0, count: 0))
                + Array(repeatElement(ClientFrame.frame(0x00, emptyBlocks), count: 20).joined()), .messageTooBig),
    ]

    private static let emptyBlocks = Array(
        repeatElement([0x00, 0x00, 0x00, 0xFF, 0xFF] as [UInt8], count: 2000).joined())

    @Test(arguments: hostile)
    func `closes with the code that names the fault, however the frames are cut`(row: HostileFrames) {
        let bytes = row.bytes + ClientFrame.text("behind")
        for size in bytes.count > 10_000 ? [.max, 1000] : [.max, 1, 2, 3, 7] {
            let trace = WebSocketTrace(of: bytes, cutEvery: size, by: Self.connection())
            #expect(trace.events.last == .closed(row.code))
            #expect(trace.events.dropLast().allSatisfy { $0 == .text(Array("Hello")) })
            #expect(trace.closeCode == row.code)
        }
    }

    @Test(arguments: HostileFrames.headers + HostileFrames.payloads)
    func `agreeing on compression makes nothing else sound`(row: HostileFrames) {
        // What is marked as compressed is another fault now, but still one.
        let code = row.name == "RSV1 without extension" ? CloseCode.invalidPayload : row.code
        let trace = WebSocketTrace(of: row.bytes + ClientFrame.text("behind"), by: Self.connection())
        #expect(trace.events == [.closed(code)])
    }

    @Test func `holds to the bound exactly`() {
        let most = [UInt8](repeating: 0x61, count: 65_536)
        for payload in [Zlib.deflated(most), Zlib.stored(most)] {
            let trace = WebSocketTrace(of: ClientFrame.frame(0xC1, payload), by: Self.connection())
            #expect(trace.events == [.text(most)])
        }
        let over = WebSocketTrace(of: ClientFrame.frame(0xC1, Zlib.deflated(most + [0x61])), by: Self.connection())
        #expect(over.events == [.closed(.messageTooBig)])
    }

    @Test func `the fault that comes first in the text is the one that is told`() {
        let bad = [0xFF] + [UInt8](repeating: 0x61, count: 100), late = [UInt8](repeating: 0x61, count: 11) + [0xFF]
        for size in [1, 5, .max] {
            func events(_ message: [UInt8]) -> [WebSocketEvent] {
                WebSocketTrace(
                    of: ClientFrame.frame(0xC1, Zlib.stored(message)), cutEvery: size,
                    by: Self.connection(messageBytesMax: 11)
                ).events
            }
            #expect(events(bad) == [.closed(.invalidPayload)])
            #expect(events(late) == [.closed(.messageTooBig)])
        }
    }

    @Test(arguments: [1, 3, 1000, .max]) func `reads on from earlier messages when the client keeps its context`(
        size: Int
    ) {
        var deflater = Deflater(keepsContext: true)
        let messages = (0..<10).map { Zlib.prose(300 + $0 * 50, seed: $0 % 2) }
        let bytes = messages.flatMap { message in
            deflater.deflate(message).map { ClientFrame.frame(0xC1, $0) } ?? ClientFrame.frame(0x81, message)
        }
        let trace = WebSocketTrace(of: bytes, cutEvery: size, by: Self.connection(deflate: Self.keeping))
        #expect(trace.events == messages.map { .text($0) })
    }

    @Test func `takes 65,536 fragments`() {
        let message = Zlib.prose(60_000)
        let payload = Zlib.stored(message)
        let pieces = payload.cut(every: 1) + Array(repeating: [], count: 65_536 - payload.count)
        var bytes = ClientFrame.frame(0x41, pieces[0])
        for piece in pieces[1..<65_535] { bytes += ClientFrame.frame(0x00, piece) }
        bytes += ClientFrame.frame(0x80, pieces[65_535])
        #expect(WebSocketTrace(of: bytes, by: Self.connection()).events == [.text(message)])
    }

    @Test(arguments: [1, 2, Int.max]) func `drops compressed messages behind its own close frame unread`(size: Int) {
        var connection = Self.connection()
        #expect(connection.events(for: ClientFrame.frame(0x41, [0xF2, 0x48])).isEmpty)
        connection.close(.goingAway, reason: "")
        let rest = ClientFrame.frame(0x80, [0xFF]) + ClientFrame.frame(0xC1, [0xFF, 0xFF]) + ClientFrame.close(1001)
        let events = (size == .max ? [rest] : rest.cut(every: size)).flatMap { connection.events(for: $0) }
        #expect(events == [.closed(.goingAway)])
    }

    @Test func `copies in the middle of a message go on apart from each other`() {
        var one = Self.connection()
        let halves = DeflateTests.hello.cut(every: 4)
        #expect(one.events(for: ClientFrame.frame(0x41, halves[0])).isEmpty)
        var other = one
        #expect(one.events(for: ClientFrame.frame(0x80, halves[1])) == [.text(Array("Hello"))])
        #expect(other.events(for: ClientFrame.frame(0x80, [0xFF, 0xFF])) == [.closed(.invalidPayload)])
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
        for agreement in [DeflateAgreement(), Self.keeping] {
            let connection = Self.connection(messageBytesMax: 2000, deflate: agreement)
            #expect(
                WebSocketTrace(of: bytes, by: connection) == WebSocketTrace(of: bytes, cutEvery: size, by: connection))
        }
    }
}
