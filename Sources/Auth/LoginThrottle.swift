public import Base

/// Slows down who guesses, by account and by address, without letting a stranger lock anybody out.
///
/// Three counts, each of failures only:
/// - an account from one address: a few are free, then each doubles the wait, up to `Limits.loginWaitSecondsMax`;
/// - an account from all addresses together: so many guessers at once make strangers wait. An address from which the
///   account's owner has come in before is no stranger, and waits for its own failures alone;
/// - an address over all accounts: one who tries many accounts a little each.
///
/// A success forgets what its address did to the account. Nothing is for ever: what is left alone is forgotten. Names
/// of users who do not exist are counted like any others, so that waiting tells nothing (OWASP ASVS 6.3.1, 6.3.8).
public struct LoginThrottle: Sendable {
    /// Seconds after which what is left alone is forgotten.
    private static let memorySeconds: Int64 = 86_400

    private struct Count: Sendable {
        var failures = 0
        var lastAt: Timestamp
    }

    private struct Pair: Hashable, Sendable {
        var name: String
        var address: String
    }

    private let limits: Limits
    private var pairs: [Pair: Count] = [:]
    private var names: [String: Count] = [:]
    private var addresses: [String: Count] = [:]
    /// From where each account was last come in to.
    private var homes: [Pair: Timestamp] = [:]

    public init(_ limits: Limits) { self.limits = limits }

    /// Seconds to wait before this account may be tried from this address; `nil` when it may be tried now.
    /// - Parameters:
    ///   - name: what was typed, folded; never looked up.
    ///   - address: the client's, or for IPv6 its network of 64 bits.
    public func wait(for name: String, from address: String, at now: Timestamp) -> Int64? {
        let pair = Pair(name: name, address: address)
        var wait = self.wait(pairs[pair], free: limits.loginFailuresFree, at: now)
        wait = max(wait, self.wait(addresses[address], free: limits.loginFailuresPerAddressMax, at: now))
        if homes[pair].map({ isFresh($0, at: now) }) != true {
            wait = max(wait, self.wait(names[name], free: limits.loginFailuresPerNameMax, at: now))
        }
        return wait > 0 ? wait : nil
    }

    public mutating func failed(_ name: String, from address: String, at now: Timestamp) {
        count(&pairs, Pair(name: name, address: address), at: now)
        count(&names, name, at: now)
        count(&addresses, address, at: now)
    }

    public mutating func succeeded(_ name: String, from address: String, at now: Timestamp) {
        let pair = Pair(name: name, address: address)
        pairs[pair] = nil
        homes[pair] = now
        if homes.count > limits.loginFailuresKeptMax { homes = homes.filter { isFresh($0.value, at: now) } }
        if homes.count > limits.loginFailuresKeptMax { homes = [pair: now] }
    }

    // MARK: Counting

    private func isFresh(_ time: Timestamp, at now: Timestamp) -> Bool {
        now.milliseconds - time.milliseconds < Self.memorySeconds * 1_000
    }

    /// One second for the first failure beyond what is free, twice as long for each after it.
    private func wait(_ count: Count?, free: Int, at now: Timestamp) -> Int64 {
        guard let count, isFresh(count.lastAt, at: now), count.failures >= free else { return 0 }
        let doublings = min(count.failures - free, 20)
        let pause = min(Int64(1) << doublings, Int64(limits.loginWaitSecondsMax)) * 1_000
        let left = count.lastAt.milliseconds + pause - now.milliseconds
        // A clock that went back makes nobody wait longer than they would have.
        return left > 0 ? (min(left, pause) + 999) / 1_000 : 0
    }

    private func count<Key: Hashable>(_ counts: inout [Key: Count], _ key: Key, at now: Timestamp) {
        var entry = counts[key] ?? Count(lastAt: now)
        if !isFresh(entry.lastAt, at: now) { entry.failures = 0 }
        entry.failures += 1
        entry.lastAt = now
        counts[key] = entry
        guard counts.count > limits.loginFailuresKeptMax else { return }
        counts = counts.filter { isFresh($0.value.lastAt, at: now) }
        guard counts.count > limits.loginFailuresKeptMax else { return }
        // Half at once, so that it is rare: those with the fewest failures and the longest rest.
        let kept = counts.sorted { one, other in
            (one.value.failures, one.value.lastAt.milliseconds) > (
                other.value.failures, other.value.lastAt.milliseconds
            )
        }
        counts = Dictionary(
            uniqueKeysWithValues: kept.prefix(limits.loginFailuresKeptMax / 2).map { ($0.key, $0.value) })
    }
}
