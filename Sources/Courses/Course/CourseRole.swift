public import Base

/// What somebody is to a course, which decides what they see of it.
public enum CourseRole: Equatable, Sendable {
    /// Teaches it, or may do so with every course.
    case staff
    /// Enrolled.
    case student
    /// Anybody else, those who wait or ask too, and who has not said who they are.
    case stranger

    /// - Parameters:
    ///   - user: `nil` for who has not said who they are.
    ///   - ruling: whether the user's permissions reach every course.
    public init(of user: UserID?, in course: Course, ruling: Bool, enrolled state: Enrolment.State?) {
        guard let user else {
            self = .stranger
            return
        }
        if ruling || course.isTaught(by: user) {
            self = .staff
        } else {
            self = state == .active ? .student : .stranger
        }
    }

    /// The word for it on the wire.
    public var name: String {
        switch self {
        case .staff: "staff"
        case .student: "student"
        case .stranger: "stranger"
        }
    }

    /// Whether the course is there for them at all.
    public func sees(_ course: Course) -> Bool {
        guard course.deletedAt == nil else { return false }
        switch (self, course.state) {
        case (.staff, _): return true
        case (_, .published): return true
        case (.student, .archived): return true
        case (_, .draft), (.stranger, .archived): return false
        }
    }

    /// Whether they read what a lesson says, beyond its title.
    public func reads(_ lesson: Lesson, of course: Course) -> Bool {
        switch self {
        case .staff: sees(course)
        case .student: sees(course) && lesson.state == .published
        case .stranger: false
        }
    }

    /// A course that is not seen is not there, even for the refusal.
    public func requireStaff(of course: Course) throws(CourseRefusal) {
        guard self != .staff else { return }
        if sees(course) { throw .notStaff }
        throw .noSuchCourse
    }

    /// Students do things; those who teach only look.
    public func requireStudent(of course: Course) throws(CourseRefusal) {
        try requireEnrolled(in: course)
        guard course.state != .archived else { throw .archived }
    }

    /// For what was begun and may be ended, even where the course was archived meanwhile.
    public func requireEnrolled(in course: Course) throws(CourseRefusal) {
        guard sees(course) else { throw .noSuchCourse }
        guard self == .student else { throw .notEnrolled }
    }
}
