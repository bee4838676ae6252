import Base
import Testing

@testable import Wire

@Suite("Compressing messages") struct DeflateTests {
    static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

    @Test(
        arguments: [
            ("one block", hello), ("no compression", [0x00, 0x05, 0x00, 0xFA, 0xFF] + Array("Hello") + [0x00]),
            ("a block that says it is the last", [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]),
            ("two blocks", [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]),
        ] as [(String, [UInt8])])
    func `reads the examples of the RFC, however they are cut`(name: String, payload: [UInt8]) {
        // RFC 7692 section 7.2.3.
        for size in [1, 2, 3, .max] {
            var inflater = Inflater(windowBits: 15)
            let (bytes, outcome) = Zlib.inflated(payload, cutEvery: size, by: &inflater)
            #expect(outcome == .done)
            #expect(bytes == Array("Hello"))
        }
    }

    @Test func `reads on from the messages before`() {
        // RFC 7692 section 7.2.3.2.
        var inflater = Inflater(windowBits: 15)
        #expect(Zlib.inflated(Self.hello, by: &inflater).bytes == Array("Hello"))
        #expect(Zlib.inflated([0xF2, 0x00, 0x11, 0x00, 0x00], by: &inflater).bytes == Array("Hello"))
        #expect(Zlib.inflated([0xF2, 0x00, 0x11, 0x00, 0x00]) == nil)
        // Also behind a block that says it is the last.
        var other = Inflater(windowBits: 15)
        #expect(Zlib.inflated([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], by: &other).bytes == Array("Hello"))
        #expect(Zlib.inflated([0xF2, 0x00, 0x11, 0x00, 0x00], by: &other).bytes == Array("Hello"))
    }

    @Test func `an empty message is one byte`() {
        // RFC 7692 section 7.2.3.6.
        #expect(Zlib.inflated([0x00]) == [])
        #expect(Zlib.inflated([]) == nil)
    }

    @Test func `refuses what ends in the middle`() {
        let payload = Zlib.deflated(Zlib.prose(5000))
        let cut = (0..<payload.count).filter { Zlib.inflated(Array(payload[..<$0])) == Zlib.prose(5000) }
        #expect(cut.isEmpty)
        #expect((1..<Self.hello.count).allSatisfy { Zlib.inflated(Array(Self.hello[..<$0])) != Array("Hello") })
        #expect(Zlib.inflated(Array(payload.dropLast())) == nil)
    }

    @Test func `last blocks may follow one another, as many as there are`() {
        // RFC 7692 section 7.2.3.4; `03 00` is an empty one.
        let hello: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        let payload = Array(repeatElement([0x03, 0x00] + hello, count: 5000).joined())
        for size in [1, 2, 10, .max] {
            var inflater = Inflater(windowBits: 15)
            let (bytes, outcome) = Zlib.inflated(payload + [0x00], cutEvery: size, by: &inflater)
            #expect(outcome == .done)
            #expect(bytes == Array(repeatElement(Array("Hello"), count: 5000).joined()))
        }
    }

    @Test(arguments: 0..<300) func `noise never traps, and never makes more than the bound`(seed: UInt64) {
        var chance = RandomSource(seed: seed)
        var payload = Zlib.deflated(Zlib.prose(3000, seed: Int(seed)))
        for _ in 0..<Int.random(in: 1...3, using: &chance) {
            payload[Int.random(in: 0..<payload.count, using: &chance)] = .random(in: .min ... .max, using: &chance)
        }
        let bytesMax = Int.random(in: 0...4000, using: &chance), size = Int.random(in: 1...100, using: &chance)
        for payload in [payload, chance.bytes(500)] {
            var one = Inflater(windowBits: 15), other = Inflater(windowBits: 15)
            let whole = Zlib.inflated(payload, bytesMax: bytesMax, by: &one)
            let cut = Zlib.inflated(payload, cutEvery: size, bytesMax: bytesMax, by: &other)
            #expect(whole == cut)
            #expect(whole.bytes.count <= bytesMax)
        }
    }

    @Test(arguments: UInt8(9)...15, [true, false]) func `hands out what was put in`(
        windowBits: UInt8, keepsContext: Bool
    ) {
        var deflater = Deflater(windowBits: windowBits, keepsContext: keepsContext)
        var inflater = Inflater(windowBits: windowBits)
        for byteCount in [20, 200, 300, 5000, 70_000, 200, 100_000, 300] {
            let message = Zlib.prose(byteCount, seed: byteCount)
            guard let payload = deflater.deflate(message) else { continue }
            #expect(payload.count < message.count)
            if !keepsContext { inflater = Inflater(windowBits: windowBits) }
            let (bytes, outcome) = Zlib.inflated(payload, cutEvery: 777, by: &inflater)
            #expect(outcome == .done)
            #expect(bytes == message)
        }
    }

    @Test func `context makes the second of two like messages small, and its absence makes them equal`() {
        let message = Zlib.prose(400)
        var keeping = Deflater(keepsContext: true), dropping = Deflater()
        let first = keeping.deflate(message) ?? [], second = keeping.deflate(message) ?? []
        #expect(second.count < first.count / 4)
        let one = dropping.deflate(message), other = dropping.deflate(message)
        #expect(one != nil && one == other)
    }

    @Test func `does not compress what gets no smaller, and goes on soundly after that`() {
        var chance = RandomSource(seed: 1)
        var deflater = Deflater(keepsContext: true)
        var inflater = Inflater(windowBits: 15)
        for _ in 0..<3 {
            #expect(deflater.deflate(chance.bytes(1000)) == nil)
            #expect(deflater.deflate([]) == nil)
            #expect(deflater.deflate([1]) == nil)
            let payload = deflater.deflate(Zlib.prose(1000)) ?? []
            #expect(Zlib.inflated(payload, by: &inflater).bytes == Zlib.prose(1000))
        }
    }

    @Test func `copies go on apart from each other`() {
        var deflater = Deflater(keepsContext: true)
        var inflater = Inflater(windowBits: 15)
        _ = Zlib.inflated(deflater.deflate(Zlib.prose(500)) ?? [], by: &inflater)
        var otherDeflater = deflater, otherInflater = inflater
        let left = deflater.deflate(Zlib.prose(600, seed: 1)) ?? []
        let right = otherDeflater.deflate(Zlib.prose(600, seed: 2)) ?? []
        #expect(Zlib.inflated(left, by: &inflater).bytes == Zlib.prose(600, seed: 1))
        #expect(Zlib.inflated(right, by: &otherInflater).bytes == Zlib.prose(600, seed: 2))
    }

    @Test func `stops a bomb at the bound`() {
        // 64 MiB of zeros in 64 KiB; and one that says nothing at all, again and again.
        let bomb = Zlib.deflated([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 400_000)
        var inflater = Inflater(windowBits: 15)
        let (bytes, outcome) = Zlib.inflated(bomb, bytesMax: 1000, by: &inflater)
        #expect(outcome == .full)
        #expect(bytes == [UInt8](repeating: 0, count: 1000))
        #expect(bytes.capacity < 100_000)
    }
}
