/// RFC 6455 section 5, as a client speaks it: what it sends is masked, what it receives must not be.
enum Frame {
    enum Opcode: UInt8 {
        case continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    struct Head: Equatable {
        var opcode: Opcode
        var isFinal: Bool
        /// Where the payload lies in the bytes read.
        var payload: Range<Int>
    }

    /// Reads the frame that starts at `start`; `nil` while it is not whole yet.
    static func read(
        _ bytes: Span<UInt8>, from start: Int, payloadBytesMax: Int
    ) throws(ProtocolFault) -> Head? {
        let available = bytes.count - start
        guard available >= 2 else { return nil }
        let first = bytes[start]
        let second = bytes[start + 1]
        guard first & 0x70 == 0 else { throw ProtocolFault("a reserved bit is set without an extension") }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { throw ProtocolFault("an unknown opcode") }
        guard second & 0x80 == 0 else { throw ProtocolFault("a masked frame from the server") }
        let isFinal = first & 0x80 != 0

        var headBytes = 2
        var length = UInt64(second)
        if length >= 126 {
            let lengthBytes = length == 126 ? 2 : 8
            let lengthMin: UInt64 = length == 126 ? 126 : 65_536
            headBytes += lengthBytes
            guard !opcode.isControl else { throw ProtocolFault("a control frame over 125 bytes") }
            guard available >= headBytes else { return nil }
            length = 0
            for offset in 2..<headBytes { length = length << 8 | UInt64(bytes[start + offset]) }
            guard length >= lengthMin else { throw ProtocolFault("a length that is not written as short as it can be") }
        }
        guard isFinal || !opcode.isControl else { throw ProtocolFault("a control frame in fragments") }
        guard length <= UInt64(payloadBytesMax) else { throw ProtocolFault("a frame of \(length) bytes") }
        guard available - headBytes >= Int(length) else { return nil }
        let payloadStart = start + headBytes
        return Head(opcode: opcode, isFinal: isFinal, payload: payloadStart..<payloadStart + Int(length))
    }

    /// Appends one whole frame, masked by the four bytes of `mask` (section 5.3).
    static func append(_ payload: some Collection<UInt8>, as opcode: Opcode, mask: UInt32, to bytes: inout [UInt8]) {
        bytes.append(0x80 | opcode.rawValue)
        let length = payload.count
        if length < 126 {
            bytes.append(0x80 | UInt8(length))
        } else {
            let lengthBytes = length < 65_536 ? 2 : 8
            bytes.append(0x80 | (lengthBytes == 2 ? 126 : 127))
            for place in (0..<lengthBytes).reversed() { bytes.append(UInt8(truncatingIfNeeded: length >> (place * 8))) }
        }
        withUnsafeBytes(of: mask) { bytes.append(contentsOf: $0) }
        let payloadStart = bytes.count
        bytes.append(contentsOf: payload)
        applyMask(mask, to: &bytes, from: payloadStart)
    }

    /// Eight bytes at a time, then what is left; the key is taken in memory order, as it was appended.
    static func applyMask(_ mask: UInt32, to bytes: inout [UInt8], from start: Int) {
        bytes.withUnsafeMutableBytes { memory in
            let wide = UInt64(mask) << 32 | UInt64(mask)
            var position = start
            while position + 8 <= memory.count {
                let word = memory.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                memory.storeBytes(of: word ^ wide, toByteOffset: position, as: UInt64.self)
                position += 8
            }
            withUnsafeBytes(of: mask) { key in
                var place = 0
                while position < memory.count {
                    memory[position] ^= key[place]
                    position += 1
                    place = (place + 1) & 3
                }
            }
        }
    }
}

/// The server broke the protocol; the connection is given up.
struct ProtocolFault: Error, Equatable {
    var what: String

    init(_ what: String) { self.what = what }
}
