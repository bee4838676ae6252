import Testing
import Wire

@testable import WSServer

@Suite("Outbound queue") struct OutboundQueueTests {
    /// A frame of each form of length: 7, 16 and 64 bits.
    private static let payloadSizes = [0, 1, 125, 126, 300, 65_535, 65_536, 70_000]
    private static let frames = payloadSizes.enumerated().map { index, size in
        WebSocketFrame.text([UInt8](repeating: UInt8(ascii: "a") + UInt8(index), count: size))
    }

    private func text(_ text: String) -> [UInt8] { WebSocketFrame.text(Array(text.utf8)) }

    /// The whole frames that a peer receives; `nil` when bytes are left that are none.
    private func split(_ bytes: [UInt8]) -> [[UInt8]]? {
        var frames: [[UInt8]] = [], rest = bytes[...]
        while !rest.isEmpty {
            guard let second = rest.dropFirst().first else { return nil }
            let lengthBytes = second == 126 ? 2 : second == 127 ? 8 : 0
            let length =
                lengthBytes == 0
                ? Int(second) : rest.dropFirst(2).prefix(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 2 + lengthBytes + length else { return nil }
            frames.append(Array(rest.prefix(2 + lengthBytes + length)))
            rest = rest.dropFirst(2 + lengthBytes + length)
        }
        return frames
    }

    /// Sends up to `count` bytes to a peer who keeps them.
    private func send(_ count: Int, from queue: inout OutboundQueue, to peer: inout [UInt8]) {
        let bytes = queue.withUnsentBytes { Array($0.prefix(count)) }
        peer += bytes
        queue.consume(bytes.count)
    }

    /// Every boundary of the frames with its neighbours, and places inside.
    private static let splits: [Int] = {
        var places: Set<Int> = [], start = 0
        for frame in frames {
            for offset in [0, 1, 2, 3, 4, 5, 9, 10, 11, frame.count / 2, frame.count - 1] where offset < frame.count {
                places.insert(start + offset)
            }
            start += frame.count
        }
        return places.sorted()
    }()

    /// A queue behind whose answer to the upgrade there are only frames.
    private static func framed() -> OutboundQueue {
        var queue = OutboundQueue()
        queue.beginFrames()
        return queue
    }

    @Test(arguments: splits) func `a frame put ahead never cuts another in two`(sent: Int) {
        var queue = Self.framed(), peer: [UInt8] = []
        for frame in Self.frames { queue.append(frame) }
        send(sent, from: &queue, to: &peer)
        queue.insertAhead(text("ping"))
        send(.max, from: &queue, to: &peer)
        let received = split(peer) ?? []
        #expect(received.filter { $0 != text("ping") } == Self.frames)
        // It comes next, behind the frame that had begun to leave.
        var begun = 0, start = 0
        while start < sent {
            start += Self.frames[begun].count
            begun += 1
        }
        #expect(received.firstIndex(of: text("ping")) == begun)
        #expect(queue.isEmpty)
    }

    @Test(arguments: splits) func `discarding keeps the frame in transit whole and drops the others`(sent: Int) {
        var queue = Self.framed(), peer: [UInt8] = []
        for frame in Self.frames { queue.append(frame) }
        send(sent, from: &queue, to: &peer)
        queue.discardQueued()
        queue.append(text("bye"))
        send(.max, from: &queue, to: &peer)
        let received = split(peer) ?? []
        #expect(received.last == text("bye"))
        #expect(Self.frames.starts(with: received.dropLast()))
        #expect(received.dropLast().reduce(0) { $0 + $1.count } - sent < 70_010)
        #expect(queue.isEmpty)
    }

    /// Pieces of a stream of events, small ones and large.
    private static let blocks = [1, 2, 14, 15, 16, 300, 70_000].map { size in
        [UInt8](repeating: UInt8(ascii: "a"), count: size) + Array("\n\n".utf8)
    }

    @Test(arguments: [StreamFraming.chunks, .untilClose])
    func `discarding what is left of a stream keeps the event in transit whole`(framing: StreamFraming) {
        let pieces = Self.blocks.map { framing.piece($0) }
        var start = 0
        for piece in pieces {
            for sent in [start, start + 1, start + 2, start + piece.count - 1] {
                var queue = OutboundQueue(), peer: [UInt8] = []
                queue.append(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
                queue.beginFrames(.events(framing))
                send(.max, from: &queue, to: &peer)
                peer = []
                for piece in pieces { queue.append(piece) }
                send(sent, from: &queue, to: &peer)
                queue.discardQueued()
                queue.append(framing.piece(Array("bye\n\n".utf8)))
                send(.max, from: &queue, to: &peer)
                let whole = sent == start ? pieces.prefix { $0 != piece } : pieces.prefix { $0 != piece } + [piece]
                #expect(peer == whole.flatMap { $0 } + framing.piece(Array("bye\n\n".utf8)))
                #expect(queue.isEmpty)
            }
            start += piece.count
        }
    }

    @Test(arguments: [StreamFraming.chunks, .untilClose])
    func `a piece put ahead stands between two others`(framing: StreamFraming) {
        var queue = OutboundQueue(), peer: [UInt8] = []
        queue.beginFrames(.events(framing))
        let pieces = Self.blocks.map { framing.piece($0) }
        for piece in pieces { queue.append(piece) }
        send(pieces[0].count + 1, from: &queue, to: &peer)
        queue.insertAhead(framing.piece(Array(": ping\n\n".utf8)))
        send(.max, from: &queue, to: &peer)
        let ahead = pieces.prefix(2) + [framing.piece(Array(": ping\n\n".utf8))] + pieces.dropFirst(2)
        #expect(peer == ahead.flatMap { $0 })
    }

    @Test(arguments: [1, 7, 1_000, 65_536, 100_000]) func `what is taken in pieces is what was put in`(piece: Int) {
        var queue = Self.framed(), peer: [UInt8] = [], expected: [UInt8] = []
        // One byte at a time it is enough to see some of them.
        let frames = piece < 100 ? Array(Self.frames.prefix(5)) : Self.frames
        for frame in frames {
            queue.append(frame)
            expected += frame
            send(piece, from: &queue, to: &peer)
        }
        #expect(queue.count == expected.count - peer.count)
        while !queue.isEmpty { send(piece, from: &queue, to: &peer) }
        #expect(peer == expected)
    }

    @Test func `a frame put ahead of nothing is sent`() {
        var queue = Self.framed(), peer: [UInt8] = []
        queue.insertAhead(text("ping"))
        send(.max, from: &queue, to: &peer)
        #expect(peer == text("ping"))
    }

    @Test func `frames put ahead go before what is queued, the last one first`() {
        var queue = Self.framed(), peer: [UInt8] = []
        queue.append(text("event"))
        queue.insertAhead(text("one"))
        queue.insertAhead(text("two"))
        send(.max, from: &queue, to: &peer)
        #expect(split(peer) == [text("two"), text("one"), text("event")])
    }

    @Test func `discarding what is empty, or has not begun, leaves nothing`() {
        var queue = Self.framed()
        queue.discardQueued()
        #expect(queue.isEmpty)
        queue.append(text("event"))
        queue.discardQueued()
        #expect(queue.isEmpty)
        #expect(queue.count == 0)
    }

    /// What a peer sends back in HTTP may look like any frame: its lengths must not be believed.
    @Test(
        arguments: [
            [0x7F, 0xC3, 0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF8], [0x81, 0x7E, 0xFF, 0xFF], [0x81, 0x7F],
        ] as [[UInt8]]) func `bytes that are no frames leave as they came`(pattern: [UInt8])
    {
        let answer = [UInt8](repeatElement(pattern, count: 40_000).joined())
        var queue = OutboundQueue(), peer: [UInt8] = []
        queue.append(answer)
        while peer.count < answer.count / 2 { send(70_001, from: &queue, to: &peer) }
        queue.append(text("more"))
        send(.max, from: &queue, to: &peer)
        #expect(peer == answer + text("more"))
    }

    @Test func `frames behind an answer that is still leaving are told from it`() {
        let answer = [UInt8](repeating: 0x7F, count: 200_000)
        var queue = OutboundQueue(), peer: [UInt8] = []
        queue.append(answer)
        queue.beginFrames()
        queue.append(text("event"))
        send(100_000, from: &queue, to: &peer)
        queue.insertAhead(text("ping"))
        queue.discardQueued()
        queue.insertAhead(text("ping"))
        queue.append(text("bye"))
        send(.max, from: &queue, to: &peer)
        #expect(peer == answer + text("ping") + text("bye"))
    }
}
