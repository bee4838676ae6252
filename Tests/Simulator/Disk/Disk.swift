import Base

/// A disk in memory that knows what has been synced. A process that is killed leaves all that it wrote; a power cut
/// keeps what was synced, and of the rest whatever chance will have: nothing, all, any of the writes in any order, and
/// any 512-byte sectors of each.
final class Disk {
    /// What happened to it, to be counted.
    enum Happening: String, CaseIterable {
        case diedWriting, diedSyncing, diedTruncating, diedRemoving, cutPower, keptTorn, lostUnsynced, failedWrite,
            failedSync, failedRead, wasFull
    }

    /// What can be made to fail, or to be the last that a process asks for.
    enum Call {
        case write, truncate, remove, sync, read

        /// As `failing` names it: whatever changes a file is a write.
        fileprivate var kind: Call { self == .truncate || self == .remove ? .write : self }

        fileprivate var death: Happening {
            switch self {
            case .write, .read: .diedWriting
            case .truncate: .diedTruncating
            case .remove: .diedRemoving
            case .sync: .diedSyncing
            }
        }
    }

    private(set) var files: [String: DiskFile] = [:]
    /// What the running process has of it; `nil` while there is none.
    private(set) var mount: Mount?
    private(set) var tally: [Happening: Int] = [:]
    var random: RandomSource

    /// Calls that change something after which the process is killed, in the middle of the last one.
    var diesIn: Int?
    /// Syncs after which the process is killed before the next: all is written then, and nothing promised.
    var diesInSyncs: Int?
    /// The process is killed in the middle of its next call of this kind.
    var diesAt: Call?
    /// Calls after which one fails.
    var failing: (call: Call, after: Int)?
    var isFull = false
    /// Done once, before the next reader takes its place in the log: what other threads do meanwhile.
    var interlude: (() -> Void)?
    /// A disk that lies: for showing that it is found out.
    var ignoresSyncs = false
    /// The same for the first sync of every process, which is that of what its forerunner wrote.
    var ignoresFirstSyncs = false
    private var syncCount = 0

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    /// Another disk with the same bytes, all of them synced.
    init(copying other: Disk, seed: UInt64) {
        random = RandomSource(seed: seed)
        files = other.files.mapValues { DiskFile(kept: $0.bytes) }
    }

    func count(_ happening: Happening) { tally[happening, default: 0] += 1 }

    // MARK: Files

    func open(_ name: String, creates: Bool) -> DiskFile? {
        if let file = files[name] { return file }
        guard creates else { return nil }
        let file = DiskFile()
        files[name] = file
        return file
    }

    func remove(_ name: String) { files[name] = nil }

    func sync(_ file: DiskFile) {
        syncCount += 1
        if !ignoresSyncs, !ignoresFirstSyncs || syncCount > 1 { file.sync() }
    }

    // MARK: Faults

    /// Whether a living process's call is to be made as usual; what else becomes of it.
    func fault(in call: Call) -> Fault? {
        let dies = call != .read && Self.isOver(&diesIn) || call == .sync && Self.isOver(&diesInSyncs)
        if dies || call == diesAt {
            count(call.death)
            mount?.isDead = true
            return .dying
        }
        guard let failing, failing.call == call.kind else { return nil }
        guard failing.after <= 1 else {
            self.failing?.after -= 1
            return nil
        }
        self.failing = nil
        switch call.kind {
        case .write, .truncate, .remove: count(.failedWrite)
        case .sync: count(.failedSync)
        case .read: count(.failedRead)
        }
        return .fails
    }

    private static func isOver(_ count: inout Int?) -> Bool {
        guard let left = count else { return false }
        count = left > 1 ? left - 1 : nil
        return left <= 1
    }

    enum Fault {
        /// The process is no more; what its remains ask for has no effect.
        case dead
        /// It ends during this call, of which chance leaves a part.
        case dying
        case fails
    }

