internal import Base
internal import Reactor

/// Lets one at a time do something with a key; who comes meanwhile waits. For threads that may wait.
final class KeyedTurns: Sendable {
    /// Those who wait for the end of a turn, by its key.
    private let turns = Guarded<[[UInt8]: [Semaphore]]>([:])

    /// False when somebody has the turn.
    func begin(_ key: [UInt8]) -> Bool {
        turns.withLock { turns in
            guard turns[key] == nil else { return false }
            turns[key] = []
            return true
        }
    }

    /// By who has the turn.
    func end(_ key: [UInt8]) {
        let waiting = turns.withLock { $0.removeValue(forKey: key) }
        for one in waiting ?? [] { one.signal() }
    }

    func isUnderWay(_ key: [UInt8]) -> Bool { turns.withLock { $0[key] != nil } }

    /// Returns when whoever has the turn at this moment has ended it.
    func waitForEnd(_ key: [UInt8]) {
        let bell = turns.withLock { turns -> Semaphore? in
            guard turns[key] != nil else { return nil }
            let bell = Semaphore()
            turns[key]?.append(bell)
            return bell
        }
        bell?.wait()
    }
}
