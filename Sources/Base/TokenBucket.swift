/// How often something may happen: `capacity` times at once, and as many again spread evenly over each window. Counted
/// in shares, as many to a token as the window has milliseconds: each millisecond then gives a whole number of them,
/// and nothing is lost to rounding however often the bucket is asked.
///
/// The time is in milliseconds of any one clock.
public struct TokenBucket: Equatable, Sendable {
    private var shares: Int
    private var refilledAt: Int64

    public init(capacity: Int, windowMilliseconds: Int, at now: Int64) {
        shares = capacity * windowMilliseconds
        refilledAt = now
    }

    /// Takes tokens, or tells in how many milliseconds there will be as many. More than fit into the bucket are had
    /// when it is full.
    public mutating func take(_ count: Int = 1, capacity: Int, windowMilliseconds: Int, at now: Int64) -> Int? {
        // A clock that went back refills nothing; one that jumped ahead fills the bucket and no more.
        let elapsed = min(max(now - refilledAt, 0), Int64(windowMilliseconds))
        shares = min(capacity * windowMilliseconds, shares + Int(elapsed) * capacity)
        refilledAt = now
        let price = min(count, capacity) * windowMilliseconds
        guard shares >= price else {
            // Rounded up: whoever waits so long finds whole tokens.
            return (price - shares + capacity - 1) / capacity
        }
        shares -= price
        return nil
    }

    /// Whether the bucket has been left alone long enough to be full again, so that a new one is no different.
    public func isForgotten(windowMilliseconds: Int, at now: Int64) -> Bool {
        now - refilledAt >= Int64(windowMilliseconds)
    }
}
