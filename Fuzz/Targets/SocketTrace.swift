internal import Base

@testable import Wire

/// What a WebSocket makes of some bytes from its client, comparable.
struct SocketTrace: Equatable {
    /// Bytes of a message, and fragments of one: small, so that short inputs reach them.
    static let messageBytesMax = 1024
    static let fragmentCountMax = 8

    private(set) var events: [WebSocketEvent] = []
    private(set) var output: [UInt8] = []

    /// - Parameter closingAfter: the server begins to close when so many events have come.
    init(
        of bytes: [UInt8], cutEvery size: Int = .max, deflate: DeflateAgreement? = nil, closingAfter: Int = .max
    ) throws(BrokenPromise) {
        var socket = WebSocketConnection(
            messageBytesMax: Self.messageBytesMax, fragmentCountMax: Self.fragmentCountMax, deflate: deflate)
        if closingAfter == 0 { socket.close(.goingAway, reason: "") }
        for piece in size == .max ? [bytes[...]] : bytes.cut(every: size) {
            piece.withUnsafeBytes { socket.receive($0) }
            while let event = socket.nextEvent() {
                events.append(event)
                if events.count == closingAfter { socket.close(.goingAway, reason: "") }
                output += socket.takeOutput()
            }
        }
        output += socket.takeOutput()
        guard case .closed = events.last else { return }
        try promise(socket.isClosing, "who is closed is closing")
        bytes.withUnsafeBytes { socket.receive($0) }
        try promise(socket.nextEvent() == nil, "nothing comes after the end")
        try promise(!socket.hasBufferedInput && socket.takeOutput().isEmpty, "nothing is kept after the end")
    }

    /// The same whichever way the bytes arrive, within the bounds, and answered in order.
    static func checked(
        _ bytes: [UInt8], deflate: DeflateAgreement? = nil, closingAfter: Int = .max
    ) throws(BrokenPromise) -> SocketTrace {
        let trace = try SocketTrace(of: bytes, deflate: deflate, closingAfter: closingAfter)
        for size in bytes.pieceSizes {
            let cut = try SocketTrace(of: bytes, cutEvery: size, deflate: deflate, closingAfter: closingAfter)
            try promise(cut == trace, "it does not matter how bytes are cut")
        }
        for (index, event) in trace.events.enumerated() {
            switch event {
            case .text(let text):
                try promise(text.count <= messageBytesMax, "a text stays within its bound")
                try promise(isValidUTF8(text), "a text is UTF-8")
                try promise(index < closingAfter, "who is closing hears nothing more")
            case .binary(let bytes):
                try promise(bytes.count <= messageBytesMax, "a message stays within its bound")
                try promise(index < closingAfter, "who is closing hears nothing more")
            case .ping, .pong: try promise(index < closingAfter, "who is closing hears nothing more")
            case .closed(let code):
                try promise(code?.isValidOnTheWire ?? true, "a close code may be sent")
                try promise(index == trace.events.count - 1, "the end comes last")
            }
        }
        try checkOutput(trace.output[...])
        return trace
    }

    /// Pongs, and at the end at most one close frame.
    private static func checkOutput(_ frames: ArraySlice<UInt8>) throws(BrokenPromise) {
        var rest = frames
        while let first = rest.popFirst() {
            guard let length = rest.popFirst() else { throw BrokenPromise(what: "a frame of ours has no length") }
            try promise(first == 0x8A || first == 0x88, "what is answered is a pong or a close")
            try promise(length <= 125 && rest.count >= length, "a control frame is whole and short")
            rest = rest.dropFirst(Int(length))
            try promise(first == 0x8A || rest.isEmpty, "nothing is sent behind a close")
        }
    }
}
