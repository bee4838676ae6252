internal import Channels
internal import Glibc
internal import Reactor

/// What a write-ahead log has, read from its beginning to its end as SQLite does that recovers it (walformat.html
/// section 1.4), and beyond. SQLite ends at the first frame that is not whole and goes on without the rest, because
/// that is what a power cut leaves of a commit that was not synced. A bit that flipped in what was synced looks the
/// same to it; here the two are told apart.
struct LogFrames {
    /// Where the log has a bit that is not what was written.
    struct Mend: Equatable {
        var frame: Int64
        /// In the file.
        var offset: Int
        /// What the byte there has to be.
        var byte: UInt8
    }

    /// Numbers of the pages that are in it and committed.
    private(set) var pages: Set<UInt32> = []
    /// One bit of each of these frames makes it whole: so that is what it was. Otherwise what is behind it would be
    /// lost.
    private(set) var mends: [Mend] = []
    /// The first frame that is not whole though something was written behind its commit, which is done only when that
    /// is synced, or though one bit would make it whole; 0 is the head of the log.
    private(set) var damaged: Int64?

    private var salts: UInt64 = 0

    private static let frameByteCount = LogFrame.headByteCount + Database.pageByteCount
    /// Of a machine whose numbers have their least significant byte first.
    private static let magic: UInt32 = 0x377F_0682

    /// `nil` when there is no log, or nothing in it.
    init?(path: String) throws(SystemError) {
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0 else {
            if errno == ENOENT { return nil }
            throw SystemError("open")
        }
        let descriptor = Descriptor(raw)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.frameByteCount, alignment: 8)
        defer { room.deallocate() }
        let logHead = UnsafeMutableRawBufferPointer(rebasing: room[..<LogFrame.logHeadByteCount])
        guard try Self.read(descriptor, into: logHead, at: 0), logHead.contains(where: { $0 != 0 }) else { return nil }
        salts = logHead.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        var sum = PageSum()
        sum.add(UnsafeRawBufferPointer(rebasing: logHead[..<24]))
        let stored = LogFrame.sum(in: UnsafeRawBufferPointer(logHead), at: 24)
        guard sum == stored, logHead.loadUnaligned(as: UInt32.self).bigEndian == Self.magic else {
            // It is synced before anything is written behind it, and in one piece.
            damaged = 0
            return
        }
        try readFrames(of: descriptor, into: room, behind: stored)
    }

    private mutating func readFrames(
        of descriptor: borrowing Descriptor, into frame: UnsafeMutableRawBufferPointer, behind first: PageSum
    ) throws(SystemError) {
        var number: Int64 = 0, lastCommit: Int64 = 0, before = first, end: Int64?
        var isPastCommit = false, hasFlipped = false
        var offset = LogFrame.logHeadByteCount, pending: Set<UInt32> = []
        while try Self.read(descriptor, into: frame, at: offset) {
            number += 1
            if end == nil, !isWhole(frame, behind: before) {
                switch flip(in: frame, behind: before) {
                case .one(let place, let bit):
                    frame[place] ^= bit
                    mends.append(Mend(frame: number, offset: offset + place, byte: frame[place]))
                case .several: (end, hasFlipped) = (number, true)
                case .none: end = number
                }
            }
            if let end {
                let isCommit = hasSalts(frame) && isCommit(frame)
                if hasFlipped && isCommit || isPastCommit && isWhole(frame, behind: before) {
                    damaged = end
                    return
                }
                if isCommit { isPastCommit = true }
            } else {
                pending.insert(frame.loadUnaligned(as: UInt32.self).bigEndian)
                if isCommit(frame) {
                    pages.formUnion(pending)
                    pending = []
                    lastCommit = number
                }
            }
            before = LogFrame.sum(in: UnsafeRawBufferPointer(frame), at: 16)
            offset += Self.frameByteCount
        }
        // What was never committed needs no mending.
        mends.removeAll { $0.frame > lastCommit }
    }

    private func hasSalts(_ frame: UnsafeMutableRawBufferPointer) -> Bool {
        frame.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == salts
    }

    private func isCommit(_ frame: UnsafeMutableRawBufferPointer) -> Bool {
        frame.loadUnaligned(fromByteOffset: 4, as: UInt32.self) != 0
    }

    private func isWhole(_ frame: UnsafeMutableRawBufferPointer, behind before: PageSum) -> Bool {
        hasSalts(frame)
            && Self.sum(of: frame, behind: before) == LogFrame.sum(in: UnsafeRawBufferPointer(frame), at: 16)
    }

    private static func sum(of frame: UnsafeMutableRawBufferPointer, behind before: PageSum) -> PageSum {
        var sum = before
        sum.add(UnsafeRawBufferPointer(rebasing: frame[..<8]))
        sum.add(UnsafeRawBufferPointer(rebasing: frame[LogFrame.headByteCount...]))
        return sum
    }

    /// By which bit a frame would be whole.
    private func flip(in frame: UnsafeMutableRawBufferPointer, behind before: PageSum) -> FlippedBit {
        let sum = Self.sum(of: frame, behind: before), bytes = UnsafeRawBufferPointer(frame)
        let stored = LogFrame.sum(in: bytes, at: 16)
        let difference = frame.loadUnaligned(fromByteOffset: 8, as: UInt64.self) ^ salts
        guard difference != 0 else { return FlippedBit.find(in: bytes, sum: sum, stored: stored) }
        guard difference.nonzeroBitCount == 1, sum == stored else { return .none }
        let bit = difference.trailingZeroBitCount
        return .one(place: 8 + bit / 8, bit: 1 << UInt8(bit % 8))
    }

    /// False at the end.
    private static func read(
        _ descriptor: borrowing Descriptor, into room: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemError) -> Bool {
        var count = 0
        while count < room.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
            let got = pread(descriptor.raw, rest.baseAddress, rest.count, offset + count)
            guard got >= 0 else { throw SystemError("pread") }
            if got == 0 { return false }
            count += got
        }
        return true
    }
}
