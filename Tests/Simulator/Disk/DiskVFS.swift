import Base
import CSQLite
import Glibc

/// A `Disk` as SQLite in one process wants a file system (https://www.sqlite.org/vfs.html), under a name of its own.
final class DiskVFS {
    let name: String
    private let text: UnsafeMutablePointer<CChar>
    private let vfs: UnsafeMutablePointer<sqlite3_vfs>

    private static let lastNumber = Guarded(0)

    private let mount: Mount

    /// Must stay as long as anything is open on it.
    init(_ disk: Disk) {
        let number = Self.lastNumber.withLock { last in
            last += 1
            return last
        }
        mount = disk.mountAnew()
        name = "disk-\(number)"
        text = strdup(name)
        vfs = .allocate(capacity: 1)
        vfs.initialize(to: Self.fileSystem(named: text, of: mount))
        sqlite3_vfs_register(vfs, 0)
    }

    deinit {
        sqlite3_vfs_unregister(vfs)
        vfs.deallocate()
        free(text)
    }

    /// A file as SQLite holds it: its methods, and behind them an `OpenedFile` that it owns.
    private struct Handle {
        var base: sqlite3_file
        var file: UnsafeMutableRawPointer?
    }

    private static func handle(_ base: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<Handle> {
        guard let base else { preconditionFailure("SQLite gave no file") }
        return UnsafeMutableRawPointer(base).assumingMemoryBound(to: Handle.self)
    }

    private static func file(_ base: UnsafeMutablePointer<sqlite3_file>?) -> OpenedFile {
        guard let file = handle(base).pointee.file else { preconditionFailure("the file is closed") }
        return Unmanaged<OpenedFile>.fromOpaque(file).takeUnretainedValue()
    }

    private static func mount(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> Mount {
        guard let mount = vfs?.pointee.pAppData else { preconditionFailure("SQLite gave no file system") }
        return Unmanaged<Mount>.fromOpaque(mount).takeUnretainedValue()
    }

    // MARK: The file system

    private static func fileSystem(named name: UnsafeMutablePointer<CChar>, of mount: Mount) -> sqlite3_vfs {
        var vfs = sqlite3_vfs()
        vfs.iVersion = 2
        vfs.szOsFile = CInt(MemoryLayout<Handle>.size)
        vfs.mxPathname = 512
        vfs.zName = UnsafePointer(name)
        vfs.pAppData = Unmanaged.passUnretained(mount).toOpaque()
        vfs.xOpen = { vfs, name, base, flags, granted in
            let mount = DiskVFS.mount(vfs), handle = DiskVFS.handle(base)
            handle.pointee.base.pMethods = nil
            guard !mount.isDead else { return SQLITE_IOERR }
            let known = name.map { String(cString: $0) }
            let found = known.map { mount.disk.open($0, creates: flags & SQLITE_OPEN_CREATE != 0) } ?? DiskFile()
            guard let found else { return SQLITE_CANTOPEN }
            handle.pointee.file = Unmanaged.passRetained(OpenedFile(mount, found, name: known)).toOpaque()
            handle.pointee.base.pMethods = DiskVFS.methods.pointer
            granted?.pointee = flags
            return SQLITE_OK
        }
        vfs.xDelete = { vfs, name, _ in
            let mount = DiskVFS.mount(vfs)
            guard let name, !mount.isDead, mount.disk.fault(in: .remove) == nil else { return DiskFault.delete }
            mount.disk.remove(String(cString: name))
            return SQLITE_OK
        }
        vfs.xAccess = { vfs, name, _, answer in
            answer?.pointee = name.map { DiskVFS.mount(vfs).disk.files[String(cString: $0)] != nil ? 1 : 0 } ?? 0
            return SQLITE_OK
        }
        vfs.xFullPathname = { _, name, size, full in
            guard let name, let full, strlen(name) < Int(size) else { return SQLITE_CANTOPEN }
            strcpy(full, name)
            return SQLITE_OK
        }
        vfs.xRandomness = { _, count, bytes in
            if let bytes { memset(bytes, 7, Int(count)) }
            return count
        }
        vfs.xSleep = { _, microseconds in microseconds }
        vfs.xCurrentTime = { _, day in
            day?.pointee = 2_461_000
            return SQLITE_OK
        }
        vfs.xCurrentTimeInt64 = { _, milliseconds in
            milliseconds?.pointee = 2_461_000 * 86_400_000
            return SQLITE_OK
        }
        vfs.xGetLastError = { _, _, _ in 0 }
        return vfs
    }

    // MARK: Its files

    /// What SQLite does with a file. `@unchecked` is true because it is written once, before anybody reads it.
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
        methods.iVersion = 2
        methods.xClose = { base in
            guard let file = DiskVFS.handle(base).pointee.file else { return SQLITE_OK }
            Unmanaged<OpenedFile>.fromOpaque(file).takeRetainedValue().close()
            DiskVFS.handle(base).pointee.file = nil
            return SQLITE_OK
        }
        methods.xRead = { base, bytes, count, offset in
            DiskVFS.file(base).read(UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)), at: Int(offset))
        }
        methods.xWrite = { base, bytes, count, offset in
            DiskVFS.file(base).write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: Int(offset))
        }
        methods.xTruncate = { base, size in DiskVFS.file(base).truncate(to: Int(size)) }
        methods.xSync = { base, _ in DiskVFS.file(base).sync() }
        methods.xFileSize = { base, size in
            size?.pointee = Int64(DiskVFS.file(base).file.bytes.count)
            return SQLITE_OK
        }
        methods.xLock = { base, level in
            let file = DiskVFS.file(base)
            return file.mount.lock(file, to: level)
        }
        methods.xUnlock = { base, level in
            let file = DiskVFS.file(base)
            file.level = min(file.level, level)
            return SQLITE_OK
        }
        methods.xCheckReservedLock = { base, answer in
            let file = DiskVFS.file(base)
            answer?.pointee = file.mount.isReserved(file.file) ? 1 : 0
            return SQLITE_OK
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { _ in 512 }
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        methods.xShmMap = { base, region, size, extends, memory in
            let file = DiskVFS.file(base)
            guard let name = file.name, !file.mount.isDead else { return DiskFault.mapShared }
            memory?.pointee = file.mount.index(of: name)
                .region(Int(region), byteCount: Int(size), extends: extends != 0)
            return SQLITE_OK
        }
        methods.xShmLock = { base, offset, count, flags in
            let file = DiskVFS.file(base)
            guard let name = file.name, !file.mount.isDead else { return DiskFault.lockShared }
            if flags == SQLITE_SHM_LOCK | SQLITE_SHM_SHARED, let interlude = file.mount.disk.interlude {
                file.mount.disk.interlude = nil
                interlude()
            }
            return file.mount.index(of: name).lock(Int(offset)..<Int(offset + count), flags, by: file)
        }
        methods.xShmBarrier = { _ in }
        methods.xShmUnmap = { base, deletes in
            let file = DiskVFS.file(base)
            guard let name = file.name else { return SQLITE_OK }
            file.mount.index(of: name).release(file)
            if deletes != 0 { file.mount.dropIndex(of: name) }
            return SQLITE_OK
        }
        return Methods(methods)
    }()
}

