internal import CSQLite

/// One page in the write-ahead log (https://www.sqlite.org/walformat.html section 1). SQLite holds a frame to its
/// checksum when it recovers the log, and not when it reads or copies it back; here it is held to it each time.
enum LogFrame {
    static let headByteCount = 24
    /// Of the log, before its first frame.
    static let logHeadByteCount = 32
    /// In a frame's head, and in the log's.
    private static let sumPlace = 16, logSumPlace = 24

    /// Which frame's page `count` bytes at `offset` are; `nil` when they are something else.
    static func number(_ count: CInt, at offset: Int64) -> Int64? {
        let frame = Int64(count) + Int64(headByteCount), place = offset - Int64(logHeadByteCount + headByteCount)
        guard count == CInt(Database.pageByteCount), place >= 0, place % frame == 0 else { return nil }
        return place / frame
    }

    /// Whether a page that was read is what was written.
    static func judge(_ page: UnsafeRawBufferPointer, at offset: Int64, in file: SealedFile.Pointer) -> CInt {
        guard let number = number(CInt(page.count), at: offset), number < file.pointee.rewrittenFrom else {
            return SQLITE_OK
        }
        let start = offset - Int64(headByteCount)
        let before = number == 0 ? Int64(logSumPlace) : start - Int64(page.count) - 8
        return withUnsafeTemporaryAllocation(byteCount: 8 + headByteCount, alignment: 8) { room in
            let heads = UnsafeRawBufferPointer(room)
            for (place, count, offset) in [(0, 8, before), (8, headByteCount, start)] {
                let code = SealedFile.readBelow(
                    file, room.baseAddress?.advanced(by: place), CInt(count), at: offset)
                guard code == SQLITE_OK else { return code }
            }
            var sum = sum(in: heads, at: 0)
            sum.add(UnsafeRawBufferPointer(rebasing: heads[8..<16]))
            sum.add(page)
            guard sum != self.sum(in: heads, at: 8 + sumPlace) else { return SQLITE_OK }
            file.pointee.damaged = number + 1
            return SQLITE_CORRUPT
        }
    }

    /// Two numbers, most significant byte first.
    static func sum(in bytes: UnsafeRawBufferPointer, at place: Int) -> PageSum {
        PageSum(
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)),
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)))
    }

    /// Something is written to the log.
    static func note(_ count: CInt, at offset: Int64, in file: SealedFile.Pointer) {
        if count == CInt(headByteCount) {
            let number = (offset - Int64(logHeadByteCount)) / Int64(Database.pageByteCount + headByteCount)
            file.pointee.lastHead = number
            if number == file.pointee.rewrittenFrom { file.pointee.rewrittenFrom = .max }
        } else if let number = number(count, at: offset), number != file.pointee.lastHead {
            file.pointee.rewrittenFrom = min(file.pointee.rewrittenFrom, number)
        }
    }
}
