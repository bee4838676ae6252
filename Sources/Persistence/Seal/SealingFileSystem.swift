internal import Base
internal import CSQLite
internal import Glibc

/// A file system of SQLite's (https://www.sqlite.org/vfs.html) over another one, which seals the pages of data files
/// when they are written and holds them, and what the write-ahead log has, to their checksums whenever they are read.
/// What is not what was written is `SQLITE_CORRUPT`. Everything else is the other's business.
///
/// Pages are not mapped into memory, where nobody would look at them.
///
/// `@unchecked` is true because it is written once, before it is registered; SQLite locks what is registered.
final class SealingFileSystem: @unchecked Sendable {
    let name: String
    private let text: UnsafeMutablePointer<CChar>
    private let vfs: UnsafeMutablePointer<sqlite3_vfs>

    /// Over the machine's own.
    static let machine = SealingFileSystem(over: nil, named: "sealing")

    /// - Parameter below: SQLite's name of the other one, which has to stay as long as this; `nil` for the machine's.
    init(over below: String?, named name: String) {
        guard let text = strdup(name), let below = sqlite3_vfs_find(below) else {
            preconditionFailure("there is no file system \(below ?? "of SQLite's")")
        }
        self.name = name
        self.text = text
        vfs = .allocate(capacity: 1)
        vfs.initialize(to: Self.fileSystem(named: text, over: below))
        sqlite3_vfs_register(vfs, 0)
    }

    deinit {
        sqlite3_vfs_unregister(vfs)
        vfs.deallocate()
        free(text)
    }

    private static func below(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> UnsafeMutablePointer<sqlite3_vfs> {
        guard let below = vfs?.pointee.pAppData else { preconditionFailure("SQLite gave no file system") }
        return below.assumingMemoryBound(to: sqlite3_vfs.self)
    }

    private static func fileSystem(
        named name: UnsafeMutablePointer<CChar>, over below: UnsafeMutablePointer<sqlite3_vfs>
    ) -> sqlite3_vfs {
        var vfs = sqlite3_vfs()
        vfs.iVersion = min(2, below.pointee.iVersion)
        vfs.szOsFile = CInt(SealedFile.byteCount) + below.pointee.szOsFile
        vfs.mxPathname = below.pointee.mxPathname
        vfs.zName = UnsafePointer(name)
        vfs.pAppData = UnsafeMutableRawPointer(below)
        vfs.xOpen = { vfs, name, file, flags, granted in
            let below = SealingFileSystem.below(vfs)
            guard let open = below.pointee.xOpen, let place = UnsafeMutableRawPointer(file) else {
                return SQLITE_MISUSE
            }
            guard flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) != 0 else {
                return open(below, name, file, flags, granted)
            }
            let file = (place + SealedFile.byteCount).assumingMemoryBound(to: sqlite3_file.self)
            file.pointee.pMethods = nil
            let code = open(below, name, file, flags, granted)
            // Who has methods is closed, also when it could not be opened.
            let methods = file.pointee.pMethods == nil ? nil : SealingFileSystem.methods.pointer
            place.bindMemory(to: SealedFile.self, capacity: 1).initialize(
                to: SealedFile(
                    base: sqlite3_file(pMethods: methods), below: file, isLog: flags & SQLITE_OPEN_WAL != 0))
            return code
        }
        vfs.xDelete = { vfs, name, syncs in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xDelete?(below, name, syncs) ?? SQLITE_MISUSE
        }
        vfs.xAccess = { vfs, name, flags, answer in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xAccess?(below, name, flags, answer) ?? SQLITE_MISUSE
        }
        vfs.xFullPathname = { vfs, name, size, full in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xFullPathname?(below, name, size, full) ?? SQLITE_MISUSE
        }
        vfs.xRandomness = { vfs, count, bytes in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xRandomness?(below, count, bytes) ?? 0
        }
        vfs.xSleep = { vfs, microseconds in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xSleep?(below, microseconds) ?? 0
        }
        vfs.xCurrentTime = { vfs, day in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xCurrentTime?(below, day) ?? SQLITE_MISUSE
        }
        vfs.xCurrentTimeInt64 = { vfs, milliseconds in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xCurrentTimeInt64?(below, milliseconds) ?? SQLITE_MISUSE
        }
        vfs.xGetLastError = { vfs, count, text in
            let below = SealingFileSystem.below(vfs)
            return below.pointee.xGetLastError?(below, count, text) ?? 0
        }
        return vfs
    }

    // MARK: Its files

    /// `@unchecked` is true because it is written once, before anybody reads it.
    private final class Methods: @unchecked Sendable {
        let pointer: UnsafePointer<sqlite3_io_methods>

        init(_ methods: sqlite3_io_methods) {
            let pointer = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
            pointer.initialize(to: methods)
            self.pointer = UnsafePointer(pointer)
        }
    }

    private static let methods: Methods = {
        var methods = sqlite3_io_methods()
        // The third version maps pages into memory.
        methods.iVersion = 2
        methods.xClose = { file in
            let below = SealedFile.below(file)
            SealedFile.close(SealedFile.of(file))
            return below.methods.xClose?(below.file) ?? SQLITE_MISUSE
        }
        methods.xRead = { file, bytes, count, offset in
            let file = SealedFile.of(file), code = SealedFile.readBelow(file, bytes, count, at: offset)
            guard code == SQLITE_OK, let bytes else { return code }
            return SealedFile.read(file, bytes, count, at: offset)
        }
        methods.xWrite = { file, bytes, count, offset in
            let below = SealedFile.below(file)
            guard let bytes, let sealed = SealedFile.sealed(SealedFile.of(file), bytes, count, at: offset) else {
                return SQLITE_IOERR
            }
            return below.methods.xWrite?(below.file, sealed, count, offset) ?? SQLITE_MISUSE
        }
        methods.xTruncate = { file, size in
            let below = SealedFile.below(file)
            return below.methods.xTruncate?(below.file, size) ?? SQLITE_MISUSE
        }
        methods.xSync = { file, flags in
            let below = SealedFile.below(file)
            return below.methods.xSync?(below.file, flags) ?? SQLITE_MISUSE
        }
        methods.xFileSize = { file, size in
            let below = SealedFile.below(file)
            return below.methods.xFileSize?(below.file, size) ?? SQLITE_MISUSE
        }
        methods.xLock = { file, level in
            let below = SealedFile.below(file)
            return below.methods.xLock?(below.file, level) ?? SQLITE_MISUSE
        }
        methods.xUnlock = { file, level in
            let below = SealedFile.below(file)
            return below.methods.xUnlock?(below.file, level) ?? SQLITE_MISUSE
        }
        methods.xCheckReservedLock = { file, answer in
            let below = SealedFile.below(file)
            return below.methods.xCheckReservedLock?(below.file, answer) ?? SQLITE_MISUSE
        }
        methods.xFileControl = { file, operation, argument in
            let below = SealedFile.below(file)
            return below.methods.xFileControl?(below.file, operation, argument) ?? SQLITE_NOTFOUND
        }
        methods.xSectorSize = { file in
            let below = SealedFile.below(file)
            return below.methods.xSectorSize?(below.file) ?? 0
        }
        methods.xDeviceCharacteristics = { file in
            let below = SealedFile.below(file)
            return below.methods.xDeviceCharacteristics?(below.file) ?? 0
        }
        methods.xShmMap = { file, region, size, extends, memory in
            let below = SealedFile.below(file)
            return below.methods.xShmMap?(below.file, region, size, extends, memory) ?? SQLITE_MISUSE
        }
        methods.xShmLock = { file, offset, count, flags in
            let below = SealedFile.below(file)
            return below.methods.xShmLock?(below.file, offset, count, flags) ?? SQLITE_MISUSE
        }
        methods.xShmBarrier = { file in
            let below = SealedFile.below(file)
            below.methods.xShmBarrier?(below.file)
        }
        methods.xShmUnmap = { file, deletes in
            let below = SealedFile.below(file)
            return below.methods.xShmUnmap?(below.file, deletes) ?? SQLITE_MISUSE
        }
        return Methods(methods)
    }()

    /// The file that a connection has open, where it is one of these.
    static func file(_ file: UnsafeMutablePointer<sqlite3_file>?) -> SealedFile.Pointer? {
        guard let file, file.pointee.pMethods == methods.pointer else { return nil }
        return SealedFile.of(file)
    }
}
