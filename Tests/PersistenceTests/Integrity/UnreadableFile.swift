import Base
import CSQLite
import Glibc

/// A part of a file that the disk does not give back: each `pread` of it by SQLite ends with EIO, from the call of
/// `fail` on and until `heal`. So SQLite's own way with that error has its part in what is tested.
enum UnreadableFile {
    private struct Part {
        var path: String
        var offsets: Range<Int>
    }

    private static let part = Guarded<Part?>(nil)

    private typealias Read = @convention(c) (CInt, UnsafeMutableRawPointer?, Int, Int) -> Int

    /// In the place of the machine's call, once and for all: it is the machine's for everything else.
    private static let isInPlace: Bool = {
        let read: Read = { descriptor, bytes, count, offset in
            if let part = UnreadableFile.part.withLock({ $0 }), part.offsets.overlaps(offset..<offset + count),
                UnreadableFile.name(descriptor) == part.path
            {
                errno = EIO
                return -1
            }
            return pread(descriptor, bytes, count, offset)
        }
        let vfs = sqlite3_vfs_find("unix"), call = unsafeBitCast(read, to: sqlite3_syscall_ptr.self)
        // One of the two is in use; the other is there and changes nothing.
        let codes = ["pread", "pread64"].map { name in
            name.withCString { vfs?.pointee.xSetSystemCall?(vfs, $0, call) ?? SQLITE_MISUSE }
        }
        return codes.contains(SQLITE_OK)
    }()

    private static func name(_ descriptor: CInt) -> String {
        var room = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/fd/\(descriptor)", &room, room.count)
        return String(decoding: room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// False when SQLite does not read in a way that can be made to fail.
    static func fail(_ file: String, at offsets: Range<Int> = 0..<Int.max) -> Bool {
        let real = realpath(file, nil).map { found in
            defer { free(found) }
            return String(cString: found)
        }
        part.withLock { part in part = real.map { Part(path: $0, offsets: offsets) } }
        return isInPlace && real != nil
    }

    static func heal() { part.withLock { $0 = nil } }
}
