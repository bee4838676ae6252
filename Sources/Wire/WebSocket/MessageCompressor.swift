/// Makes the frames of messages for one peer, compressed where that was agreed on and is worth it.
public struct MessageCompressor: Sendable {
    private let agreement: DeflateAgreement
    private let messageBytesMin: Int
    /// Kept between messages only with their context.
    private var deflater: Deflater?

    /// - Parameter messageBytesMin: shorter messages are left as they are: compressing them costs more than sending
    /// them.
    public init(_ agreement: DeflateAgreement, messageBytesMin: Int) {
        self.agreement = agreement
        self.messageBytesMin = messageBytesMin
    }

    /// One whole frame.
    public mutating func frame(_ opcode: WebSocketOpcode, _ message: [UInt8]) -> [UInt8] {
        guard let payload = deflate(message) else { return WebSocketFrame.message(opcode, message) }
        return WebSocketFrame.message(opcode, payload, isCompressed: true)
    }

    private mutating func deflate(_ message: [UInt8]) -> [UInt8]? {
        guard message.count >= messageBytesMin else { return nil }
        // zlib writes no window of 8 bits, but what fits into one can be written with any.
        guard agreement.serverWindowBits > 8 || agreement.windowHolds(message.count) else { return nil }
        var deflater =
            deflater.take()
            ?? Deflater(
                windowBits: max(agreement.serverWindowBits, 9), keepsContext: !agreement.dropsServerContext)
        let payload = deflater.deflate(message)
        if !agreement.dropsServerContext { self.deflater = consume deflater }
        return payload
    }
}
