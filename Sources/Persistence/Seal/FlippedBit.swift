/// Which bit of a frame has to be another one for the frame to have the checksum that was written with it.
///
/// The nine or so most significant bits of a word differ by the same from those of other words, now and then; then it
/// is certain that one has flipped, and not which.
///
/// `PageSum` is linear: what a word is more or less, the sums are so many times more or less, modulo 2^32. How many
/// times is told by the place of the word, so each bit can be asked without adding up the page again.
enum FlippedBit: Equatable {
    case none
    /// The byte's place in the frame and the bit in it.
    case one(place: Int, bit: UInt8)
    case several

    /// - Parameters:
    ///   - sum: of the frame as it is; `stored` is that of the frame as it was.
    static func find(in frame: UnsafeRawBufferPointer, sum: PageSum, stored: PageSum) -> FlippedBit {
        var found = inStored(sum, stored)
        let wanted = (stored.first &- sum.first, stored.second &- sum.second)
        // What the sums at the end are more, for one more in the first and in the second sum at this place.
        var first: (UInt32, UInt32) = (1, 0), second: (UInt32, UInt32) = (0, 1)
        for pair in places(of: frame).reversed() {
            let both = (first.0 &+ second.0, first.1 &+ second.1)
            for (place, effect) in [(pair, both), (pair + 4, second)] {
                let word = UInt32(littleEndian: frame.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                for bit in 0..<32 {
                    let change: UInt32 = word >> UInt32(bit) & 1 == 0 ? 1 << UInt32(bit) : 0 &- (1 << UInt32(bit))
                    guard effect.0 &* change == wanted.0, effect.1 &* change == wanted.1 else { continue }
                    guard found == .none else { return .several }
                    found = .one(place: place + bit / 8, bit: 1 << UInt8(bit % 8))
                }
            }
            (first, second) = (both, (both.0 &+ second.0, both.1 &+ second.1))
        }
        return found
    }

    /// Of the pairs of words that are added up: the first eight bytes of the head, and the page.
    private static func places(of frame: UnsafeRawBufferPointer) -> [Int] {
        [0] + stride(from: LogFrame.headByteCount, to: frame.count, by: 8)
    }

    /// The checksum itself may be what has changed; its most significant byte stands first.
    private static func inStored(_ sum: PageSum, _ stored: PageSum) -> FlippedBit {
        let difference = UInt64(sum.first ^ stored.first) << 32 | UInt64(sum.second ^ stored.second)
        guard difference.nonzeroBitCount == 1 else { return .none }
        let bit = difference.trailingZeroBitCount
        return .one(place: 16 + 7 - bit / 8, bit: 1 << UInt8(bit % 8))
    }
}
