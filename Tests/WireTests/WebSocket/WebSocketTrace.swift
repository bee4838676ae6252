import Base
import Wire

/// What a connection made of some bytes.
struct WebSocketTrace: Equatable {
    var events: [WebSocketEvent] = []
    var output: [UInt8] = []

    /// Receives `bytes` in pieces of `size`; the output is taken after each event.
    init(of bytes: [UInt8], cutEvery size: Int = .max, by connection: WebSocketConnection = .forTests) {
        var connection = connection
        for piece in size == .max ? [bytes] : bytes.cut(every: size) {
            piece.withUnsafeBytes { connection.receive($0) }
            while let event = connection.nextEvent() {
                events.append(event)
                output += connection.takeOutput()
            }
        }
    }

    /// The close code of the last frame written, if it is a close frame with one.
    var closeCode: CloseCode? {
        var rest = output[...]
        var code: CloseCode?
        while rest.count >= 2 {
            let length = Int(rest[rest.startIndex + 1])
            let payload = rest.dropFirst(2).prefix(length)
            if rest.first == 0x88, length >= 2 {
                code = CloseCode(
                    rawValue: UInt16(payload[payload.startIndex]) << 8 | UInt16(payload[payload.startIndex + 1]))
            }
            rest = rest.dropFirst(2 + length)
        }
        return code
    }
}

extension WebSocketConnection {
    static let forTests = WebSocketConnection(
        messageBytesMax: 64 << 10, fragmentCountMax: Limits().fragmentCountMax)

    mutating func receive(_ bytes: [UInt8]) { bytes.withUnsafeBytes { receive($0) } }

    mutating func events(for bytes: [UInt8]) -> [WebSocketEvent] {
        receive(bytes)
        var events: [WebSocketEvent] = []
        while let event = nextEvent() { events.append(event) }
        return events
    }
}
