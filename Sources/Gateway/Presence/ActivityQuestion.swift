internal import Base

/// Whether a user is there, asked of the worker that knows. Who asks is answered in any case: when the worker ends
/// before it comes to the question, by `nil`.
final class ActivityQuestion: Sendable {
    private let asker: Guarded<CheckedContinuation<Bool?, Never>?>

    init(_ asker: CheckedContinuation<Bool?, Never>) { self.asker = Guarded(asker) }

    deinit { answer(nil) }

    func answer(_ isActive: Bool?) {
        let waiting = asker.withLock { asker in
            defer { asker = nil }
            return asker
        }
        waiting?.resume(returning: isActive)
    }
}
