internal import Base

/// The body of one request on its way to whoever reads it, in pieces. An event loop puts them in, one reader takes them
/// out; what the reader has not asked for is not read from the client, so that no more than a bounded number of bytes
/// is ever held.
public final class HTTPBodyStream: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        var byteCount = 0
        /// The loop has been asked for more, and has not put in all that may wait.
        var isWanted = false
        /// Nothing more comes: `nil` inside for a body that is whole.
        var end: HTTPViolation??
        var reader: CheckedContinuation<Void, Never>?

        /// True when the loop has to be asked.
        mutating func want() -> Bool {
            defer { isWanted = true }
            return !isWanted
        }
    }

    private enum Step {
        case piece([UInt8], asks: Bool)
        case end(HTTPViolation?)
        case wait(asks: Bool)
    }

    private let state = Guarded(State())
    private let bytesMax: Int
    private let ask: @Sendable () -> Void

    /// - Parameters:
    ///   - bytesMax: bytes that may wait for the reader; one piece more may come.
    ///   - ask: tells the loop that the reader wants more; called on the reader's thread, and not again before so many
    ///     bytes have been put in.
    public init(bytesMax: Int, ask: @escaping @Sendable () -> Void) {
        self.bytesMax = bytesMax
        self.ask = ask
    }

    /// A body that is there already, for what has been read as a whole.
    public convenience init(_ bytes: [UInt8]) {
        self.init(bytesMax: bytes.count) {}
        if !bytes.isEmpty { _ = put(bytes) }
        end()
    }

    // MARK: The reader's side

    /// The next bytes, as many as came at once; `nil` when the body is whole.
    /// - Throws: why it will never be whole: it is too large (413), too slow (408), malformed or cut off (400).
    public func next() async throws(HTTPViolation) -> [UInt8]? {
        while true {
            switch step() {
            case .piece(let piece, let asks):
                if asks { ask() }
                return piece
            case .end(let violation):
                if let violation { throw violation }
                return nil
            case .wait(let asks):
                if asks { ask() }
                await untilSomethingComes()
            }
        }
    }

    private func step() -> Step {
        state.withLock { state in
            guard !state.pieces.isEmpty else {
                if let end = state.end { return .end(end) }
                return .wait(asks: state.want())
            }
            let piece = state.pieces.removeFirst()
            state.byteCount -= piece.count
            // Asked for early, so that the client goes on while the reader is busy.
            return .piece(piece, asks: state.end == nil && state.byteCount <= bytesMax / 2 && state.want())
        }
    }

    private func untilSomethingComes() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.pieces.isEmpty, state.end == nil else { return true }
                state.reader = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    // MARK: The loop's side

    /// Puts bytes in; false when no more are wanted until `ask` is called.
    public func put(_ piece: [UInt8]) -> Bool {
        let (reader, isWanted) = state.withLock { state in
            if state.end == nil {
                state.pieces.append(piece)
                state.byteCount += piece.count
            }
            if state.byteCount >= bytesMax { state.isWanted = false }
            return (state.reader.take(), state.isWanted)
        }
        reader?.resume()
        return isWanted
    }

    /// The body is whole, or never will be, and why. Only what is said first counts.
    public func end(_ violation: HTTPViolation? = nil) {
        let reader = state.withLock { state in
            if state.end == nil { state.end = .some(violation) }
            return state.reader.take()
        }
        reader?.resume()
    }
}
