internal import Base

/// Something that is asked of the worker that knows. Who asks is answered in any case: when the worker ends before it
/// comes to the question, by `nil`.
final class Question<Answer: Sendable>: Sendable {
    private let asker: Guarded<CheckedContinuation<Answer?, Never>?>

    init(_ asker: CheckedContinuation<Answer?, Never>) { self.asker = Guarded(asker) }

    deinit { answer(nil) }

    func answer(_ answer: Answer?) {
        let waiting = asker.withLock { asker in
            defer { asker = nil }
            return asker
        }
        waiting?.resume(returning: answer)
    }
}
