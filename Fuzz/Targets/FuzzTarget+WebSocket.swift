@testable import Wire

extension FuzzTarget {
    /// Frames of a client with whom no compression was agreed on. The first byte says after how many events the server
    /// closes; from 8 on it does not.
    static let webSocket = FuzzTarget("websocket", bytesMax: 2048) { input throws(BrokenPromise) in
        let (choice, frames) = input.choiceAndRest
        let trace = try SocketTrace.checked(frames, closingAfter: choice < 8 ? Int(choice) : .max)
        for event in trace.events {
            guard let (opcode, message) = event.message else { continue }
            let again = try SocketTrace(of: ClientFrame.frame(0x80 | opcode, message))
            try promise(again.events == [event], "a message that is sent again is read the same")
        }
    }

    /// As `websocket`, with compression. Of a second byte, the lowest three bits are the client's window less 8, the
    /// next one says whether it keeps its context.
    static let webSocketDeflate = FuzzTarget("websocket-deflate", bytesMax: 1024) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let (setting, frames) = rest.choiceAndRest
        let agreement = DeflateAgreement(
            dropsClientContext: setting & 8 == 0, clientWindowBits: 8 + (setting & 7))
        let trace = try SocketTrace.checked(
            frames, deflate: agreement, closingAfter: choice < 8 ? Int(choice) : .max)
        for event in trace.events {
            guard let (opcode, message) = event.message else { continue }
            var deflater = Deflater(windowBits: max(9, agreement.clientWindowBits))
            guard let payload = deflater.deflate(message) else { continue }
            let again = try SocketTrace(of: ClientFrame.frame(0xC0 | opcode, payload), deflate: agreement)
            try promise(again.events == [event], "a message that is compressed and sent again is read the same")
        }
    }
}

extension WebSocketEvent {
    /// A message and the opcode it has on the wire.
    fileprivate var message: (opcode: UInt8, bytes: [UInt8])? {
        switch self {
        case .text(let bytes): (1, bytes)
        case .binary(let bytes): (2, bytes)
        case .ping, .pong, .closed: nil
        }
    }
}
