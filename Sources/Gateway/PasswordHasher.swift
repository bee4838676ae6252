public import Auth
internal import Base
public import Channels
internal import Reactor

/// Hashes passwords on threads of its own, a few at a time: each takes 128 MiB and most of a second of a core, which
/// neither the event loops nor the machine could bear in any number.
public struct PasswordHasher: Sendable {
    private let pool: WorkPool<RandomSource>
    private let cost: PasswordHash.Cost
    private let decoy: PasswordHash

    /// - Parameter queueMax: hashes that may wait; more are refused as `overloaded`.
    public init(cost: PasswordHash.Cost, threads: Int, queueMax: Int) {
        self.cost = cost
        decoy = .decoy(cost: cost)
        pool = WorkPool(named: "password", threads: threads, capacity: queueMax) { .system }
    }

    public func hash(_ password: [UInt8]) async throws(Rejection) -> PasswordHash {
        let cost = cost
        let answer = await pool.run { random in try? PasswordHash.make(password, cost: cost, random: &random) }
        guard let answer else { throw .overloaded }
        guard let hash = answer else { throw Rejection(.internal, "the password could not be hashed") }
        return hash
    }

    /// Whether the password is the one of the hash, and its hash at today's cost when the stored one is out of date.
    /// Without a hash it takes as long, so that the time does not tell whether there is such a user.
    public func check(
        _ password: [UInt8], against stored: PasswordHash?
    ) async throws(Rejection) -> (matches: Bool, renewed: PasswordHash?) {
        let cost = cost, decoy = decoy
        let answer = await pool.run { random -> (matches: Bool, renewed: PasswordHash?) in
            guard let stored else {
                _ = try? decoy.matches(password)
                return (false, nil)
            }
            guard (try? stored.matches(password)) == true else { return (false, nil) }
            guard stored.needsRehash(for: cost) else { return (true, nil) }
            return (true, try? PasswordHash.make(password, cost: cost, random: &random))
        }
        guard let answer else { throw .overloaded }
        return answer
    }

    /// Hashes that wait.
    public var waitingCount: Int { pool.waitingCount }

    public func close() { pool.close() }
}
