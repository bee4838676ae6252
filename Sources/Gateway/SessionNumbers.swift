internal import Base
internal import Channels
public import REST
public import Telemetry

/// What one worker counts about its conversations. Only its thread writes, except for the refusals.
public final class SessionNumbers: Sendable {
    /// Sockets and streams of events that are open.
    public let sockets = Counter()
    public let streams = Counter()
    /// Users of this worker's share who are there by some socket or stream.
    public let users = Counter()
    /// Commands that sockets sent.
    public let commands = Counter()
    /// Events that were for somebody, once for each socket and stream that listened.
    public let deliveries = Counter()
    /// Nanoseconds from the understanding of a command that changes something to its answer.
    public let replies = Histogram(.time)
    public let refusals = RefusalCounts()

    public init() {}
}

/// The numbers of all workers.
public final class ConversationNumbers: Sendable {
    private let workers = Guarded<[Int: SessionNumbers]>([:])

    public init() {}

    func numbers(of worker: Int) -> SessionNumbers {
        workers.withLock { workers in
            if let numbers = workers[worker] { return numbers }
            let numbers = SessionNumbers()
            workers[worker] = numbers
            return numbers
        }
    }

    /// What all of them say together.
    public struct Reading: Sendable {
        public var socketCount = 0
        public var streamCount = 0
        public var userCount = 0
        public var commandCount = 0
        public var deliveryCount = 0
        public var replies = HistogramReading(.time)
        public var refusals = [Int](repeating: 0, count: Rejection.Code.allCases.count)
    }

    public var reading: Reading {
        let all = workers.withLock { Array($0.values) }
        var reading = Reading()
        for numbers in all {
            reading.socketCount += numbers.sockets.reading
            reading.streamCount += numbers.streams.reading
            reading.userCount += numbers.users.reading
            reading.commandCount += numbers.commands.reading
            reading.deliveryCount += numbers.deliveries.reading
            reading.replies = reading.replies + numbers.replies.reading
            for (index, count) in numbers.refusals.counts.enumerated() { reading.refusals[index] += count }
        }
        return reading
    }
}

extension ConversationNumbers.Reading {
    public var families: [MetricFamily] {
        [
            .gauge("confab_sockets", "WebSockets that are open.", socketCount),
            .gauge("confab_event_streams", "Streams of events over HTTP that are open.", streamCount),
            .gauge("confab_users_online", "Users who are there by some socket or stream.", userCount),
            .counter("confab_commands_total", "Commands that sockets sent.", commandCount),
            .counter(
                "confab_deliveries_total", "Events, counted once for each socket and stream that they were for.",
                deliveryCount),
            .histogram(
                "confab_reply_seconds", "Time from a socket's command that changes something to its answer.", replies),
        ]
    }
}