extension OpenedFile {
    fileprivate func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> CInt {
        if name != nil, fault(in: .read) != nil { return DiskFault.read }
        let there = max(0, min(bytes.count, file.bytes.count - offset))
        if there > 0 {
            file.bytes.withUnsafeBytes { all in
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[offset..<offset + there]))
            }
        }
        guard there < bytes.count else { return SQLITE_OK }
        UnsafeMutableRawBufferPointer(rebasing: bytes[there...]).initializeMemory(as: UInt8.self, repeating: 0)
        return DiskFault.shortRead
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> CInt {
        guard name != nil else {
            file.write(bytes, at: offset)
            return SQLITE_OK
        }
        switch fault(in: .write) {
        case nil: break
        case .dead: return SQLITE_IOERR
        case .dying:
            // Part of it may have come through.
            let count = Int.random(in: 0...bytes.count, using: &mount.disk.random)
            file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
            return SQLITE_IOERR
        case .fails: return DiskFault.write
        }
        // What is there already can be overwritten on a full disk.
        if mount.disk.isFull, offset + bytes.count > file.bytes.count {
            mount.disk.count(.wasFull)
            return SQLITE_FULL
        }
        file.write(bytes, at: offset)
        return SQLITE_OK
    }

    fileprivate func truncate(to size: Int) -> CInt {
        if name != nil, let fault = fault(in: .truncate) {
            return fault == .fails ? DiskFault.truncate : SQLITE_IOERR
        }
        file.truncate(to: size)
        return SQLITE_OK
    }

    fileprivate func sync() -> CInt {
        if name != nil, let fault = fault(in: .sync) { return fault == .fails ? DiskFault.sync : SQLITE_IOERR }
        mount.disk.sync(file)
        return SQLITE_OK
    }

    private func fault(in call: Disk.Call) -> Disk.Fault? { mount.isDead ? .dead : mount.disk.fault(in: call) }
}

/// https://www.sqlite.org/rescode.html, whose macros Swift does not see.
private enum DiskFault {
    static let delete = SQLITE_IOERR | 10 << 8
    static let shortRead = SQLITE_IOERR | 2 << 8
    static let read = SQLITE_IOERR | 1 << 8
    static let mapShared = SQLITE_IOERR | 21 << 8
    static let lockShared = SQLITE_IOERR | 20 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let truncate = SQLITE_IOERR | 6 << 8
    static let sync = SQLITE_IOERR | 4 << 8
}
