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

    init(store: any FileStore, pool: WorkPool<FileReader>) {
        self.store = store
        self.pool = pool
    }

    // MARK: Holding

    func hold(_ sha256: [UInt8]) { holders.withLock { $0.held[sha256, default: 0] += 1 } }

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

    /// - Parameter isUsed: whether a file has the hash, by what is on disk at the moment of the call; `nil` when that
    ///   cannot be found out.
    func removeIfUnused(_ sha256: [UInt8], isUsed: ([UInt8]) -> Bool?) {
        let isToWait = holders.withLock { holders in
            // Whoever holds it condemns it again when nothing comes of it.
            guard holders.held[sha256] == nil, isUsed(sha256) == false else { return false }
            if holders.pauses == 0 { store.remove(sha256) }
            return holders.pauses > 0
        }
        if isToWait { condemned.withLock { $0.append(sha256) } }
    }

    // MARK: Sweeping

    /// Has the bytes of these hashes removed soon, unless a file has them.
    func condemn(_ hashes: [[UInt8]]) {
        condemned.withLock { $0 += hashes }
        guard holders.withLock({ $0.pauses }) == 0 else { return }
        // What the pool refuses goes with the next that are condemned, or at the next start.
        _ = pool.submit { [self] reader in
            let hashes = condemned.withLock { condemned in
                defer { condemned = [] }
                return condemned
            }
            for hash in hashes { removeIfUnused(hash) { reader.isUsed($0) } }
        }
    }

    /// Looks at everything that is there: what a run that was killed has left between bytes and row.
    func sweepAll() {
        _ = pool.submit { [self] reader in
            store.forEachPart { hashes in
                for hash in hashes { removeIfUnused(hash) { reader.isUsed($0) } }
                return !isClosing.withLock { $0 }
            }
        }
    }

    /// Waits for what is under way.
    func close() {
        isClosing.withLock { $0 = true }
        pool.finish()
    }
}
