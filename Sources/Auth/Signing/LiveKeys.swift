internal import Base

/// The key ring that is in force, for all threads: a new key signs the next token.
public final class LiveKeys: Sendable {
    private let guarded: Guarded<KeyRing>

    public init(_ ring: KeyRing) { guarded = Guarded(ring) }

    public var ring: KeyRing { guarded.withLock { $0 } }

    /// When it is durable.
    public func replace(with ring: KeyRing) { guarded.withLock { $0 = ring } }
}
