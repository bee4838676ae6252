internal import Base
internal import Telemetry

/// How far a dashboard looks back, and how finely. A value.
struct DashboardWindow: Equatable {
    let text: String
    let seconds: Int64
    /// Whose rows are read.
    let span: SeriesSpan
    /// Seconds of each point that is shown: so many rows are joined.
    let stepSeconds: Int64

    /// Points that are shown at most: more than a chart has room for, and little to send.
    static let pointsMax: Int64 = 400
    static let secondsMax: Int64 = 3_650 * 86_400

    /// Reads `30m`, `24h` or `30d`.
    init?(_ text: String) {
        let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(plainDecimal: String(text.dropLast())),
            (1...100_000).contains(count), case let seconds = count * unit, seconds <= Self.secondsMax
        else { return nil }
        self.text = text
        self.seconds = seconds
        // As long as minutes are there, and are not too many to read.
        span = seconds <= 2 * 86_400 ? .minute : seconds <= 60 * 86_400 ? .hour : .day
        let steps: [Int64] = [60, 300, 900, 3_600, 10_800, 21_600, 86_400, 7 * 86_400, 30 * 86_400]
        let (least, span) = (seconds / Self.pointsMax, span)
        stepSeconds = steps.first { $0 >= least && $0 >= span.seconds } ?? 30 * 86_400
    }

    /// When the first point begins, of those that end with the present.
    func start(at now: Timestamp) -> Timestamp {
        let from = now.seconds - seconds
        return Timestamp(milliseconds: (from - from % stepSeconds) * 1_000)
    }

    /// The points that are shown of the rows: those of one step joined, and none where there are none.
    func points(of rows: [SeriesRow]) -> [SeriesRow] {
        rows.reduce(into: []) { points, row in
            let at = Timestamp(milliseconds: (row.at.seconds - row.at.seconds % stepSeconds) * 1_000)
            if let last = points.last, last.at == at {
                points[points.count - 1].figures = last.figures.joined(by: row.figures)
            } else {
                points.append(SeriesRow(at: at, figures: row.figures))
            }
        }
    }
}
