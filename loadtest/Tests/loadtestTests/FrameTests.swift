import Testing

@testable import loadtest

struct FrameTests {
    /// A frame as a server sends it, unmasked.
    static func fromServer(_ payload: [UInt8], opcode: UInt8 = 1, isFinal: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case 0..<126: bytes.append(UInt8(payload.count))
        case 126..<65_536: bytes += [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 255) }
        }
        return bytes + payload
    }

    private func read(_ bytes: [UInt8]) throws(ProtocolFault) -> Frame.Head? {
        try Frame.read(bytes.span, from: 0, payloadBytesMax: 100_000)
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_001])
    func `reads a frame of any length, and nothing before it is whole`(length: Int) throws {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let bytes = Self.fromServer(payload)
        let head = try #require(try read(bytes))
        #expect(Array(bytes[head.payload]) == payload)
        #expect(try read(bytes.dropLast()) == nil)
    }

    @Test func `writes the masked hello of RFC 6455, section 5-7`() {
        var bytes: [UInt8] = []
        Frame.append(Array("Hello".utf8), as: .text, mask: UInt32(littleEndian: 0x3D21_FA37), to: &bytes)
        #expect(bytes == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test(arguments: [0, 3, 7, 8, 9, 16, 125, 126, 300, 65_536])
    func `a mask taken twice gives the text again`(length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var bytes: [UInt8] = []
        Frame.append(payload, as: .text, mask: 0xA1B2_C3D4, to: &bytes)
        let start = bytes.count - length
        #expect(length == 0 || Array(bytes[start...]) != payload)
        Frame.applyMask(0xA1B2_C3D4, to: &bytes, from: start)
        #expect(Array(bytes[start...]) == payload)
    }

    @Test(
        arguments: [
            [0xC1, 0x00], [0x83, 0x00], [0x81, 0x80, 0, 0, 0, 0], [0x89, 126, 0, 126], [0x09, 0x00],
            [0x81, 126, 0, 5], [0x81, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0x81, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `refuses what a server must not send`(bytes: [UInt8]) {
        #expect(throws: ProtocolFault.self) { try read(bytes) }
    }
}
