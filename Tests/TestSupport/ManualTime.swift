public import Base

/// A clock that only a test moves.
public final class ManualTime: Sendable {
    private let milliseconds: Guarded<Int64>
    private let nanoseconds: Guarded<UInt64>

    public init(_ start: Timestamp = Timestamp(milliseconds: 1_790_000_000_000)) {
        milliseconds = Guarded(start.milliseconds)
        nanoseconds = Guarded(1_000_000_000)
    }

    public var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    /// Lets time pass on both clocks.
    public func pass(milliseconds: Int64) {
        self.milliseconds.withLock { $0 += milliseconds }
        nanoseconds.withLock { $0 += UInt64(milliseconds) * 1_000_000 }
    }

    /// Sets the wall clock alone, forward or back, as an administrator does.
    public func jump(to time: Timestamp) { milliseconds.withLock { $0 = time.milliseconds } }

    public var source: TimeSource {
        TimeSource(
            now: { self.now },
            instant: { Instant(nanoseconds: self.nanoseconds.withLock { $0 }) })
    }
}
