internal import Base

/// Lets one do what many want done at the same moment, while the others wait for it.
final class OnceForAll: Sendable {
    private let waiting = Guarded<[[UInt8]: [CheckedContinuation<Void, Never>]]>([:])

    /// True for the one who is to do it, and then has to say so by `ended`; everybody else waits for that.
    func begin(_ key: [UInt8]) async -> Bool {
        var isFirst = false
        await withCheckedContinuation { continuation in
            isFirst = waiting.withLock { waiting in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFirst { continuation.resume() }
        }
        return isFirst
    }

    func ended(_ key: [UInt8]) {
        let all = waiting.withLock { $0.removeValue(forKey: key) }
        for continuation in all ?? [] { continuation.resume() }
    }
}
