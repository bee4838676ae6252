/// What the server came to in a span of time: numbers that are kept for years, so that one can look back.
public struct Figures: Sendable, Equatable {
    /// Each is a column of the store: a name once given stays.
    public enum Name: String, Sendable, CaseIterable {
        /// Accounts, and those of them that were there in the last day.
        case users, active
        /// Users who are there at once, at most, and sockets and streams that are open at once, at most.
        case online, sockets
        case messages, deliveries, commands, requests
        /// Requests that the server failed to do, what it refused, and errors that it logged.
        case failures, refusals, errors
        /// Commits, the microseconds that all of them took, and that 99 of 100 did not exceed in the worst minute.
        case commits
        case commitTime = "commit_us"
        case commitWorst = "commit_p99_us"
        /// The same of answers to commands.
        case replies
        case replyTime = "reply_us"
        case replyWorst = "reply_p99_us"
        /// Bytes of the database and its log, and those that are free beside it, at least.
        case storage = "storage_bytes"
        case free = "free_bytes"
        /// Bytes of memory, at most, and milliseconds of a processor.
        case memory = "memory_bytes"
        case processor = "cpu_ms"
        /// Courses that are published, and places in them that are taken.
        case courses, enrolments

        /// How those of several spans become those of a longer one.
        enum Joining { case last, most, least, sum }

        var joining: Joining {
            switch self {
            case .users, .active, .storage, .courses, .enrolments: .last
            case .online, .sockets, .commitWorst, .replyWorst, .memory: .most
            case .free: .least
            case .messages, .deliveries, .commands, .requests, .failures, .refusals, .errors, .commits, .commitTime,
                .replies, .replyTime, .processor:
                .sum
            }
        }
    }

    private var values = [Int64](repeating: 0, count: Name.allCases.count)
    private static let places = Dictionary(uniqueKeysWithValues: Name.allCases.enumerated().map { ($1, $0) })

    public init() {}

    public subscript(name: Name) -> Int64 {
        get { values[Self.places[name] ?? 0] }
        set { values[Self.places[name] ?? 0] = newValue }
    }

    /// The figures of this span and of one that follows it, together.
    public func joined(by later: Figures) -> Figures {
        var joined = self
        for name in Name.allCases {
            let (old, new) = (self[name], later[name])
            switch name.joining {
            case .last: joined[name] = new
            case .most: joined[name] = max(old, new)
            case .least: joined[name] = min(old, new)
            case .sum: joined[name] = old.addingReportingOverflow(new).partialValue
            }
        }
        return joined
    }
}
