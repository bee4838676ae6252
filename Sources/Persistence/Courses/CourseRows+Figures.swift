internal import Base
internal import Channels
internal import Courses

extension CourseRows {
    /// All figures of one course.
    func report(of course: Course, in window: FigureWindow, at now: Timestamp) throws(CourseStop) -> CourseReport {
        let students = try figureRows(of: course.id), outline = try outline(of: course.id)
        let completed = Set(students.filter { $0.completedAt != nil }.map(\.user))
        var quizParts: [CourseReport.QuizPart] = []
        for quiz in try quizzes(of: course.id) {
            let grades = try firstAttempts(in: quiz, atMost: CourseBounds.analysedAttemptsMax)
                .compactMap { $0.grade?.credits }
            quizParts.append(
                CourseReport.QuizPart(quiz: quiz.id, title: quiz.title, analysis: ItemAnalysis(grades, of: quiz)))
        }
        return CourseReport(
            of: course, students, in: window,
            dropOff: DropOff(
                try ways(of: students.map(\.user), in: course.id, completed: completed), through: outline),
            quizzes: quizParts, at: now)
    }

    /// How one student does; whoever is not on the roster is refused.
    func report(on student: UserID, in course: Course, at now: Timestamp) throws(CourseStop) -> StudentReport {
        guard let stored = try enrolment(of: student, in: course.id), stored.enrolment.enrolledAt != nil else {
            throw .refused(.notOnTheRoster)
        }
        let names = try read { () throws(StoreFailure) in
            try prepare("SELECT username, display_name FROM users WHERE id = ?").bind(student)
                .first { row throws(StoreFailure) in (row.stringOrNull(0), row.stringOrNull(1)) }
        }
        var quizParts: [StudentReport.QuizPart] = []
        for quiz in try quizzes(of: course.id) {
            quizParts.append(
                StudentReport.QuizPart(
                    quiz, try attempts(of: student, in: quiz).map { $0.settled(under: quiz, at: now) }))
        }
        return StudentReport(
            title: course.content.title, username: names?.0, displayName: names?.1, enrolment: stored.enrolment,
            lastActiveAt: stored.activeAt,
            progress: try progress(
                of: student, by: try yardstick(of: course.id), completedAt: stored.completedAt),
            quizzes: quizParts, madeAt: now)
    }

    /// Everybody who ever was a student.
    private func figureRows(of course: CourseID) throws(CourseStop) -> [CourseFigures.Row] {
        try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT user, enrolled_at, state = 'active', active_at, completed_at FROM enrolments
                WHERE course = ? AND enrolled_at IS NOT NULL
                """
            ).bind(course.rawValue).all { row throws(StoreFailure) in
                UserID(rawValue: row.integer(0)).map {
                    CourseFigures.Row(
                        user: $0, enrolledAt: row.time(1), isEnrolled: row.integer(2) != 0,
                        lastActiveAt: row.timeOrNull(3), completedAt: row.timeOrNull(4))
                }
            }
        }.compactMap(\.self)
    }

    /// What each of these has begun and completed.
    private func ways(
        of students: [UserID], in course: CourseID, completed: Set<UserID>
    ) throws(CourseStop) -> [DropOff.Row] {
        var ways = Dictionary(
            students.map { ($0, DropOff.Row(begun: [], hasCompletedCourse: completed.contains($0))) }
        ) { first, _ in first }
        let steps = try read { () throws(StoreFailure) in
            try prepare("SELECT user, lesson, completed_at IS NOT NULL FROM lesson_progress WHERE course = ?")
                .bind(course.rawValue).all { row throws(StoreFailure) in
                    (
                        user: UserID(rawValue: row.integer(0)), lesson: LessonID(rawValue: row.integer(1)),
                        isCompleted: row.integer(2) != 0
                    )
                }
        }
        for step in steps {
            guard let user = step.user, let lesson = step.lesson else { continue }
            ways[user]?.begun.insert(lesson)
            if step.isCompleted { ways[user]?.completed.insert(lesson) }
        }
        return students.compactMap { ways[$0] }
    }

    /// Scores of courses that strangers see, the most popular first. It is `Popularity` in SQL: a student is one row of
    /// a course, with the latest time of each thing.
    func popular(in window: FigureWindow, limit: Int, at now: Timestamp) throws(CourseStop) -> [Popularity.Place] {
        let points = [("e.enrolled_at", 3), ("e.active_at", 1), ("e.completed_at", 5)].map { column, points in
            """
            sum(CASE WHEN \(column) > ?1 AND \(column) <= ?2
            THEN \(points) * (?3 * 1000 - (?2 - \(column))) / ?3 ELSE 0 END)
            """
        }
        return try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT c.id, c.taken, s.score FROM (
                    SELECT e.course, \(points.joined(separator: " + ")) AS score FROM enrolments e
                    WHERE e.active_at > ?1 GROUP BY e.course
                ) s JOIN courses c ON c.id = s.course
                WHERE c.state = 'published' AND c.deleted_at IS NULL AND s.score > 0
                ORDER BY s.score DESC, c.taken DESC, c.id DESC LIMIT ?4
                """
            ).bind(window.begin(at: now)).bind(now).bind(window.seconds).bind(limit).all {
                row throws(StoreFailure) in
                CourseID(rawValue: row.integer(0)).map {
                    Popularity.Place(
                        course: $0, score: Popularity(thousandths: row.integer(2)), enrolled: row.integer(1))
                }
            }
        }.compactMap(\.self)
    }
}
