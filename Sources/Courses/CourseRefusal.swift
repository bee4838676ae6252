public import Base

/// Why something about a course was refused: nothing of it happened.
public enum CourseRefusal: Error, Equatable, Sendable {
    /// A member is not what it may be. The pointer is one of RFC 6901 into the request's body.
    case invalid(pointer: String, code: String, detail: String)

    /// One answer for what is not there and for what the caller may not know of.
    case noSuchCourse
    case noSuchLesson
    case noSuchQuiz
    case noSuchAttempt
    case noSuchQuestion
    case noSuchUser
    /// There is nobody of that kind on the roster: not enrolled, not waiting, not asking.
    case notOnTheRoster
    /// It takes an instructor of the course.
    case notStaff
    /// It takes a student of the course.
    case notEnrolled
    /// It is not what who asks believes it is.
    case changedMeanwhile
    case slugTaken
    /// A course is kept for its students once it has some.
    case hasStudents
    /// What attempts were made of is not changed under them.
    case hasAttempts
    case archived
    case notPublished(missing: String)

    // Enrolling

    case teachesIt
    case full
    case invitationNeeded
    case notOpenYet(until: Timestamp)
    case closed(since: Timestamp)
    case tooYoung(years: Int)
    case ageUnknown(years: Int)
    /// Somebody of the course has said no.
    case turnedAway

    // Learning

    /// Lessons that come first.
    case lessonLocked(by: [LessonID])
    case quizNotOpenYet(until: Timestamp)
    case quizClosed(since: Timestamp)
    case attemptsSpent(max: Int)
    case attemptClosed
    case timeIsUp(since: Timestamp)
    case nothingToGrade
    case notCompleted

    /// There are as many as there may be.
    case tooMany(what: String, max: Int)
    /// The queue of changes is full, or the store has failed; a later try may succeed.
    case unavailable
    /// The disk has no room.
    case storageFull
}

extension CourseRefusal {
    /// The stable name that the socket and REST share.
    public var code: String {
        switch self {
        case .invalid: "validation_failed"
        case .noSuchCourse, .noSuchLesson, .noSuchQuiz, .noSuchAttempt, .noSuchQuestion, .noSuchUser, .notOnTheRoster:
            "not_found"
        case .notStaff, .notEnrolled, .invitationNeeded, .notOpenYet, .closed, .tooYoung, .ageUnknown, .turnedAway,
            .lessonLocked, .quizNotOpenYet, .quizClosed, .teachesIt:
            "permission_denied"
        case .changedMeanwhile: "precondition_failed"
        case .slugTaken, .hasStudents, .hasAttempts: "already_exists"
        case .archived, .attemptClosed, .timeIsUp, .notPublished, .nothingToGrade, .notCompleted: "read_only"
        case .full, .attemptsSpent, .tooMany: "quota_exceeded"
        case .unavailable: "overloaded"
        case .storageFull: "storage_full"
        }
    }

    /// One sentence for whoever asked.
    public var message: String {
        switch self {
        case .invalid(_, _, let detail): detail
        case .noSuchCourse: "no such course"
        case .noSuchLesson: "no such lesson"
        case .noSuchQuiz: "no such quiz"
        case .noSuchAttempt: "no such attempt"
        case .noSuchQuestion: "no such question"
        case .noSuchUser: "no such user"
        case .notOnTheRoster: "not on the course's roster"
        case .notStaff: "it takes an instructor of the course"
        case .notEnrolled: "it takes a student of the course"
        case .changedMeanwhile: "somebody else has changed it; read it again"
        case .slugTaken: "another course has this slug"
        case .hasStudents: "a course with students can be archived, and is no draft again"
        case .hasAttempts: "there are attempts: texts, weights and answers may change, questions and options may not"
        case .archived: "the course is archived"
        case .notPublished(let missing): "it cannot be published without \(missing)"
        case .teachesIt: "who teaches a course does not enrol in it"
        case .full: "the course is full"
        case .invitationNeeded: "it takes an invitation"
        case .notOpenYet(let until): "enrolment begins at \(until.rfc3339)"
        case .closed(let since): "enrolment ended at \(since.rfc3339)"
        case .tooYoung(let years): "the course is for those who are \(years) or older"
        case .ageUnknown(let years): "the course is for those who are \(years) or older; give your date of birth"
        case .turnedAway: "an instructor has declined or removed you"
        case .lessonLocked: "other lessons come before this one"
        case .quizNotOpenYet(let until): "the quiz opens at \(until.rfc3339)"
        case .quizClosed(let since): "the quiz closed at \(since.rfc3339)"
        case .attemptsSpent(let max): "the quiz allows \(max) attempts"
        case .attemptClosed: "the attempt has been submitted"
        case .timeIsUp(let since): "the attempt's time was up at \(since.rfc3339)"
        case .nothingToGrade: "there is nothing to grade by hand"
        case .notCompleted: "the course is not completed"
        case .tooMany(let what, let max): "there are at most \(max) \(what)"
        case .unavailable: "the server is busy; try again"
        case .storageFull: "the server's disk is full; nothing can be written"
        }
    }

    /// Whether the same request may succeed later without being changed.
    public var isTemporary: Bool { self == .unavailable || self == .storageFull }
}
