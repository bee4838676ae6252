public import Base
internal import Channels
internal import Telemetry

/// What is known to be damaged of what is stored. Whoever finds something says it here, once: it is logged as an error
/// and stays known until the next start.
public final class Integrity: Sendable {
    /// What was found, and what has been looked at.
    public struct Report: Sendable, Equatable {
        /// Damaged things in all.
        public var damagedCount = 0
        /// Whole looks through everything since the start.
        public var roundCount = 0
        /// When the last one ended.
        public var lookedAt: Timestamp?

        public init() {}

        public var isSound: Bool { damagedCount == 0 }
    }

    private struct State {
        var report = Report()
        var known: Set<String> = []
    }

    private let state = Guarded(State())
    private let log: Logger

    /// Damaged things that are remembered by name; more are only counted.
    private static let knownMax = 10_000

    init(log: Logger) { self.log = log }

    public var report: Report { state.withLock { $0.report } }

    /// What was found.
    var known: Set<String> { state.withLock { $0.known } }

    func found(_ what: String) {
        let isNew = state.withLock { state in
            guard !state.known.contains(what) else { return false }
            if state.known.count < Self.knownMax { state.known.insert(what) }
            state.report.damagedCount += 1
            return true
        }
        if isNew { log.error("stored data is damaged", ["what": what]) }
    }

    func couldNotLook(_ why: StoreFailure) {
        log.warning("the database could not be looked through for damage", ["why": "\(why)"])
    }

    func hasLooked(at now: Timestamp) {
        state.withLock { state in
            state.report.roundCount += 1
            state.report.lookedAt = now
        }
    }
}
