public import Base

/// A WebSocket client of its own making, so that a fault of the server's codec cannot hide by being on both ends. It
/// blocks; each thread has its own.
public final class SocketClient {
    public enum Frame {
        case message(JSONElement)
        case closed(code: Int, reason: String)
    }

    private let connection: Connection
    private var random = RandomSource.system

    /// Connects and upgrades.
    public init(port: UInt16, path: String = "/api/v1/ws", within milliseconds: Int = 5_000) throws(ClientFailure) {
        connection = try Connection(port: port)
        let key = Base64.encode(random.bytes(16))
        let head = [
            "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: chat.v1", "", "",
        ].joined(separator: "\r\n")
        try connection.send(Array(head.utf8))
        let answer = try connection.takeHead(until: Self.deadline(milliseconds))
        let status = answer.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        guard status == 101 else { throw .refused(status: status) }
    }

    // MARK: Sending

    public func send(_ text: String) throws(ClientFailure) { try send(Array(text.utf8), opcode: 1) }

    public func send(_ body: (inout JSONWriter) -> Void) throws(ClientFailure) {
        try send(JSONWriter.object(body), opcode: 1)
    }

    /// Sends one unfragmented frame, masked as clients must (RFC 6455 section 5.3).
    private func send(_ payload: [UInt8], opcode: UInt8) throws(ClientFailure) {
        var frame: [UInt8] = [0x80 | opcode]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65_536: frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(0xFF)
            frame += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        let mask = random.bytes(4)
        frame += mask
        for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index % 4]) }
        try connection.send(frame)
    }

    // MARK: Receiving

    /// The next message, or the close. Pings of the framing layer are answered and not shown.
    public func receive(within milliseconds: Int = 5_000) throws(ClientFailure) -> Frame {
        let deadline = Self.deadline(milliseconds)
        while true {
            let (opcode, payload) = try frame(until: deadline)
            switch opcode {
            case 1:
                guard let document = try? JSONDocument(parsing: payload) else {
                    throw .violation("a text frame that is no JSON")
                }
                return .message(document.root)
            case 8:
                guard payload.count >= 2 else { return .closed(code: 1005, reason: "") }
                return .closed(
                    code: Int(payload[0]) << 8 | Int(payload[1]),
                    reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
            case 9: try send(payload, opcode: 10)
            case 10: continue
            default: throw .violation("opcode \(opcode)")
            }
        }
    }

    /// The next message that is no close.
    public func message(within milliseconds: Int = 5_000) throws(ClientFailure) -> JSONElement {
        guard case .message(let message) = try receive(within: milliseconds) else { throw .ended }
        return message
    }

    private func frame(until deadline: Instant) throws(ClientFailure) -> (opcode: UInt8, payload: [UInt8]) {
        // The head is taken once it is whole, so that a deadline in the middle of a frame loses nothing.
        try connection.fill(to: 2, until: deadline)
        let start = Array(try connection.take(2, until: deadline))
        guard start[0] & 0xF0 == 0x80, start[1] & 0x80 == 0 else { throw .violation("frame head \(start)") }
        var count = Int(start[1])
        let more = count == 126 ? 2 : count == 127 ? 8 : 0
        if more > 0 { count = try connection.take(more, until: deadline).reduce(0) { $0 << 8 | Int($1) } }
        return (start[0] & 0x0F, Array(try connection.take(count, until: deadline)))
    }

    private static func deadline(_ milliseconds: Int) -> Instant {
        TimeSource.system.instant().adding(milliseconds: milliseconds)
    }
}
