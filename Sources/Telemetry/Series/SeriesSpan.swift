public import Base

/// How long a span is whose figures are kept, and how long they are.
public enum SeriesSpan: Int64, Sendable, CaseIterable {
    case minute = 60
    case hour = 3_600
    case day = 86_400

    public var seconds: Int64 { rawValue }

    /// Seconds for which these are kept: minutes for eight days, so that one can look at last week's trouble; hours for
    /// somewhat more than a year, and days for ten years. That is 25,000 rows at most.
    public var keptSeconds: Int64 {
        switch self {
        case .minute: 8 * 86_400
        case .hour: 400 * 86_400
        case .day: 3_660 * 86_400
        }
    }

    /// Of which these are made.
    public var shorter: SeriesSpan? {
        switch self {
        case .minute: nil
        case .hour: .minute
        case .day: .hour
        }
    }

    /// What these are joined to when one is over.
    public var longer: SeriesSpan? {
        switch self {
        case .minute: .hour
        case .hour: .day
        case .day: nil
        }
    }

    /// When the span began that a moment lies in, by UTC.
    public func start(of moment: Timestamp) -> Timestamp {
        let seconds = moment.seconds
        let into = ((seconds % rawValue) + rawValue) % rawValue
        return Timestamp(milliseconds: (seconds - into) * 1_000)
    }
}

/// The figures of one span.
public struct SeriesRow: Sendable, Equatable {
    /// When the span began.
    public var at: Timestamp
    public var figures: Figures

    public init(at: Timestamp, figures: Figures) {
        self.at = at
        self.figures = figures
    }
}

/// Figures on disk.
public protocol SeriesStore: Sendable {
    /// Adds the figures of a minute. Hours and days that are over by then come to be of what they had.
    func keep(_ row: SeriesRow) async throws(SeriesFailure)

    /// Rows of a span that began from a moment on, in the order of time; and behind the last of them those of shorter
    /// spans, of which the next will be made.
    func rows(_ span: SeriesSpan, from: Timestamp) async throws(SeriesFailure) -> [SeriesRow]

    /// How many there are of what is counted by looking.
    func population(activeSince: Timestamp) async throws(SeriesFailure) -> Population
}

/// How many there are of what is not counted as it happens.
public struct Population: Sendable, Equatable {
    public var users: Int64 = 0
    public var active: Int64 = 0
    public var courses: Int64 = 0
    public var enrolments: Int64 = 0

    public init() {}
}

public enum SeriesFailure: Error, Equatable, Sendable {
    case unavailable
    case storageFull
}
