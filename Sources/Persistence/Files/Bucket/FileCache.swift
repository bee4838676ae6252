internal import Base
internal import Channels
internal import Glibc
internal import Reactor

/// Copies of what is kept elsewhere, in a directory of this machine: what was used lately stays, up to a bound. They
/// may go at any time, and nothing is promised of them; who has one open reads it to its end.
final class FileCache: Sendable {
    private struct Entry {
        var byteCount: Int64
        /// The higher, the later it was used.
        var turn: Int64
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        var byteCount: Int64 = 0
        var turn: Int64 = 0

        /// False when it is not there.
        mutating func use(_ sha256: [UInt8]) -> Bool {
            turn += 1
            guard entries[sha256] != nil else { return false }
            entries[sha256]?.turn = turn
            return true
        }

        mutating func forget(_ sha256: [UInt8]) {
            if let entry = entries.removeValue(forKey: sha256) { byteCount -= entry.byteCount }
        }
    }

    private let path: String
    private let disk: DiskFileStore
    private let byteCountMax: Int64
    private let state = Guarded(State())

    init(disk: DiskFileStore, byteCountMax: Int) throws(SystemError) {
        path = disk.path + "/cache"
        self.disk = disk
        self.byteCountMax = Int64(byteCountMax)
        try DiskFileStore.makeDirectory(path)
        // In the order in which they came, which is the best that is known of them.
        let there = DiskFileStore.names(in: path).compactMap { name -> (hash: [UInt8], size: Int64, at: Int)? in
            var status = stat()
            guard let hash = name.hexadecimalBytes, stat(path + "/" + name, &status) == 0 else { return nil }
            return (hash, Int64(status.st_size), status.st_mtim.tv_sec)
        }
        for one in there.sorted(by: { $0.at < $1.at }) { note(one.hash, one.size) }
    }

    var byteCount: Int64 { state.withLock { $0.byteCount } }

    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile? {
        guard state.withLock({ $0.use(sha256) }) else { return nil }
        if let file = try disk.openIfThere(name(sha256)) { return file }
        drop(sha256)
        return nil
    }

    /// Takes over what has come; nothing is left of it where that does not work.
    func take(_ blob: DiskBlob, _ sum: Blob) {
        guard byteCountMax > 0, blob.move(to: name(sum.sha256)) else { return blob.discard() }
        note(sum.sha256, sum.byteCount)
    }

    func drop(_ sha256: [UInt8]) {
        state.withLock { $0.forget(sha256) }
        unlink(name(sha256))
    }

    /// Makes room on the disk.
    func empty() { shrink(to: 0) }

    private func note(_ sha256: [UInt8], _ byteCount: Int64) {
        let isTooMuch = state.withLock { state in
            state.forget(sha256)
            state.entries[sha256] = Entry(byteCount: byteCount, turn: state.turn)
            state.byteCount += byteCount
            _ = state.use(sha256)
            return state.byteCount > byteCountMax
        }
        // A tenth more, so that not every one that comes has all of them sorted.
        if isTooMuch { shrink(to: byteCountMax - byteCountMax / 10, keeping: sha256) }
    }

    /// - Parameter latest: stays however large it is: somebody is about to read it, and others may want the same.
    private func shrink(to target: Int64, keeping latest: [UInt8]? = nil) {
        let gone = state.withLock { state -> [[UInt8]] in
            var gone: [[UInt8]] = []
            for (hash, entry) in state.entries.sorted(by: { $0.value.turn < $1.value.turn })
            where state.byteCount > target && hash != latest {
                gone.append(hash)
                state.byteCount -= entry.byteCount
                state.entries[hash] = nil
            }
            return gone
        }
        for hash in gone { unlink(name(hash)) }
    }

    private func name(_ sha256: [UInt8]) -> String { path + "/" + sha256.hexadecimal }
}
