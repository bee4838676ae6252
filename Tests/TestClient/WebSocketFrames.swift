/// A frame from the server.
public struct ServerFrame: Equatable, Sendable {
    public var opcode: UInt8
    public var payload: [UInt8]

    public init(opcode: UInt8, payload: [UInt8]) {
        self.opcode = opcode
        self.payload = payload
    }

    public var text: String { String(decoding: payload, as: UTF8.self) }

    /// The code of a close frame.
    public var closeCode: Int? {
        guard opcode == 8, payload.count >= 2 else { return nil }
        return Int(payload[0]) << 8 | Int(payload[1])
    }
}

/// Frames as a client sends them: masked (RFC 6455 section 5.3).
public enum ClientFrame {
    private static let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    public static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        header(opcode, length: UInt64(payload.count), isFinal: isFinal) + key
            + payload.indices.map { payload[$0] ^ key[$0 % 4] }
    }

    /// A header that announces `length` bytes, up to the masking key.
    public static func header(_ opcode: UInt8, length: UInt64, isFinal: Bool = true) -> [UInt8] {
        let first = isFinal ? 0x80 | opcode : opcode
        func bigEndian(_ byteCount: Int) -> [UInt8] {
            (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        }
        return switch length {
        case ...125: [first, 0x80 | UInt8(length)]
        case ...0xFFFF: [first, 0x80 | 126] + bigEndian(2)
        default: [first, 0x80 | 127] + bigEndian(8)
        }
    }

    public static func text(_ text: String) -> [UInt8] { frame(1, Array(text.utf8)) }

    public static func close(_ code: Int) -> [UInt8] { frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)]) }
}

extension TCPClient {
    /// The request for a WebSocket; the key and its answer are those of RFC 6455 section 1.3.
    public static func upgradeRequest(_ path: String, _ fields: [String] = []) -> String {
        ([
            "GET \(path) HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ] + fields + ["", ""]).joined(separator: "\r\n")
    }

    public static let upgradeAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    /// Becomes a WebSocket.
    public func upgrade(_ path: String, _ fields: [String] = []) throws {
        try send(Self.upgradeRequest(path, fields))
        guard let answer = try readAnswer() else { throw Failure("no answer to the upgrade") }
        guard answer.status == 101, answer["sec-websocket-accept"] == Self.upgradeAccept else {
            throw Failure("the upgrade was answered \(answer.status)")
        }
    }

    /// Reads one frame; `nil` when the peer ended the connection.
    public func readFrame() throws -> ServerFrame? {
        guard let start = try read(2) else { return nil }
        guard start[0] & 0xF0 == 0x80, start[1] & 0x80 == 0 else {
            throw Failure("a server's frames are final and unmasked, without extensions: \(start)")
        }
        let lengthBytes = start[1] == 126 ? 2 : start[1] == 127 ? 8 : 0
        guard let more = try read(lengthBytes) else { return nil }
        let length = lengthBytes == 0 ? Int(start[1]) : more.reduce(0) { $0 << 8 | Int($1) }
        guard let payload = try read(length) else { return nil }
        return ServerFrame(opcode: start[0] & 0x0F, payload: payload)
    }

    /// The next text frame; other frames before it are an error.
    public func readText() throws -> String {
        guard let frame = try readFrame() else { throw Failure("the connection ended") }
        guard frame.opcode == 1 else { throw Failure("a frame of opcode \(frame.opcode): \(frame.closeCode ?? 0)") }
        return frame.text
    }

    /// The code of the close frame, whatever comes before it; `nil` when the connection ends without one.
    public func readCloseCode() throws -> Int? {
        while let frame = try readFrame() {
            if frame.opcode == 8 { return frame.closeCode ?? 1005 }
        }
        return nil
    }
}
