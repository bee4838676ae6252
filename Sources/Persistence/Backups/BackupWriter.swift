internal import Auth
internal import Base
internal import Glibc
internal import Reactor

/// Writes a backup, entry by entry, under a name that nobody takes for a backup; `finish` gives it its own. Whatever
/// becomes of it, nothing else is left.
final class BackupWriter {
    let path: String
    private let partial: String
    private let descriptor: Descriptor
    private let modifiedAt: Int64
    private let whole = RunningDigest()
    /// Of the entry that is being written.
    private var digest = RunningDigest()
    private var entry: TarHeader?
    private var missing: Int64 = 0
    private var sums = ""
    private var entryCount: Int64 = 0
    private(set) var byteCount: Int64 = 0
    private var unsyncedByteCount = 0
    private var isFinished = false

    /// Behind the name of a backup that is not whole.
    static let partialSuffix = ".partial"
    /// Bytes after which they are handed to the disk, so that no heap of them comes between a commit and its sync.
    private static let syncByteCount = 4 << 20

    init(path: String, at now: Timestamp) throws(BackupFailure) {
        self.path = path
        partial = path + Self.partialSuffix
        modifiedAt = now.seconds
        guard access(path, F_OK) != 0 else { throw .exists(path) }
        unlink(partial)
        let raw = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else { throw BackupFailure(SystemError("open"), at: partial) }
        descriptor = Descriptor(raw)
        guard fchmod(raw, 0o600) == 0 else { throw BackupFailure(SystemError("fchmod"), at: partial) }
    }

    deinit { if !isFinished { unlink(partial) } }

    // MARK: Entries

    func begin(_ name: String, byteCount: Int64) throws(BackupFailure) {
        precondition(missing == 0, "an entry was left unfinished")
        let header = TarHeader(name: name, byteCount: byteCount, modifiedAt: modifiedAt)
        entry = header
        missing = byteCount
        digest = RunningDigest()
        entryCount += 1
        try put(header.bytes)
    }

    func write(_ piece: [UInt8]) throws(BackupFailure) {
        missing -= Int64(piece.count)
        precondition(missing >= 0, "an entry has more than was said")
        digest.update(piece)
        try put(piece)
    }

    /// - Returns: the SHA-256 of what was written.
    @discardableResult func end() throws(BackupFailure) -> [UInt8] {
        precondition(missing == 0, "an entry has less than was said")
        guard let entry else { preconditionFailure("there is no entry to end") }
        try put([UInt8](repeating: 0, count: entry.paddingByteCount))
        let sha256 = digest.finish()
        if !entry.name.hasPrefix(BackupFormat.filesPrefix) { sums += "\(sha256.hexadecimal)  \(entry.name)\n" }
        self.entry = nil
        return sha256
    }

    func add(_ name: String, _ bytes: [UInt8]) throws(BackupFailure) {
        try begin(name, byteCount: Int64(bytes.count))
        try write(bytes)
        try end()
    }

    // MARK: The end

    /// Seals it, and gives it its name when all of it is on disk.
    func finish() throws(BackupFailure) {
        try add(BackupFormat.sumsName, Array(sums.utf8))
        let seal = BackupSeal(entryCount: entryCount, sha256: whole.finish())
        let header = TarHeader(
            name: BackupFormat.sealName, byteCount: Int64(seal.bytes.count), modifiedAt: modifiedAt)
        try out(header.bytes + seal.bytes + [UInt8](repeating: 0, count: header.paddingByteCount))
        try out([UInt8](repeating: 0, count: BackupFormat.endByteCount))
        guard fsync(descriptor.raw) == 0 else { throw BackupFailure(SystemError("fsync"), at: partial) }
        guard access(path, F_OK) != 0 else { throw .exists(path) }
        guard rename(partial, path) == 0 else { throw BackupFailure(SystemError("rename"), at: path) }
        isFinished = true
        do throws(SystemError) {
            try DiskFileStore.sync(Self.directory(of: path))
        } catch {
            throw BackupFailure(error, at: path)
        }
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func put(_ bytes: [UInt8]) throws(BackupFailure) {
        whole.update(bytes)
        try out(bytes)
    }

    private func out(_ bytes: [UInt8]) throws(BackupFailure) {
        do throws(SystemError) {
            try descriptor.write(bytes)
        } catch {
            throw BackupFailure(error, at: partial)
        }
        byteCount += Int64(bytes.count)
        unsyncedByteCount += bytes.count
        guard unsyncedByteCount >= Self.syncByteCount else { return }
        unsyncedByteCount = 0
        guard fdatasync(descriptor.raw) == 0 else { throw BackupFailure(SystemError("fdatasync"), at: partial) }
        // Nobody reads it soon: what clients read is to stay in memory instead.
        posix_fadvise(descriptor.raw, 0, 0, POSIX_FADV_DONTNEED)
    }
}

extension BackupFailure {
    init(_ error: SystemError, at path: String) {
        switch error.code {
        case ENOSPC, EDQUOT: self = .full
        default: self = .failed("\(path): \(error)")
        }
    }
}
