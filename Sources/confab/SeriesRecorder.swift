internal import Admin
internal import Base
internal import Persistence
internal import REST
internal import Telemetry

/// Writes down each minute what the server came to in it.
final class SeriesRecorder: Sendable {
    private struct State {
        var meter: SeriesMeter
        /// Figures of the last whole minute.
        var last = Figures()
        var population = Population()
        /// When that was counted, and how long it took.
        var countedAt: Instant?
        var countingMilliseconds = 0
    }

    let metrics: Metrics
    private let store: any SeriesStore
    private let time: TimeSource
    private let log: Logger
    private let state: Guarded<State>
    private let work = Guarded<Task<Void, Never>?>(nil)

    /// Counting takes a reader for as long as it takes: it is done no more often than leaves the readers to others.
    private static let countingShare = 100
    /// Who looks at a dashboard does not wait for more than this.
    private static let countingMillisecondsMax = 5
    private static let activeSeconds: Int64 = 86_400

    init(_ metrics: Metrics, store: any SeriesStore, time: TimeSource, log: Logger) {
        self.metrics = metrics
        self.store = store
        self.time = time
        self.log = log
        state = Guarded(State(meter: SeriesMeter(from: metrics.reading)))
    }

    func start() {
        work.withLock { work in
            work = Task {
                while !Task.isCancelled {
                    let now = time.now(), minute = SeriesSpan.minute.start(of: now)
                    let next = minute.adding(seconds: SeriesSpan.minute.seconds)
                    try? await Task.sleep(for: .milliseconds(next.milliseconds - now.milliseconds))
                    if !Task.isCancelled { await record(minute) }
                }
            }
        }
    }

    func routes(isOpen: Bool) -> [Route] {
        MetricsRoutes(isOpen: isOpen) { [metrics] in await metrics.families() }.routes
            + DashboardRoutes(store, time: time) { [self] in await glance() }.routes
    }

    func stop() { work.withLock { $0?.cancel() } }

    /// Keeps the figures that have come since the last of them as those of a minute.
    private func record(_ minute: Timestamp) async {
        let reading = await reading(mayWait: true)
        let figures = state.withLock { state in
            state.last = state.meter.advance(to: reading)
            return state.last
        }
        do throws(SeriesFailure) {
            try await store.keep(SeriesRow(at: minute, figures: figures))
        } catch {
            log.warning("a minute's figures could not be kept", ["why": "\(error)"])
        }
    }

    /// The figures of the last whole minute, with what is of the moment as it is now. Until there is such a minute,
    /// those of what has passed of it.
    func glance() async -> Figures {
        let reading = await reading(mayWait: false)
        return state.withLock { state in
            let now = state.meter.figures(to: reading)
            var figures = state.last[.free] > 0 ? state.last : now
            for name in [
                Figures.Name.users, .active, .online, .sockets, .storage, .free, .memory, .courses, .enrolments,
            ] {
                figures[name] = now[name]
            }
            return figures
        }
    }

    private func reading(mayWait: Bool) async -> SeriesMeter.Reading {
        let now = time.instant()
        let isDue = state.withLock { state in
            guard let counted = state.countedAt else { return true }
            guard mayWait || state.countingMilliseconds <= Self.countingMillisecondsMax else { return false }
            return now.milliseconds(since: counted) >= Self.countingShare * state.countingMilliseconds
        }
        if isDue {
            let since = time.now().adding(seconds: -Self.activeSeconds)
            // What could not be counted stays as it was.
            if let population = try? await store.population(activeSince: since) {
                let after = time.instant()
                state.withLock { state in
                    state.population = population
                    state.countedAt = after
                    state.countingMilliseconds = after.milliseconds(since: now)
                }
            }
        }
        var reading = metrics.reading
        reading.population = state.withLock { $0.population }
        return reading
    }
}
