internal import Base
internal import Glibc
internal import Reactor

/// Room on the disk that is held back for the day on which there is no other. On that day it is given away, so that
/// people can log in, read on and delete, and nothing new is taken until there is as much again.
///
/// The committer's thread gives and takes; others only ask.
final class DiskRoom: Sendable {
    private struct State {
        var isShort = false
        var dueAt = Timestamp(milliseconds: 0)
    }

    private let path: String
    private let byteCount: Int
    private let state = Guarded(State())

    /// Milliseconds between two attempts to hold some back again.
    private static let takeMilliseconds: Int64 = 500

    /// Bytes that a start should find. Where there are fewer, the disk is full from the start.
    private static let freeByteCountMin: UInt = 1 << 20
    /// Bytes that a start cannot do without: SQLite's index of the log, 32 KiB for each 16 MiB of it, and a few names.
    /// They stay held back for the next start when all the rest is given away.
    private static let startByteCount = 512 << 10
    /// At the end of a server there may be no more than its own index has left.
    private static let startByteCountMin = 36 << 10
    private static let blockByteCount = 4 << 10

    /// Holds back `byteCount` bytes in a file; when there are none, the disk is full from the start.
    init(path: String, byteCount: Int) {
        self.path = path
        self.byteCount = byteCount
        let found = heldByteCount
        guard !hold(byteCount) || !hasRoomToStart else { return }
        // What was left for a start is for this one.
        if found > keptByteCount { trim() } else { unlink(path) }
        state.withLock { $0.isShort = true }
    }

    private var hasRoomToStart: Bool {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return true }
        return disk.f_bavail.multipliedReportingOverflow(by: disk.f_frsize).partialValue >= Self.freeByteCountMin
    }

    /// The disk is full, and what was held back is in use.
    var isShort: Bool { state.withLock { $0.isShort } }

    /// Gives away what was held back; false when it is gone already.
    @discardableResult func give() -> Bool {
        trim()
        return state.withLock { state in
            defer { state.isShort = true }
            return !state.isShort
        }
    }

    /// Holds back what was given away, if there is room for it and some time has passed since the last attempt.
    func takeBack(at now: Timestamp) {
        let isDue = state.withLock { state in
            guard state.isShort, now >= state.dueAt else { return false }
            state.dueAt = Timestamp(milliseconds: now.milliseconds + Self.takeMilliseconds)
            return true
        }
        guard isDue else { return }
        // As much again must be free: what was just given away is room for one more batch, and not for everybody.
        if hold(byteCount, beside: byteCount) {
            state.withLock { $0.isShort = false }
        } else {
            trim()
        }
    }

    private var heldByteCount: Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Holds no more than what the next start needs.
    private func trim() {
        if heldByteCount > keptByteCount { truncate(path, off_t(keptByteCount)) }
    }

    /// Holds back what the next start needs, as far as there is anything.
    func keepForStart() {
        guard isShort else { return }
        var count = keptByteCount
        while !hold(count) {
            count -= Self.blockByteCount
            guard count >= Self.startByteCountMin else {
                unlink(path)
                return
            }
        }
    }

    private var keptByteCount: Int { min(Self.startByteCount, byteCount / 4) }

    /// Nothing is ever read from the file, so it needs no sync: its blocks are what counts.
    private func hold(_ byteCount: Int, beside free: Int = 0) -> Bool {
        let raw = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else { return false }
        let descriptor = Descriptor(raw)
        return posix_fallocate(descriptor.raw, 0, off_t(byteCount + free)) == 0
            && ftruncate(descriptor.raw, off_t(byteCount)) == 0
    }
}
