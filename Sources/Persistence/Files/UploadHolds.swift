internal import Auth
internal import Base

/// Which uploads are being added to at this moment, each by one request; and the hashes of what came, so that a whole
/// file need not be read again.
final class UploadHolds: Sendable {
    private struct Hold {
        let stop: @Sendable () -> Void
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Of the first so many bytes.
    private struct Hashed {
        let digest: Guarded<RunningDigest>
        let byteCount: Int64
    }

    private let holds = Guarded<[String: Hold]>([:])
    private let hashed = Guarded<[String: Hashed]>([:])

    /// Hashes that are kept for who goes on: some 500 bytes each. What is not there is read from the disk.
    private static let hashedMax = 10_000

    /// False when somebody else adds to the upload.
    func take(_ id: String, stop: @escaping @Sendable () -> Void) -> Bool {
        holds.withLock { holds in
            guard holds[id] == nil else { return false }
            holds[id] = Hold(stop: stop)
            return true
        }
    }

    func free(_ id: String) {
        let waiting = holds.withLock { $0.removeValue(forKey: id)?.waiting ?? [] }
        for continuation in waiting { continuation.resume() }
    }

    /// Has whoever adds to the upload stop, and returns when that is done.
    func interrupt(_ id: String) async {
        guard let stop = holds.withLock({ $0[id]?.stop }) else { return }
        stop()
        await withCheckedContinuation { continuation in
            let waits = holds.withLock { holds in
                guard holds[id] != nil else { return false }
                holds[id]?.waiting.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    // MARK: Hashes

    /// The hash of the first so many bytes, to go on with; `nil` where it is not known.
    func takeDigest(of id: String, through byteCount: Int64) -> Guarded<RunningDigest>? {
        if byteCount == 0 { return Guarded(RunningDigest()) }
        let known = hashed.withLock { $0.removeValue(forKey: id) }
        return known?.byteCount == byteCount ? known?.digest : nil
    }

    func keep(_ digest: Guarded<RunningDigest>, of id: String, through byteCount: Int64) {
        hashed.withLock { hashed in
            if hashed.count >= Self.hashedMax { hashed.removeAll(keepingCapacity: true) }
            hashed[id] = Hashed(digest: digest, byteCount: byteCount)
        }
    }

    func forget(_ id: String) { hashed.withLock { $0[id] = nil } }
}
