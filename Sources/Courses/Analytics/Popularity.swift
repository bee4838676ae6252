public import Base

/// Which courses are popular, by what happened within a window.
///
/// Each student counts once for each of three things: enrolling 3 points, being active 1, completing 5. A thing counts
/// its points in full now, nothing at the window's begin, and evenly less in between:
///
///     score = Σ points × (window − age) / window
///
/// So a course that people come to today stands above one that was full a month ago, nobody raises a score by doing a
/// thing often, and a score falls by itself. Of courses with the same score the one with more students stands first,
/// then the newer one.
public struct Popularity: Equatable, Sendable {
    public enum Sign: Hashable, Sendable, CaseIterable {
        case enrolled, active, completed

        var points: Int64 {
            switch self {
            case .enrolled: 3
            case .active: 1
            case .completed: 5
            }
        }
    }

    /// Something of one student. Of several of a kind, the latest counts.
    public struct Row: Equatable, Sendable {
        public var user: UserID
        public var sign: Sign
        public var at: Timestamp

        public init(user: UserID, sign: Sign, at: Timestamp) {
            self.user = user
            self.sign = sign
            self.at = at
        }
    }

    /// Thousandths, each row's rounded down.
    public let thousandths: Int64

    /// As whoever can add up faster has counted it.
    public init(thousandths: Int64) { self.thousandths = thousandths }

    public init(_ rows: [Row], in window: FigureWindow, at now: Timestamp) {
        struct Key: Hashable {
            var user: UserID
            var sign: Sign
        }
        var latest: [Key: Timestamp] = [:]
        for row in rows where window.contains(row.at, at: now) {
            let key = Key(user: row.user, sign: row.sign)
            latest[key] = max(latest[key] ?? row.at, row.at)
        }
        thousandths = latest.reduce(0) { sum, row in
            let left = window.seconds * 1_000 - (now.milliseconds - row.value.milliseconds)
            return sum + row.key.sign.points * left / window.seconds
        }
    }

    /// One course among others.
    public struct Place: Equatable, Sendable {
        public var course: CourseID
        public var score: Popularity
        public var enrolled: Int64

        public init(course: CourseID, score: Popularity, enrolled: Int64) {
            self.course = course
            self.score = score
            self.enrolled = enrolled
        }
    }

    /// The most popular first; those without any score are not among them.
    public static func ranked(_ places: [Place]) -> [Place] {
        places.filter { $0.score.thousandths > 0 }.sorted { one, other in
            (one.score.thousandths, one.enrolled, one.course) > (other.score.thousandths, other.enrolled, other.course)
        }
    }
}
