import Testing

@testable import Wire

@Suite("Frames for many and for one") struct SharedFrameTests {
    /// What a frame of the server says: its first byte, and its message.
    static func read(_ frame: [UInt8], windowBits: UInt8 = 15) -> (first: UInt8, message: [UInt8]?) {
        let headerByteCount = frame[1] < 126 ? 2 : frame[1] == 126 ? 4 : 10
        let payload = Array(frame[headerByteCount...])
        return (frame[0], frame[0] & 0x40 == 0 ? payload : Zlib.inflated(payload, windowBits: windowBits))
    }

    @Test func `gives each receiver the form that it agreed on`() {
        let message = Zlib.prose(1000)
        var compressor = SharedCompressor(messageBytesMin: 200), shared = SharedFrame.text(message)
        let plain = shared.form(for: nil, by: &compressor)
        #expect(plain == WebSocketFrame.text(message))
        let compressed = shared.form(for: DeflateAgreement(), by: &compressor)
        #expect(compressed.count < plain.count)
        #expect(Self.read(compressed).first == 0xC1)
        #expect(Self.read(compressed).message == message)
        #expect(shared.form(for: nil, by: &compressor) == plain)
    }

    @Test func `compresses once for all`() {
        let message = Zlib.prose(1000)
        var first = SharedCompressor(messageBytesMin: 200), other = SharedCompressor(messageBytesMin: 200)
        var shared = SharedFrame.text(message)
        let one = shared.form(for: DeflateAgreement(), by: &first)
        let two = shared.form(for: DeflateAgreement(dropsServerContext: false), by: &other)
        // The same memory, not only the same bytes.
        #expect(one.withUnsafeBytes(\.baseAddress) == two.withUnsafeBytes(\.baseAddress))
    }

    @Test(arguments: [0, 1, 199]) func `leaves short messages as they are`(byteCount: Int) {
        let message = Zlib.prose(byteCount)
        var compressor = SharedCompressor(messageBytesMin: 200),
            own = MessageCompressor(DeflateAgreement(), messageBytesMin: 200)
        #expect(compressor.frame(.text, message, for: DeflateAgreement()) == WebSocketFrame.text(message))
        #expect(own.frame(.binary, message) == WebSocketFrame.binary(message))
    }

    @Test func `leaves as it is what does not get smaller`() {
        let message = (0..<250).map { UInt8($0) }
        var compressor = SharedCompressor(messageBytesMin: 200)
        #expect(compressor.frame(.binary, message, for: DeflateAgreement()) == WebSocketFrame.binary(message))
    }

    @Test(arguments: UInt8(8)...15) func `never refers farther back than the receiver's window`(windowBits: UInt8) {
        let agreement = DeflateAgreement(serverWindowBits: windowBits)
        for byteCount in [250, 256, 257, 1 << windowBits, 1 << windowBits + 1, 70_000] {
            let message = Zlib.prose(byteCount)
            var compressor = SharedCompressor(messageBytesMin: 200),
                own = MessageCompressor(agreement, messageBytesMin: 200)
            for frame in [compressor.frame(.text, message, for: agreement), own.frame(.text, message)] {
                #expect(Self.read(frame, windowBits: windowBits).message == message)
            }
            let isCompressed = compressor.frame(.text, message, for: agreement)[0] == 0xC1
            #expect(isCompressed == (windowBits == 15 || byteCount <= 1 << windowBits))
        }
    }

    @Test func `keeps its context only as agreed`() {
        let message = Zlib.prose(1000)
        var keeping = MessageCompressor(DeflateAgreement(dropsServerContext: false), messageBytesMin: 200)
        var dropping = MessageCompressor(DeflateAgreement(), messageBytesMin: 200)
        let first = keeping.frame(.text, message)
        #expect(keeping.frame(.text, message).count < first.count / 4)
        #expect(dropping.frame(.text, message) == dropping.frame(.text, message))
    }
}
