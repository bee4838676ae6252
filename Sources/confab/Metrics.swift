internal import Admin
internal import Base
internal import Channels
internal import Gateway
internal import Persistence
internal import REST
internal import Telemetry
internal import WSServer

/// Everything that is counted and measured, wherever that is done.
final class Metrics: Sendable {
    let conversations: ConversationNumbers
    let routes = RouteNumbers()
    let storage: Storage
    private let passwordsWaiting: @Sendable () -> Int
    private let log: Logger
    private let server = Guarded<Server<SessionHandler>?>(nil)

    init(
        _ storage: Storage, _ conversations: ConversationNumbers, passwordsWaiting: @escaping @Sendable () -> Int,
        log: Logger
    ) {
        self.storage = storage
        self.conversations = conversations
        self.passwordsWaiting = passwordsWaiting
        self.log = log
    }

    /// From now on its connections are told of.
    func connect(to server: Server<SessionHandler>) { self.server.withLock { $0 = server } }

    /// How much waits for whom, just now.
    var queues: [(name: String, count: Int)] {
        storage.queues + [
            ("password", passwordsWaiting()), ("loop", server.withLock { $0 }?.waitingCount ?? 0),
        ]
    }

    func families() async -> [MetricFamily] {
        var build = MetricFamily("confab_build_info", .gauge, "Always 1; the label says which version it is.")
        build.add(1, [("version", Assembly.version)])
        var queues = MetricFamily("confab_queue_length", .gauge, "Work that waits for a thread, by whose it is.")
        for queue in self.queues { queues.add(queue.count, [("queue", queue.name)]) }
        var lines = MetricFamily("confab_log_lines_total", .counter, "Warnings and errors that were logged.")
        for level in [Logger.Level.warning, .error] { lines.add(log.lineCount(of: level), [("level", "\(level)")]) }
        let conversations = conversations.reading
        return [build, queues, lines] + conversations.families + routes.families
            + [
                RefusalCounts.family(of: [
                    ("socket", conversations.refusals), ("http", routes.refusals.counts),
                ])
            ]
            + (server.withLock { $0 }?.families ?? []) + (await storage.families()) + ProcessNumbers().families
    }

    /// How everything stands that is written down each minute.
    var reading: SeriesMeter.Reading {
        let conversations = conversations.reading, process = ProcessNumbers(), disk = storage.disk, sums = routes.sums
        var reading = SeriesMeter.Reading()
        reading.online = conversations.userCount
        reading.sockets = conversations.socketCount + conversations.streamCount
        reading.messages = storage.numbers.messages.reading
        reading.deliveries = conversations.deliveryCount
        reading.commands = conversations.commandCount
        reading.requests = sums.requests
        reading.failures = sums.failures
        reading.refusals = (conversations.refusals + routes.refusals.counts).reduce(0, +)
        reading.errors = log.lineCount(of: .error)
        reading.commits = storage.numbers.commits.reading
        reading.replies = conversations.replies
        reading.storageByteCount = disk.databaseByteCount + Int64(storage.numbers.logByteCount.reading)
        reading.freeByteCount = disk.freeByteCount
        reading.memoryByteCount = process.residentByteCount
        reading.processorSeconds = process.cpuSeconds
        return reading
    }
}
