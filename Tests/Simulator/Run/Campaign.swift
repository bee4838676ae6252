import Base
import Reactor

/// Many worlds, on as many threads as there are cores. Each has its seed and nothing else in common with the others.
struct Campaign: Sendable {
    /// A world that broke a promise.
    struct Finding: Sendable {
        var seed: UInt64
        var faults: [String]
    }

    struct Outcome: Sendable {
        var evidence = Evidence()
        /// In the order of their seeds.
        var findings: [Finding] = []
        var worldCount = 0
    }

    var seeds: Range<UInt64>
    var plan = Plan.usual
    /// No world is begun any more when so many have broken a promise.
    var findingsMax: Int
    let threads: Int

    private struct Progress: Sendable {
        var next: UInt64
        var outcome = Outcome()
    }

    /// - Throws: what kept a world from being made at all.
    func run() throws -> Outcome {
        // What all worlds begin with is made once, by nobody's thread.
        _ = try Genesis.begin(seed: 0)
        let progress = Guarded(Progress(next: seeds.lowerBound)), ended = Semaphore()
        let failure = Guarded<(any Error)?>(nil)
        for index in 0..<threads {
            _ = Thread(named: "world-\(index)") { [self] in
                do {
                    while let seed = next(progress) { note(seed, try World(seed: seed, plan: plan), progress) }
                } catch {
                    failure.withLock { [error] in $0 = error }
                }
                ended.signal()
            }
        }
        for _ in 0..<threads { ended.wait() }
        if let failure = failure.withLock({ $0 }) { throw failure }
        var outcome = progress.withLock { $0.outcome }
        outcome.findings.sort { $0.seed < $1.seed }
        return outcome
    }

    private func next(_ progress: Guarded<Progress>) -> UInt64? {
        progress.withLock { progress in
            guard progress.next < seeds.upperBound, progress.outcome.findings.count < findingsMax else { return nil }
            defer { progress.next += 1 }
            return progress.next
        }
    }

    private func note(_ seed: UInt64, _ world: World, _ progress: Guarded<Progress>) {
        let faults = world.run()
        var evidence = Evidence()
        evidence.add(world)
        progress.withLock { [evidence] progress in
            progress.outcome.worldCount += 1
            progress.outcome.evidence.add(evidence)
            if !faults.isEmpty { progress.outcome.findings.append(Finding(seed: seed, faults: faults)) }
        }
    }
}
