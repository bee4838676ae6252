internal import Base
internal import Channels
internal import Reactor

/// Removes bytes that no file has any more. Whoever has bytes on their way into a row holds their hash from before they
/// are put in their place until the row is on disk or has failed; between looking for a row and removing nothing can
/// be held anew. So bytes that get a row are never removed.
final class BlobKeeper: Sendable {
    let store: any FileStore
    /// The threads that may wait for the disk.
    let pool: WorkPool<FileReader>
    /// Those that may wait for wherever the store is; the same where that is the disk.
    let farPool: WorkPool<FileReader>
    private struct Holders {
        /// How many uploads hold a hash.
        var held: [[UInt8]: Int] = [:]
        /// How many want everything to stay for a while.
        var pauses = 0
    }

    private let holders = Guarded(Holders())
    /// Hashes to be looked at.
    private let condemned = Guarded<[[UInt8]]>([])
    private let isClosing = Guarded(false)
    /// Hashes whose bytes are being removed. A turn is begun under the lock of `holders`.
    private let removals = KeyedTurns()

    init(store: any FileStore, pool: WorkPool<FileReader>, farPool: WorkPool<FileReader>? = nil) {
        self.store = store
        self.pool = pool
        self.farPool = farPool ?? pool
    }

    // MARK: Holding

    /// Waits while the bytes are being removed.
    func hold(_ sha256: [UInt8]) {
        while !holdNow(sha256) { removals.waitForEnd(sha256) }
    }

    private func holdNow(_ sha256: [UInt8]) -> Bool {
        holders.withLock { holders in
            guard !removals.isUnderWay(sha256) else { return false }
            holders.held[sha256, default: 0] += 1
            return true
        }
    }

    /// To be called when the row is on disk, or will never be; then the hash is to be condemned as well.
    func letGo(_ sha256: [UInt8]) {
        holders.withLock { holders in
            let count = holders.held[sha256, default: 1] - 1
            holders.held[sha256] = count > 0 ? count : nil
        }
    }

    /// Nothing is removed until as many have called `resume`: a backup copies what the rows of one instant name.
    func pause() { holders.withLock { $0.pauses += 1 } }

    func resume() {
        holders.withLock { $0.pauses -= 1 }
        condemn([])
    }

    private enum Verdict {
        case stays, unknown, waits, goes
    }

    /// - Parameter isUsed: whether a file has the hash, by what is on disk at the moment of the call; `nil` when that
    ///   cannot be found out.
    /// - Returns: false when it has to be looked at again.
    @discardableResult
    func removeIfUnused(_ sha256: [UInt8], isUsed: ([UInt8]) -> Bool?) -> Bool {
        let verdict = holders.withLock { holders -> Verdict in
            // Whoever holds it condemns it again when nothing comes of it.
            guard holders.held[sha256] == nil, let isUsed = isUsed(sha256) else {
                return holders.held[sha256] == nil ? .unknown : .stays
            }
            guard !isUsed else { return .stays }
            guard holders.pauses == 0 else { return .waits }
            return removals.begin(sha256) ? .goes : .unknown
        }
        switch verdict {
        case .stays: return true
        case .unknown: return false
        case .waits: break
        case .goes:
            defer { removals.end(sha256) }
            if store.remove(sha256) { return true }
        }
        condemned.withLock { $0.append(sha256) }
        return false
    }

    /// The same for many, on a thread that may wait; false when not all could be looked at and removed.
    func removeUnused(_ hashes: [[UInt8]]) async -> Bool {
        await farPool.run { [self] reader in
            var isDone = true
            for hash in hashes where !removeIfUnused(hash, isUsed: { reader.isUsed($0) }) { isDone = false }
            return isDone
        } ?? false
    }

    // MARK: Sweeping

    /// Has the bytes of these hashes removed soon, unless a file has them.
    func condemn(_ hashes: [[UInt8]]) {
        condemned.withLock { $0 += hashes }
        guard holders.withLock({ $0.pauses }) == 0 else { return }
        // What the pool refuses goes with the next that are condemned, or at the next start.
        _ = farPool.submit { [self] reader in
            let hashes = condemned.withLock { condemned in
                defer { condemned = [] }
                return condemned
            }
            for hash in hashes { removeIfUnused(hash) { reader.isUsed($0) } }
        }
    }

    /// Looks at everything that is there: what a run that was killed has left between bytes and row.
    /// - Parameter found: is told of what a file has and nobody keeps.
    func sweepAll(found: @escaping @Sendable (String) -> Void = { _ in }) {
        _ = farPool.submit { [self] reader in
            for part in store.parts() {
                for hash in store.hashes(in: part) { removeIfUnused(hash) { reader.isUsed($0) } }
                guard !isClosing.withLock({ $0 }) else { return }
            }
            guard store.place != nil else { return }
            FarSweep(keeper: self, found: found) { [isClosing] in isClosing.withLock { $0 } }.run(&reader)
        }
    }

    /// Waits for what is under way.
    func close() {
        isClosing.withLock { $0 = true }
        store.close()
        if farPool !== pool { farPool.finish() }
        pool.finish()
    }
}
