/// Wakes one who waits for something to do. A ring that nobody waits for is kept for the next who does; many are one.
public final class Doorbell: Sendable {
    private struct State {
        var isRung = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Guarded(State())

    public init() {}

    public func ring() {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            if state.waiting == nil { state.isRung = true }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Waits for a ring, or until the time is over. Asked by one at a time.
    public func wait(milliseconds: Int64) async {
        let timer = Task {
            guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
            ring()
        }
        await withCheckedContinuation { continuation in
            let isRung = state.withLock { state in
                if !state.isRung { state.waiting = continuation }
                defer { state.isRung = false }
                return state.isRung
            }
            if isRung { continuation.resume() }
        }
        timer.cancel()
    }
}
