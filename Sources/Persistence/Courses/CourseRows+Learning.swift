internal import Base
internal import Channels
internal import Courses

extension CourseRows {
    /// What a student has begun in a course, by lesson.
    func progress(of user: UserID, in course: CourseID) throws(CourseStop) -> [LessonProgress] {
        try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT lesson, percent, resume_s, updated_at, completed_at FROM lesson_progress
                WHERE course = ? AND user = ?
                """
            ).bind(course.rawValue).bind(user).all { row throws(StoreFailure) in
                guard let lesson = LessonID(rawValue: row.integer(0)) else {
                    throw .damaged("a student's progress is not as it was written")
                }
                return LessonProgress(
                    lesson: lesson, percent: Int(row.integer(1)), resumeSeconds: row.integer(2),
                    updatedAt: row.time(3), completedAt: row.timeOrNull(4))
            }
        }
    }

    /// Quizzes that a course is not completed without.
    func requiredQuizzes(of course: CourseID) throws(CourseStop) -> Set<QuizID> {
        Set(try quizIDs("SELECT id FROM quizzes WHERE course = ? AND is_required = 1") { $0.bind(course.rawValue) })
    }

    func passedQuizzes(of user: UserID, in course: CourseID) throws(CourseStop) -> Set<QuizID> {
        Set(
            try quizIDs(
                """
                SELECT a.quiz FROM quizzes q JOIN attempts a ON a.quiz = q.id
                WHERE q.course = ? AND a.user = ? AND a.is_passed = 1
                """
            ) { $0.bind(course.rawValue).bind(user) })
    }

    func quizIDs(_ sql: String, _ bind: (Statement) -> Statement) throws(CourseStop) -> [QuizID] {
        try read { () throws(StoreFailure) in
            try bind(try prepare(sql)).all { row throws(StoreFailure) in QuizID(rawValue: row.integer(0)) }
        }.compactMap(\.self)
    }

    /// What of a course is the same for all of its students.
    struct Yardstick {
        var course: CourseID
        var outline: Outline
        var required: Set<QuizID>
    }

    func yardstick(of course: CourseID) throws(CourseStop) -> Yardstick {
        Yardstick(course: course, outline: try outline(of: course), required: try requiredQuizzes(of: course))
    }

    func progress(
        of user: UserID, by yardstick: Yardstick, completedAt: Timestamp?
    ) throws(CourseStop) -> StudentProgress {
        let begun = try progress(of: user, in: yardstick.course)
        let passed = yardstick.required.isEmpty ? [] : try passedQuizzes(of: user, in: yardstick.course)
        let places = Dictionary(
            yardstick.outline.published.enumerated().map { ($0.element, $0.offset) }
        ) { first, _ in first }
        return StudentProgress(
            course: yardstick.course, user: user,
            whole: CourseProgress(
                through: yardstick.outline, begun, requiring: yardstick.required, passed: passed),
            completedAt: completedAt,
            lessons: begun.filter { places[$0.lesson] != nil }
                .sorted { places[$0.lesson] ?? 0 < places[$1.lesson] ?? 0 })
    }

    /// Students of a course behind one of them, with their names.
    func students(of course: CourseID, after user: UserID?, atMost count: Int) throws(CourseStop)
        -> [(enrolment: StoredEnrolment, username: String?, displayName: String?)]
    {
        try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT \(StoredEnrolment.columns), u.username, u.display_name FROM enrolments e
                JOIN users u ON u.id = e.user WHERE e.course = ? AND e.state = 'active' AND e.place = 0 AND e.user > ?
                ORDER BY e.user LIMIT ?
                """
            ).bind(course.rawValue).bind(user?.rawValue ?? 0).bind(count).all { row throws(StoreFailure) in
                (try StoredEnrolment(row), row.stringOrNull(8), row.stringOrNull(9))
            }
        }
    }

    // MARK: Certificates

    func certificate(of user: UserID, in course: CourseID) throws(CourseStop) -> Certificate? {
        try read { () throws(StoreFailure) in
            try prepare(
                "SELECT id, title, name, completed_at, issued_at FROM certificates WHERE user = ? AND course = ?"
            ).bind(user).bind(course.rawValue).first { row throws(StoreFailure) in
                guard let id = CertificateID(row.string(0)) else {
                    throw .damaged("a certificate is not as it was written")
                }
                return Certificate(
                    id: id, course: course, title: row.string(1), student: user, name: row.string(2),
                    completedAt: row.time(3), issuedAt: row.time(4))
            }
        }
    }

    func stands(_ certificate: CertificateID) throws(CourseStop) -> Bool {
        try read { () throws(StoreFailure) in
            try prepare("SELECT 1 FROM certificates WHERE id = ?").bind(certificate.description)
                .first { _ throws(StoreFailure) in true } ?? false
        }
    }
}
