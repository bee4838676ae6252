internal import Base
internal import Channels
internal import Courses

extension CourseRows {
    private static let quizColumns = "id, course, version, created_at, updated_at, content"

    func quizzes(of course: CourseID) throws(CourseStop) -> [Quiz] {
        try read { () throws(StoreFailure) in
            try prepare("SELECT \(Self.quizColumns) FROM quizzes WHERE course = ? ORDER BY id").bind(course.rawValue)
                .all { row throws(StoreFailure) in try Self.quiz(row) }
        }
    }

    func quiz(_ id: QuizID) throws(CourseStop) -> Quiz? {
        try read { () throws(StoreFailure) in
            try prepare("SELECT \(Self.quizColumns) FROM quizzes WHERE id = ?").bind(id.rawValue)
                .first { row throws(StoreFailure) in try Self.quiz(row) }
        }
    }

    func quizCount(of course: CourseID) throws(CourseStop) -> Int {
        try read { () throws(StoreFailure) in
            try prepare("SELECT count(*) FROM quizzes WHERE course = ?").bind(course.rawValue)
                .first { row throws(StoreFailure) in Int(row.integer(0)) } ?? 0
        }
    }

    private static func quiz(_ row: Statement) throws(StoreFailure) -> Quiz {
        guard let id = QuizID(rawValue: row.integer(0)), let course = CourseID(rawValue: row.integer(1)),
            let content = Quiz.content(stored: row.bytes(5))
        else { throw .damaged("a quiz is not as it was written") }
        return Quiz(
            id: id, course: course, title: content.title, rules: content.rules, questions: content.questions,
            version: row.integer(2), createdAt: row.time(3), updatedAt: row.time(4))
    }

    /// A quiz and what the caller is to its course; one that they do not see is refused.
    func seen(_ id: QuizID, by caller: CourseCaller) throws(CourseStop) -> (quiz: Quiz, scene: Scene) {
        guard let quiz = try quiz(id) else { throw .refused(.noSuchQuiz) }
        let scene = try scene(.id(quiz.course), for: caller)
        guard scene.role.sees(scene.course), scene.role == .staff || quiz.rules.isPublished else {
            throw .refused(.noSuchQuiz)
        }
        return (quiz, scene)
    }

    func view(_ quiz: Quiz, for role: CourseRole) -> QuizView {
        role == .staff ? .staff(quiz) : .student(StudentQuiz(quiz, isEnrolled: role == .student))
    }

    // MARK: Attempts

    private static let attemptColumns =
        "id, user, number, seed, started_at, deadline, submitted_at, revision, answers, marks"

    /// All of a student's in a quiz, in their order.
    func attempts(of user: UserID, in quiz: Quiz) throws(CourseStop) -> [Attempt] {
        try attempts("WHERE quiz = ? AND user = ? ORDER BY number", of: quiz) {
            $0.bind(quiz.id.rawValue).bind(user)
        }
    }

    /// Everybody's, behind one of them.
    func attempts(in quiz: Quiz, after id: AttemptID?, atMost count: Int) throws(CourseStop) -> [Attempt] {
        try attempts("WHERE quiz = ? AND id > ? ORDER BY id LIMIT ?", of: quiz) {
            $0.bind(quiz.id.rawValue).bind(id?.rawValue ?? 0).bind(count)
        }
    }

    /// Those with an answer that somebody has to read; who submitted first comes first.
    func waitingAttempts(in quiz: Quiz, atMost count: Int) throws(CourseStop) -> [Attempt] {
        try attempts("WHERE quiz = ? AND is_waiting = 1 ORDER BY submitted_at, id LIMIT ?", of: quiz) {
            $0.bind(quiz.id.rawValue).bind(count)
        }
    }

    /// Those that were left open beyond their time, and those that were graded under another key.
    func staleAttempts(in quiz: Quiz, at now: Timestamp, atMost count: Int) throws(CourseStop) -> [Attempt] {
        let over = now.adding(seconds: -CourseBounds.graceSeconds)
        let lapsed = try attempts("WHERE quiz = ? AND submitted_at IS NULL AND deadline < ? LIMIT ?", of: quiz) {
            $0.bind(quiz.id.rawValue).bind(over).bind(count)
        }
        guard lapsed.count < count else { return lapsed }
        return lapsed
            + (try attempts("WHERE quiz = ? AND submitted_at IS NOT NULL AND graded_version < ? LIMIT ?", of: quiz) {
                $0.bind(quiz.id.rawValue).bind(quiz.version).bind(count - lapsed.count)
            })
    }

