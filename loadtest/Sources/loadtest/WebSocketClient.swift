/// One client's end of a WebSocket as a value: bytes in, messages out, and `outgoing` kept for whoever owns the socket.
///
/// Text is not checked for UTF-8: the server is measured, not taught.
struct WebSocketClient {
    enum Incoming: Equatable {
        case opened
        /// A message that lies in the bytes given.
        case text(Range<Int>)
        /// A message that came in fragments and lies in `joined`.
        case joinedText
        case closed(code: Int)
    }

    private enum Phase { case upgrading, open, closed }

    static let messageBytesMax = 1 << 20
    private static let headBytesMax = 16_384

    /// What waits to be written; the owner removes what it has written.
    var outgoing: [UInt8] = []
    private(set) var joined: [UInt8] = []
    private var isJoining = false
    private var phase = Phase.upgrading
    private let handshake: Handshake
    private var chance: Chance

    init(host: String, chance: Chance) {
        self.chance = chance
        handshake = Handshake(seed: (self.chance.next(), self.chance.next()))
        outgoing = handshake.request(host: host)
    }

    mutating func send(text: [UInt8]) {
        guard phase == .open else { return }
        append(text, as: .text)
    }

    /// The next thing in `bytes` from `position` on, which moves past it; `nil` when the rest is not whole yet.
    mutating func next(in bytes: Span<UInt8>, from position: inout Int) throws(ProtocolFault) -> Incoming? {
        switch phase {
        case .upgrading: return try upgrade(by: bytes, from: &position)
        case .open: return try nextMessage(in: bytes, from: &position)
        case .closed:
            position = bytes.count
            return nil
        }
    }

    private mutating func upgrade(by bytes: Span<UInt8>, from position: inout Int) throws(ProtocolFault) -> Incoming? {
        let ending: [UInt8] = [13, 10, 13, 10]
        var matched = 0
        var head: [UInt8] = []
        for index in position..<bytes.count {
            head.append(bytes[index])
            if bytes[index] == ending[matched] { matched += 1 } else { matched = bytes[index] == 13 ? 1 : 0 }
            guard matched == ending.count else { continue }
            try handshake.check(String(decoding: head.dropLast(ending.count), as: UTF8.self))
            position = index + 1
            phase = .open
            return .opened
        }
        guard head.count <= Self.headBytesMax else { throw ProtocolFault("an upgrade answer without an end") }
        return nil
    }

    private mutating func nextMessage(
        in bytes: Span<UInt8>, from position: inout Int
    ) throws(ProtocolFault) -> Incoming? {
        while let frame = try Frame.read(bytes, from: position, payloadBytesMax: Self.messageBytesMax) {
            position = frame.payload.upperBound
            switch frame.opcode {
            case .text:
                guard !isJoining else { throw ProtocolFault("a new message inside another's fragments") }
                if frame.isFinal { return .text(frame.payload) }
                joined.removeAll(keepingCapacity: true)
                isJoining = true
                join(bytes, frame.payload)
            case .continuation:
                guard isJoining else { throw ProtocolFault("a continuation of nothing") }
                guard joined.count + frame.payload.count <= Self.messageBytesMax else {
                    throw ProtocolFault("a message of over \(Self.messageBytesMax) bytes")
                }
                join(bytes, frame.payload)
                guard frame.isFinal else { continue }
                isJoining = false
                return .joinedText
            case .binary: throw ProtocolFault("a binary frame")
            case .ping: append(copy(bytes, frame.payload), as: .pong)
            case .pong: continue
            case .close:
                phase = .closed
                let start = frame.payload.lowerBound
                let hasCode = frame.payload.count >= 2
                append(copy(bytes, start..<start + (hasCode ? 2 : 0)), as: .close)
                return .closed(code: hasCode ? Int(bytes[start]) << 8 | Int(bytes[start + 1]) : 1005)
            }
        }
        return nil
    }

    private mutating func append(_ payload: [UInt8], as opcode: Frame.Opcode) {
        Frame.append(payload, as: opcode, mask: UInt32(truncatingIfNeeded: chance.next()), to: &outgoing)
    }

    private mutating func join(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        for index in range { joined.append(bytes[index]) }
    }

    private func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] { range.map { bytes[$0] } }
}