    /// For the next process.
    func mountAnew() -> Mount {
        let mount = Mount(self)
        self.mount = mount
        syncCount = 0
        return mount
    }

    // MARK: Ends

    /// The process is gone, and what it wrote is there.
    func killProcess() {
        mount?.isDead = true
        mount = nil
        (diesIn, diesInSyncs, diesAt, failing, interlude) = (nil, nil, nil, nil, nil)
    }

    /// The machine is gone.
    func cutPower() {
        killProcess()
        count(.cutPower)
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            if !file.isNamed, Bool.random(using: &random) {
                files[name] = nil
            } else {
                lose(from: file)
            }
        }
    }

    private func lose(from file: DiskFile) {
        guard !file.unsynced.isEmpty else { return }
        var writes = file.unsynced
        switch Int.random(in: 0..<4, using: &random) {
        case 0: writes = []
        case 1: writes.removeLast(Int.random(in: 0..<writes.count, using: &random))
        case 2: writes.shuffle(using: &random)
        default: break
        }
        if writes.count < file.unsynced.count { count(.lostUnsynced) }
        let isTorn = Bool.random(using: &random)
        if isTorn, !writes.isEmpty { count(.keptTorn) }
        for write in writes {
            switch write {
            case .size(let size): file.resizeKept(to: size)
            case .bytes(let offset, let bytes):
                guard isTorn else {
                    file.keep(bytes[...], at: offset)
                    continue
                }
                for start in stride(from: 0, to: bytes.count, by: 512) where Bool.random(using: &random) {
                    file.keep(bytes[start..<min(start + 512, bytes.count)], at: offset + start)
                }
            }
        }
        file.restart()
    }
}

/// One file: as programs see it, and as it is on the disk.
final class DiskFile {
    enum Write {
        case bytes(at: Int, [UInt8])
        case size(Int)
    }

    private(set) var bytes: [UInt8]
    private(set) var kept: [UInt8]
    /// In their order, what has been written since it was last synced.
    private(set) var unsynced: [Write] = []
    /// Whether its name is on the disk: since it was first synced, as SQLite syncs the directory with a new file.
    private(set) var isNamed: Bool

    init() { (bytes, kept, isNamed) = ([], [], false) }

    init(kept: [UInt8]) { (bytes, self.kept, isNamed) = (kept, kept, true) }

    func write(_ new: UnsafeRawBufferPointer, at offset: Int) {
        Self.put(new, at: offset, into: &bytes)
        unsynced.append(.bytes(at: offset, Array(new)))
    }

    func truncate(to size: Int) {
        Self.resize(&bytes, to: size)
        unsynced.append(.size(size))
    }

    func sync() {
        for write in unsynced {
            switch write {
            case .bytes(let offset, let bytes): keep(bytes[...], at: offset)
            case .size(let size): resizeKept(to: size)
            }
        }
        unsynced.removeAll()
        isNamed = true
    }

    func keep(_ new: ArraySlice<UInt8>, at offset: Int) {
        new.withUnsafeBytes { Self.put($0, at: offset, into: &kept) }
    }

    func resizeKept(to size: Int) { Self.resize(&kept, to: size) }

    /// What is on the disk is all there is.
    func restart() {
        bytes = kept
        unsynced.removeAll()
        isNamed = true
    }

    private static func put(_ new: UnsafeRawBufferPointer, at offset: Int, into bytes: inout [UInt8]) {
        if bytes.count < offset + new.count { resize(&bytes, to: offset + new.count) }
        bytes.withUnsafeMutableBytes { all in
            UnsafeMutableRawBufferPointer(rebasing: all[offset..<offset + new.count]).copyMemory(from: new)
        }
    }

    private static func resize(_ bytes: inout [UInt8], to size: Int) {
        if bytes.count > size {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes.append(contentsOf: [UInt8](repeating: 0, count: size - bytes.count))
        }
    }
}
