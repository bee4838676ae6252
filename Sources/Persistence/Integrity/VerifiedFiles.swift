internal import Base

/// Which uploaded files have been read lately and were what was uploaded. A file that was not is read as a whole before
/// a byte of it is sent; who asks for it meanwhile waits for that.
final class VerifiedFiles: Sendable {
    /// What would be another if somebody had written to it.
    struct Stamp: Equatable {
        var byteCount: Int
        var modifiedNanoseconds: Int64

        init(_ file: OpenFile) {
            byteCount = file.byteCount
            modifiedNanoseconds = file.modifiedNanoseconds
        }
    }

    private struct Known {
        var stamp: Stamp
        var at: Instant
    }

    private struct State {
        var known: [[UInt8]: Known] = [:]
    }

    /// One reads for all who ask for the same at once.
    let reading = OnceForAll()
    private let state = Guarded(State())
    private let time: TimeSource

    /// Milliseconds for which a file is taken for whole. The disk may forget meanwhile what it was given.
    static let memoryMilliseconds = 3_600_000
    /// Files that are remembered: some 100 bytes each.
    static let countMax = 100_000

    init(time: TimeSource) { self.time = time }

    func isKnown(_ sha256: [UInt8], _ file: OpenFile) -> Bool {
        let now = time.instant()
        return state.withLock { state in
            guard let known = state.known[sha256] else { return false }
            return known.stamp == Stamp(file) && now.milliseconds(since: known.at) < Self.memoryMilliseconds
        }
    }

    func remember(_ sha256: [UInt8], _ file: OpenFile) {
        let now = time.instant()
        state.withLock { state in
            // Which of them go does not matter: they are read again.
            if state.known.count >= Self.countMax { state.known.removeAll(keepingCapacity: true) }
            state.known[sha256] = Known(stamp: Stamp(file), at: now)
        }
    }

    func forget(_ sha256: [UInt8]) { state.withLock { $0.known[sha256] = nil } }
}
