public import Base

/// Whether a server without any superuser lets its first one in, and by which token. Closed unless it was opened when
/// the server began, and closed for good by its use.
public final class SetupGate: Sendable {
    /// Seconds for which the token opens it.
    public static let seconds: Int64 = 3_600

    private struct Open {
        var hash: Secret
        var until: Timestamp
    }

    private let open = Guarded<Open?>(nil)

    public init() {}

    /// Lets whoever brings the token in until an hour from now.
    public func open(with token: String, at now: Timestamp) {
        let hash = Digest.sha256(Array(token.utf8))
        open.withLock { $0 = Open(hash: Secret(hash), until: now.adding(seconds: Self.seconds)) }
    }

    /// Whether this is the token, and its time is not over.
    public func admits(_ token: String, at now: Timestamp) -> Bool {
        let hash = Digest.sha256(Array(token.utf8))
        return open.withLock { open in
            guard let gate = open else { return false }
            guard now < gate.until else {
                open = nil
                return false
            }
            return gate.hash.matches(hash)
        }
    }

    public func close() { open.withLock { $0 = nil } }
}
