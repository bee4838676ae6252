public import Base

/// What somebody is on a course's roster.
public struct Enrolment: Equatable, Sendable {
    public enum State: Equatable, Sendable {
        /// May come whenever they want to.
        case invited
        /// Has asked, and an instructor has not answered.
        case requested
        /// Comes in when a seat is free. The lowest place comes first; places are never given twice in a course.
        case waiting(place: Int64)
        /// A student.
        case active
        /// Went, and may come again.
        case left
        /// An instructor has said no, before or after.
        case turnedAway

        /// Takes a seat of the course's capacity.
        public var isSeated: Bool { self == .active }

        /// Is still something to the course.
        public var isOnRoster: Bool {
            switch self {
            case .invited, .requested, .waiting, .active: true
            case .left, .turnedAway: false
            }
        }

        /// The word for it on the wire.
        public var name: String {
            switch self {
            case .invited: "invited"
            case .requested: "requested"
            case .waiting: "waiting"
            case .active: "active"
            case .left: "left"
            case .turnedAway: "turned_away"
            }
        }
    }

    public let course: CourseID
    public let user: UserID
    public var state: State
    /// Since when it is this.
    public var since: Timestamp
    /// When they last became a student.
    public var enrolledAt: Timestamp?

    public init(
        course: CourseID, user: UserID, state: State, since: Timestamp, enrolledAt: Timestamp? = nil
    ) {
        self.course = course
        self.user = user
        self.state = state
        self.since = since
        self.enrolledAt = enrolledAt
    }

    func moved(to state: State, at now: Timestamp) -> Enrolment {
        var moved = self
        moved.state = state
        moved.since = now
        if state == .active { moved.enrolledAt = now }
        return moved
    }
}