    /// Quizzes of which `staleAttempts` would find some of a user.
    func staleQuizzes(of user: UserID, at now: Timestamp) throws(CourseStop) -> [QuizID] {
        try quizIDs(
            """
            SELECT DISTINCT a.quiz FROM attempts a JOIN quizzes q ON q.id = a.quiz WHERE a.user = ?
            AND CASE WHEN a.submitted_at IS NULL THEN a.deadline < ? ELSE a.graded_version < q.version END
            """
        ) { $0.bind(user).bind(now.adding(seconds: -CourseBounds.graceSeconds)) }
    }

    /// Quizzes of a course of which `staleAttempts` would find any.
    func staleQuizzes(in course: CourseID, at now: Timestamp) throws(CourseStop) -> [QuizID] {
        try quizIDs(
            """
            SELECT q.id FROM quizzes q WHERE q.course = ? AND (EXISTS (SELECT 1 FROM attempts a
            WHERE a.quiz = q.id AND a.submitted_at IS NULL AND a.deadline < ?) OR EXISTS (SELECT 1 FROM attempts a
            WHERE a.quiz = q.id AND a.submitted_at IS NOT NULL AND a.graded_version < q.version))
            """
        ) { $0.bind(course.rawValue).bind(now.adding(seconds: -CourseBounds.graceSeconds)) }
    }

    /// Graded first attempts.
    func firstAttempts(in quiz: Quiz, atMost count: Int) throws(CourseStop) -> [Attempt] {
        try attempts(
            "WHERE quiz = ? AND number = 1 AND submitted_at IS NOT NULL AND is_waiting = 0 ORDER BY id LIMIT ?",
            of: quiz
        ) { $0.bind(quiz.id.rawValue).bind(count) }
    }

    func hasAttempts(_ quiz: QuizID) throws(CourseStop) -> Bool {
        try read { () throws(StoreFailure) in
            try prepare("SELECT 1 FROM attempts WHERE quiz = ? LIMIT 1").bind(quiz.rawValue)
                .first { _ throws(StoreFailure) in true } ?? false
        }
    }

    /// The quiz that an attempt is of.
    func quiz(of attempt: AttemptID) throws(CourseStop) -> Quiz? {
        let id = try read { () throws(StoreFailure) in
            try prepare("SELECT quiz FROM attempts WHERE id = ?").bind(attempt.rawValue)
                .first { row throws(StoreFailure) in QuizID(rawValue: row.integer(0)) } ?? nil
        }
        guard let id else { return nil }
        return try quiz(id)
    }

    func attempt(_ id: AttemptID, of quiz: Quiz) throws(CourseStop) -> Attempt? {
        try attempts("WHERE id = ?", of: quiz) { $0.bind(id.rawValue) }.first
    }

    /// An attempt that the caller may see: their own, or any of a course that they teach.
    func seen(_ id: AttemptID, by caller: CourseCaller) throws(CourseStop)
        -> (attempt: Attempt, quiz: Quiz, scene: Scene)
    {
        guard let quiz = try quiz(of: id), let attempt = try attempt(id, of: quiz) else {
            throw .refused(.noSuchAttempt)
        }
        let scene = try scene(.id(quiz.course), for: caller)
        guard scene.course.deletedAt == nil, scene.role == .staff || attempt.student == caller.user else {
            throw .refused(.noSuchAttempt)
        }
        return (attempt, quiz, scene)
    }

    /// An attempt as the caller sees it.
    func view(_ attempt: Attempt, of quiz: Quiz, for role: CourseRole, at now: Timestamp) throws(CourseStop)
        -> AttemptView
    {
        let all = try attempts(of: attempt.student, in: quiz)
        return AttemptView(
            paper: Paper(attempt, of: quiz, at: now), feedback: Feedback(on: attempt, among: all, of: quiz, at: now),
            student: role == .staff ? attempt.student : nil)
    }

    private func attempts(
        _ condition: String, of quiz: Quiz, _ bind: (Statement) -> Statement
    ) throws(CourseStop) -> [Attempt] {
        try read { () throws(StoreFailure) in
            try bind(try prepare("SELECT \(Self.attemptColumns) FROM attempts \(condition)"))
                .all { row throws(StoreFailure) in
                    guard let id = AttemptID(rawValue: row.integer(0)), let user = UserID(rawValue: row.integer(1)),
                        let answers = Attempt.answers(stored: row.bytes(8), of: quiz),
                        let marks = Attempt.marks(stored: row.bytes(9))
                    else { throw .damaged("an attempt is not as it was written") }
                    let attempt = Attempt(
                        id: id, quiz: quiz.id, student: user, number: Int(row.integer(2)),
                        seed: UInt64(bitPattern: row.integer(3)), startedAt: row.time(4),
                        deadline: row.timeOrNull(5), answers: answers, revision: row.integer(7),
                        submittedAt: row.timeOrNull(6), marks: marks)
                    // What it is worth follows from the quiz as it is.
                    return attempt.regraded(under: quiz)
                }
        }
    }
}
