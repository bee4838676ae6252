internal import Auth
public import Base
internal import Channels
public import REST
public import Telemetry
internal import Wire

/// The server at a glance: how it stands, and how it came to that.
public struct DashboardRoutes: Sendable {
    /// How the server stands: the figures of the last minute, and what is of the moment as it is now.
    public typealias Glance = @Sendable () async -> Figures

    private let store: any SeriesStore
    private let time: TimeSource
    private let now: Glance

    public init(_ store: any SeriesStore, time: TimeSource, now: @escaping Glance) {
        self.store = store
        self.time = time
        self.now = now
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/dashboard", access: .permitted(.readServer),
                "How the server stands, and how it came to that",
                query: [.optional("window", .text(bytes: 2...7), "how far back, such as 30m, 24h or 30d; 24h")],
                answers: [.init(200, Self.shape, "figures of now, in all, and as series")], handler: look)
        ]
    }

    private static let shape = Shape(
        "Dashboard",
        [
            .required("window", .text(bytes: 2...7), "how far back"),
            .required("step_s", .integer(60...(30 * 86_400)), "seconds of each point of the series"),
            .required("at", .time, "when this was so"),
            .required("now", .map(to: .integer(0...Int64.max)), "figures of the last minute and of this moment"),
            .required("total", .map(to: .integer(0...Int64.max)), "figures of the whole window"),
            .required(
                "series", .map(to: .list(of: .integer(0...Int64.max), countMax: 1_000)),
                "the same by the time at which each step began, in seconds since 1970"),
        ])

    @Sendable private func look(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let window = DashboardWindow(call.head.query["window"] ?? "24h") else {
            throw APIError(.invalid("?window", "invalid_format", "window is a number of m, h or d, such as 24h"))
        }
        let moment = time.now()
        let rows: [SeriesRow]
        do throws(SeriesFailure) {
            rows = try await store.rows(window.span, from: window.start(at: moment))
        } catch {
            throw APIError(.overloaded)
        }
        let points = window.points(of: rows), now = await now()
        let total = points.dropFirst().reduce(points.first?.figures) { $0?.joined(by: $1.figures) } ?? Figures()
        return .json { json in
            json.object { json in
                json.member("window", window.text)
                json.member("step_s", window.stepSeconds)
                json.member("at", moment)
                json.object("now") { json in Self.write(now, to: &json) }
                json.object("total") { json in Self.write(total, to: &json) }
                json.object("series") { json in
                    json.array("at") { json in
                        for point in points { json.value(point.at.seconds) }
                    }
                    for word in Self.words {
                        json.array(word.name) { json in
                            for point in points { json.value(word.value(point.figures)) }
                        }
                    }
                }
            }
        }
    }

    /// The words for figures on the wire.
    private static let words: [(name: StaticString, value: @Sendable (Figures) -> Int64)] = [
        ("users", { $0[.users] }), ("active", { $0[.active] }), ("online", { $0[.online] }),
        ("sockets", { $0[.sockets] }), ("messages", { $0[.messages] }), ("deliveries", { $0[.deliveries] }),
        ("commands", { $0[.commands] }), ("requests", { $0[.requests] }), ("failures", { $0[.failures] }),
        ("refusals", { $0[.refusals] }), ("errors", { $0[.errors] }),
        ("commits", { $0[.commits] }), ("commit_us", { mean($0[.commitTime], of: $0[.commits]) }),
        ("commit_p99_us", { $0[.commitWorst] }),
        ("replies", { $0[.replies] }), ("reply_us", { mean($0[.replyTime], of: $0[.replies]) }),
        ("reply_p99_us", { $0[.replyWorst] }),
        ("storage_bytes", { $0[.storage] }), ("free_bytes", { $0[.free] }), ("memory_bytes", { $0[.memory] }),
        ("cpu_ms", { $0[.processor] }), ("courses", { $0[.courses] }), ("enrolments", { $0[.enrolments] }),
    ]

    private static func mean(_ sum: Int64, of count: Int64) -> Int64 { count > 0 ? sum / count : 0 }

    private static func write(_ figures: Figures, to json: inout JSONWriter) {
        for word in words { json.member(word.name, word.value(figures)) }
    }
}
