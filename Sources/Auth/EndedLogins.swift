public import Base

/// The logins that have been ended while an access token of theirs may still be valid. Every use of a token asks here,
/// so that logging out holds at once and not when the token expires. Shared by all threads.
public final class EndedLogins: Sendable {
    private struct Known {
        var endedAt: [LoginID: Timestamp] = [:]
        var pruneAt = pruneEvery
    }

    /// Entries after which those are looked for that have outlived their tokens.
    private static let pruneEvery = 4_096

    private let known = Guarded(Known())

    public init() {}

    /// Milliseconds for which an ended login must be known.
    public static let memoryMilliseconds = (TokenLifetimes.accessSeconds + 2 * TokenLifetimes.leewaySeconds) * 1_000

    public func insert(_ login: LoginID, at now: Timestamp) {
        known.withLock { known in
            known.endedAt[login] = now
            guard known.endedAt.count >= known.pruneAt else { return }
            known.endedAt = known.endedAt.filter { now.milliseconds - $0.value.milliseconds < Self.memoryMilliseconds }
            known.pruneAt = known.endedAt.count + Self.pruneEvery
        }
    }

    public func contains(_ login: LoginID) -> Bool { known.withLock { $0.endedAt[login] != nil } }
}
