internal import CSQLite

/// A data file or its write-ahead log as SQLite holds it: the file of the file system below it, and what is known of
/// it. It lies in memory of SQLite's, so it is no class; used by the one thread that uses its connection.
struct SealedFile {
    /// First, because SQLite sees nothing else.
    var base: sqlite3_file
    let below: UnsafeMutablePointer<sqlite3_file>
    let isLog: Bool
    /// The pages of the data file are sealed.
    var isSealed = false
    /// A page is sealed here before it is written: what SQLite gives is not to be changed.
    var scratch: UnsafeMutableRawBufferPointer?
    /// The page, or the frame of the log, that was found to be damaged last, counted from 1.
    var damaged: Int64 = 0
    /// The disk did not give back what was asked for last; nobody can say whether that is damaged.
    var isUnread = false
    /// The frame of the log whose head was written last.
    var lastHead: Int64 = -1
    /// From this frame on checksums are not what they will be at the commit: SQLite writes a page of a transaction that
    /// is open a second time in its old place, and mends the checksums behind it at the end (`walRewriteChecksums`).
    var rewrittenFrom = Int64.max

    typealias Pointer = UnsafeMutablePointer<SealedFile>

    /// Bytes that it takes in front of the file below it.
    static let byteCount = (MemoryLayout<SealedFile>.stride + 15) / 16 * 16

    static func of(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Pointer {
        guard let file else { preconditionFailure("SQLite gave no file") }
        return UnsafeMutableRawPointer(file).assumingMemoryBound(to: SealedFile.self)
    }

    static func below(_ file: UnsafeMutablePointer<sqlite3_file>?) -> (
        file: UnsafeMutablePointer<sqlite3_file>, methods: sqlite3_io_methods
    ) {
        let below = of(file).pointee.below
        guard let methods = below.pointee.pMethods?.pointee else { preconditionFailure("the file is closed") }
        return (below, methods)
    }

    // MARK: Pages

    /// What reading a page comes to.
    static func read(_ file: Pointer, _ bytes: UnsafeMutableRawPointer, _ count: CInt, at offset: Int64) -> CInt {
        let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
        if file.pointee.isLog { return LogFrame.judge(page, at: offset, in: file) }
        if offset == 0, PageSeal.isUsed(page) { file.pointee.isSealed = true }
        guard PageSeal.isPage(count, at: offset) else { return SQLITE_OK }
        if !file.pointee.isSealed {
            let code = lookForSeals(file)
            guard code == SQLITE_OK, file.pointee.isSealed else { return code }
        }
        guard !PageSeal.isWhole(page) else { return SQLITE_OK }
        file.pointee.damaged = offset / Int64(count) + 1
        return SQLITE_CORRUPT
    }

    /// Asks the file below, once it is one that was written by somebody else meanwhile. One that is too short to say is
    /// new.
    private static func lookForSeals(_ file: Pointer) -> CInt {
        withUnsafeTemporaryAllocation(byteCount: PageSeal.headByteCount, alignment: 8) { head in
            let code = readBelow(file, head.baseAddress, CInt(head.count), at: 0)
            if code == SQLITE_OK { file.pointee.isSealed = PageSeal.isUsed(UnsafeRawBufferPointer(head)) }
            return code == shortRead ? SQLITE_OK : code
        }
    }

    // MARK: The file below

    /// `SQLITE_IOERR_SHORT_READ`: the file ends before that, which is no fault.
    private static let shortRead = SQLITE_IOERR | 2 << 8
    /// `SQLITE_IOERR_CORRUPTFS`, which SQLite tells whoever asked as `SQLITE_CORRUPT`, and which, unlike all its other
    /// errors of the disk, ends no transaction.
    static let failedRead = SQLITE_IOERR | 33 << 8
    /// `SQLITE_IOERR_READ`, which SQLite tells as it is.
    static let plainFailedRead = SQLITE_IOERR | 1 << 8

    /// Reads from the file below. That it could not be read is noted, and told in the same way for every reason.
    static func readBelow(
        _ file: Pointer, _ bytes: UnsafeMutableRawPointer?, _ count: CInt, at offset: Int64
    ) -> CInt {
        guard let methods = file.pointee.below.pointee.pMethods?.pointee else { return SQLITE_MISUSE }
        let code = methods.xRead?(file.pointee.below, bytes, count, offset) ?? SQLITE_MISUSE
        guard code == plainFailedRead || code == failedRead else { return code }
        file.pointee.isUnread = true
        return failedRead
    }

    /// What is to be written in the place of a page: the same with its seal; `nil` when it cannot be known whether it
    /// wants one.
    static func sealed(
        _ file: Pointer, _ bytes: UnsafeRawPointer, _ count: CInt, at offset: Int64
    ) -> UnsafeRawPointer? {
        let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
        if file.pointee.isLog {
            LogFrame.note(count, at: offset, in: file)
            return bytes
        }
        guard PageSeal.isPage(count, at: offset) else { return bytes }
        if offset == 0 { file.pointee.isSealed = PageSeal.isUsed(page) }
        if !file.pointee.isSealed {
            guard lookForSeals(file) == SQLITE_OK else { return nil }
            guard file.pointee.isSealed else { return bytes }
        }
        let scratch = scratch(of: file, byteCount: page.count)
        scratch.copyMemory(from: page)
        PageSeal.put(on: scratch)
        return UnsafeRawPointer(scratch.baseAddress ?? UnsafeMutableRawPointer(mutating: bytes))
    }

    private static func scratch(of file: Pointer, byteCount: Int) -> UnsafeMutableRawBufferPointer {
        if let scratch = file.pointee.scratch, scratch.count == byteCount { return scratch }
        file.pointee.scratch?.deallocate()
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        file.pointee.scratch = scratch
        return scratch
    }

    static func close(_ file: Pointer) {
        file.pointee.scratch?.deallocate()
        file.pointee.scratch = nil
    }
}
