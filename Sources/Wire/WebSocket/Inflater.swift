internal import CZlib

/// Decompresses the messages of one peer (RFC 7692 section 7.2.2). A value: copies go on apart from each other.
struct Inflater: Sendable {
    enum Outcome: Sendable, Equatable {
        case done
        /// There is more than was asked for; it has not been made.
        case full
        case corrupt
    }

    private var stream: Stream

    /// - Parameter windowBits: how far back is kept. Not what was agreed on with a peer: what lies farther back is
    /// there or not as the bytes happen to be cut, and so would be the verdict about a peer that refers to it. 8 is
    /// taken as 9.
    init(windowBits: UInt8 = DeflateAgreement.windowBitsMax) { stream = Stream(windowBits: max(windowBits, 9)) }

    /// Adds what a piece of a message becomes to `bytes`, while they are not more than `bytesMax`.
    mutating func inflate(_ piece: UnsafeRawBufferPointer, into bytes: inout [UInt8], bytesMax: Int) -> Outcome {
        makeUnique()
        return stream.inflate(piece, into: &bytes, bytesMax: bytesMax)
    }

    /// The message is over: adds what its last bytes become, and makes ready for the next message.
    mutating func finish(into bytes: inout [UInt8], bytesMax: Int) -> Outcome {
        makeUnique()
        if stream.hasEnded { return .done }
        // RFC 7692 section 7.2.2: the sender has left these four bytes out.
        let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
        let outcome = tail.withUnsafeBytes { stream.inflate($0, into: &bytes, bytesMax: bytesMax) }
        guard outcome == .done else { return outcome }
        return stream.isBetweenBlocks ? .done : .corrupt
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&stream) { stream = Stream(copying: stream) }
    }
}

extension Inflater {
    /// zlib's state. Sendable without the compiler's proof because nothing changes it but an `Inflater` that holds the
    /// only reference to it, as an array does with its storage.
    private final class Stream: @unchecked Sendable {
        /// Has its own place in memory: zlib's state points back to it.
        private let z: UnsafeMutablePointer<z_stream>
        /// A block that says it is the last has been read to its end.
        private(set) var hasEnded = false

        /// What one call of zlib may write before it is looked at.
        private static let pieceByteCount = 16 << 10

        init(windowBits: UInt8) {
            z = .allocate(capacity: 1)
            z.initialize(to: z_stream())
            // Negative: DEFLATE alone, without zlib's header.
            let status = inflateInit2_(
                z, -CInt(windowBits), ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
            precondition(status == Z_OK, "zlib has no memory")
        }

        init(copying other: Stream) {
            z = .allocate(capacity: 1)
            z.initialize(to: z_stream())
            precondition(inflateCopy(z, other.z) == Z_OK, "zlib has no memory")
            hasEnded = other.hasEnded
        }

        deinit {
            inflateEnd(z)
            z.deallocate()
        }

        /// Nothing is left over of a block or a byte.
        var isBetweenBlocks: Bool { z.pointee.data_type & 0x80 != 0 && z.pointee.data_type & 0x3F == 0 }

        func inflate(_ piece: UnsafeRawBufferPointer, into bytes: inout [UInt8], bytesMax: Int) -> Outcome {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceByteCount) { room in
                var rest = piece
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(CInt.max)))
                    let (consumed, outcome) = inflateOnce(part, by: room, into: &bytes, bytesMax: bytesMax)
                    guard outcome == .done else { return outcome }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(consumed))
                }
                return .done
            }
        }

        /// Goes on until the piece is used up, or a block ends that says it is the last.
        private func inflateOnce(
            _ piece: UnsafeRawBufferPointer, by room: UnsafeMutableBufferPointer<UInt8>, into bytes: inout [UInt8],
            bytesMax: Int
        ) -> (consumed: Int, Outcome) {
            // RFC 7692 section 7.2.3.4: such a block may be followed by others. What it wrote can still be referred to,
            // so the window stays.
            if hasEnded {
                inflateResetKeep(z)
                hasEnded = false
            }
            // zlib does not change what it reads, whatever its types say.
            z.pointee.next_in = UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress)
            z.pointee.avail_in = UInt32(piece.count)
            while true {
                // The bound may have been lowered since. One byte more than may be, to see whether there is more.
                let roomLeft = min(room.count, max(bytesMax - bytes.count, 0) + 1)
                z.pointee.next_out = room.baseAddress
                z.pointee.avail_out = UInt32(roomLeft)
                let status = CZlib.inflate(z, Z_SYNC_FLUSH)
                let written = roomLeft - Int(z.pointee.avail_out)
                let wanted = min(written, max(bytesMax - bytes.count, 0))
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<wanted]))
                guard wanted == written else { return (piece.count, .full) }
                let consumed = piece.count - Int(z.pointee.avail_in)
                switch status {
                case Z_STREAM_END:
                    hasEnded = true
                    return (consumed, .done)
                case Z_OK, Z_BUF_ERROR:
                    // Room left over means that all there was has been written.
                    if z.pointee.avail_out > 0 { return (consumed, .done) }
                default:
                    return (consumed, .corrupt)
                }
            }
        }
    }
}
