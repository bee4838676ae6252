import CSQLite

/// What one process shares by the files that it has open: locks, and the index of the write-ahead log, which is memory
/// and ends with it.
final class Mount {
    let disk: Disk
    /// Its process is no more, and what its remains ask for has no effect.
    var isDead = false
    private var opened: [OpenedFile] = []
    private var shared: [String: SharedIndex] = [:]

    init(_ disk: Disk) { self.disk = disk }

    func add(_ file: OpenedFile) { opened.append(file) }

    func remove(_ file: OpenedFile) { opened.removeAll { $0 === file } }

    func index(of name: String) -> SharedIndex {
        if let index = shared[name] { return index }
        let index = SharedIndex()
        shared[name] = index
        return index
    }

    func dropIndex(of name: String) { shared[name] = nil }

    // MARK: Locks on the whole file

    /// https://www.sqlite.org/lockingv3.html section 3: many may share, one may mean to write, and who writes is alone.
    func lock(_ file: OpenedFile, to level: CInt) -> CInt {
        guard level > file.level else { return SQLITE_OK }
        let others = opened.filter { $0 !== file && $0.file === file.file }.map(\.level)
        switch level {
        case SQLITE_LOCK_SHARED where others.contains { $0 >= SQLITE_LOCK_PENDING }: return SQLITE_BUSY
        case SQLITE_LOCK_RESERVED where others.contains { $0 >= SQLITE_LOCK_RESERVED }: return SQLITE_BUSY
        case SQLITE_LOCK_EXCLUSIVE where others.contains { $0 >= SQLITE_LOCK_PENDING }: return SQLITE_BUSY
        case SQLITE_LOCK_EXCLUSIVE where others.contains { $0 >= SQLITE_LOCK_SHARED }:
            file.level = SQLITE_LOCK_PENDING
            return SQLITE_BUSY
        default:
            file.level = level
            return SQLITE_OK
        }
    }

    func isReserved(_ file: DiskFile) -> Bool {
        opened.contains { $0.file === file && $0.level >= SQLITE_LOCK_RESERVED }
    }
}

/// An open file of one connection.
final class OpenedFile {
    let mount: Mount
    let file: DiskFile
    /// What is opened without a name is nobody else's, and no fault of the disk matters to it.
    let name: String?
    var level = SQLITE_LOCK_NONE
    /// The slots of the shared index that it holds, as bits.
    var sharedSlots: UInt16 = 0
    var exclusiveSlots: UInt16 = 0

    init(_ mount: Mount, _ file: DiskFile, name: String?) {
        self.mount = mount
        self.file = file
        self.name = name
        mount.add(self)
    }

    func close() {
        if let name, sharedSlots | exclusiveSlots != 0 { mount.index(of: name).release(self) }
        mount.remove(self)
    }
}

/// The index of one write-ahead log (https://www.sqlite.org/walformat.html section 2): memory, and eight locks.
final class SharedIndex {
    private var regions: [UnsafeMutableRawPointer] = []
    private var sharedCounts = [Int](repeating: 0, count: Int(SQLITE_SHM_NLOCK))
    private var exclusive: UInt16 = 0

    deinit { for region in regions { region.deallocate() } }

    func region(_ number: Int, byteCount: Int, extends: Bool) -> UnsafeMutableRawPointer? {
        while regions.count <= number {
            guard extends else { return nil }
            let region = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
            region.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
            regions.append(region)
        }
        return regions[number]
    }

    func lock(_ slots: Range<Int>, _ flags: CInt, by file: OpenedFile) -> CInt {
        let mask = slots.reduce(0 as UInt16) { $0 | 1 << UInt16($1) }
        if flags & SQLITE_SHM_UNLOCK != 0 {
            release(file, mask)
            return SQLITE_OK
        }
        if flags & SQLITE_SHM_SHARED != 0 {
            if file.sharedSlots & mask == mask { return SQLITE_OK }
            guard exclusive & mask == 0 else { return SQLITE_BUSY }
            for slot in slots { sharedCounts[slot] += 1 }
            file.sharedSlots |= mask
            return SQLITE_OK
        }
        guard exclusive & mask == 0, slots.allSatisfy({ sharedCounts[$0] == 0 }) else { return SQLITE_BUSY }
        exclusive |= mask
        file.exclusiveSlots |= mask
        return SQLITE_OK
    }

    func release(_ file: OpenedFile, _ mask: UInt16 = .max) {
        for slot in sharedCounts.indices where file.sharedSlots & mask & 1 << UInt16(slot) != 0 {
            sharedCounts[slot] -= 1
        }
        exclusive &= ~(file.exclusiveSlots & mask)
        file.sharedSlots &= ~mask
        file.exclusiveSlots &= ~mask
    }
}
