/// Makes figures of what is counted: what has come since it was last asked. A value.
public struct SeriesMeter: Sendable {
    /// How everything stands at a moment; what only grows since the server's start.
    public struct Reading: Sendable {
        public var population = Population()
        public var online = 0
        public var sockets = 0
        public var messages = 0
        public var deliveries = 0
        public var commands = 0
        public var requests = 0
        public var failures = 0
        public var refusals = 0
        public var errors = 0
        public var commits = HistogramReading(.time)
        public var replies = HistogramReading(.time)
        public var storageByteCount: Int64 = 0
        public var freeByteCount: Int64 = 0
        public var memoryByteCount = 0
        public var processorSeconds = 0.0

        public init() {}
    }

    private var last: Reading

    public init(from reading: Reading) { last = reading }

    /// The figures from the last reading to this one, which is the last one from now on.
    public mutating func advance(to reading: Reading) -> Figures {
        defer { last = reading }
        return figures(to: reading)
    }

    /// The same, and nothing changes.
    public func figures(to reading: Reading) -> Figures {
        var figures = Figures()
        figures[.users] = reading.population.users
        figures[.active] = reading.population.active
        figures[.courses] = reading.population.courses
        figures[.enrolments] = reading.population.enrolments
        figures[.online] = Int64(reading.online)
        figures[.sockets] = Int64(reading.sockets)
        figures[.storage] = reading.storageByteCount
        figures[.free] = reading.freeByteCount
        figures[.memory] = Int64(reading.memoryByteCount)
        func grown(_ name: Figures.Name, _ count: KeyPath<Reading, Int>) {
            figures[name] = Int64(max(0, reading[keyPath: count] &- last[keyPath: count]))
        }
        grown(.messages, \.messages)
        grown(.deliveries, \.deliveries)
        grown(.commands, \.commands)
        grown(.requests, \.requests)
        grown(.failures, \.failures)
        grown(.refusals, \.refusals)
        grown(.errors, \.errors)
        let commits = reading.commits.since(last.commits), replies = reading.replies.since(last.replies)
        figures[.commits] = Int64(commits.count)
        figures[.commitTime] = Int64(commits.total / 1_000)
        figures[.commitWorst] = Int64((commits.quantile(0.99) ?? 0) / 1_000)
        figures[.replies] = Int64(replies.count)
        figures[.replyTime] = Int64(replies.total / 1_000)
        figures[.replyWorst] = Int64((replies.quantile(0.99) ?? 0) / 1_000)
        figures[.processor] = Int64(max(0, reading.processorSeconds - last.processorSeconds) * 1_000)
        return figures
    }
}
