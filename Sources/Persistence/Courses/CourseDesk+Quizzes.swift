internal import Auth
internal import Base
internal import Channels
internal import Courses

extension CourseDesk {
    mutating func add(_ write: WriteQuiz, to key: CourseKey) throws(CourseStop) -> QuizView {
        let scene = try rows.scene(key, for: caller), now = now
        guard let id = QuizID(rawValue: try nextID(in: "quizzes")) else { throw .refused(.unavailable) }
        let count = try rows.quizCount(of: scene.course.id)
        let quiz = try ruled { () throws(CourseRefusal) in
            try write.decide(as: id, in: scene.course, as: scene.role, beside: count, at: now)
        }
        try checkRoom(for: quiz.storedContent, in: scene.course.id)
        try insert(quiz)
        return .staff(quiz)
    }

    func insert(_ quiz: Quiz) throws(CourseStop) {
        try run("INSERT INTO quizzes VALUES (?, ?, ?, ?, ?, ?, ?)") {
            $0.bind(quiz.id.rawValue).bind(quiz.course.rawValue).bind(quiz.version).bind(quiz.countsForCompletion)
                .bind(quiz.createdAt).bind(quiz.updatedAt).bind(text: quiz.storedContent)
        }
    }

    mutating func change(_ id: QuizID, _ write: WriteQuiz) throws(CourseStop) -> (view: QuizView, regrades: Bool) {
        let (quiz, scene) = try rows.seen(id, by: caller), now = now
        let hasAttempts = try rows.hasAttempts(id)
        let change = try ruled { () throws(CourseRefusal) in
            try write.decide(of: quiz, in: scene.course, as: scene.role, hasAttempts: hasAttempts, at: now)
        }
        guard change.quiz != quiz else { return (.staff(quiz), false) }
        try checkRoom(for: change.quiz.storedContent, replacing: quiz.storedContent, in: scene.course.id)
        try run("UPDATE quizzes SET version = ?, is_required = ?, updated_at = ?, content = ? WHERE id = ?") {
            $0.bind(change.quiz.version).bind(change.quiz.countsForCompletion).bind(change.quiz.updatedAt)
                .bind(text: change.quiz.storedContent).bind(id.rawValue)
        }
        if change.regrades { try record(.courseQuizRegraded, scene.course.target, "quiz:\(id)") }
        return (.staff(change.quiz), hasAttempts)
    }

    mutating func remove(_ id: QuizID, expecting version: Int64?) throws(CourseStop) {
        let (quiz, scene) = try rows.seen(id, by: caller)
        try ruled { () throws(CourseRefusal) in try scene.role.requireStaff(of: scene.course) }
        guard scene.course.state != .archived else { throw .refused(.archived) }
        if let version, version != quiz.version { throw .refused(.changedMeanwhile) }
        guard try !rows.hasAttempts(id) else { throw .refused(.hasAttempts) }
        try run("DELETE FROM quizzes WHERE id = ?") { $0.bind(id.rawValue) }
    }

    /// Writes down some of what time or another key has made of attempts; false when there is no more of it.
    mutating func regradeSome(of id: QuizID) throws(CourseStop) -> Bool {
        guard let quiz = try rows.quiz(id) else { return false }
        let stale = try rows.staleAttempts(in: quiz, at: now, atMost: CourseBounds.regradeSliceMax)
        let yardstick = try rows.yardstick(of: quiz.course)
        for attempt in stale {
            try update(attempt.settled(under: quiz, at: now), of: quiz)
            try settle(attempt.student, by: yardstick)
        }
        return stale.count == CourseBounds.regradeSliceMax
    }

    // MARK: Attempts

    mutating func start(_ id: QuizID, seed: UInt64) throws(CourseStop) -> (attempt: AttemptView, isNew: Bool) {
        let (quiz, scene) = try rows.seen(id, by: caller), user = try actor(), now = now
        guard let attempt = AttemptID(rawValue: try nextID(in: "attempts")) else { throw .refused(.unavailable) }
        let present = try rows.attempts(of: user, in: quiz)
        let outcome = try ruled { () throws(CourseRefusal) in
            try StartAttempt().decide(
                in: quiz, of: scene.course, as: scene.role, by: user, attempts: present, id: attempt, seed: seed,
                at: now)
        }
        if let settled = outcome.settled { try update(settled, of: quiz) }
        if outcome.isNew {
            try insert(outcome.attempt, of: quiz)
            try touch(user, in: quiz.course)
        }
        return (AttemptView(paper: Paper(outcome.attempt, of: quiz, at: now)), outcome.isNew)
    }

    mutating func save(_ body: JSONElement, in id: AttemptID) throws(CourseStop) -> AttemptView {
        let (attempt, quiz, scene) = try rows.seen(id, by: caller), user = try actor(), now = now
        let saved = try ruled { () throws(CourseRefusal) in
            guard attempt.student == user else { throw .noSuchAttempt }
            let answers = try SaveAnswers(body, for: quiz).inQuiz(quiz, of: attempt)
            return try answers.decide(of: attempt, under: quiz, in: scene.course, as: scene.role, by: user, at: now)
        }
        if saved != attempt { try update(saved, of: quiz) }
        return AttemptView(paper: Paper(saved, of: quiz, at: now))
    }

    mutating func submit(_ body: JSONElement?, in id: AttemptID) throws(CourseStop) -> AttemptView {
        let (attempt, quiz, scene) = try rows.seen(id, by: caller), user = try actor(), now = now
        let outcome = try ruled { () throws(CourseRefusal) in
            guard attempt.student == user else { throw .noSuchAttempt }
            // What comes with a second submission is not looked at.
            let last =
                attempt.state == .open
                ? try body.map { body throws(CourseRefusal) in
                    try SaveAnswers(body, for: quiz).inQuiz(quiz, of: attempt)
                } : nil
            return try SubmitAttempt(last: last).decide(
                of: attempt, under: quiz, in: scene.course, as: scene.role, by: user, at: now)
        }
        if outcome.isNew {
            try update(outcome.attempt, of: quiz)
            try touch(user, in: quiz.course)
            try settle(user, by: try rows.yardstick(of: quiz.course))
        }
        return try rows.view(outcome.attempt, of: quiz, for: .student, at: now)
    }

    mutating func grade(_ grade: GradeByHand, of id: AttemptID) throws(CourseStop) -> AttemptView {
        let (attempt, quiz, scene) = try rows.seen(id, by: caller), user = try actor(), now = now
        let marked = try ruled { () throws(CourseRefusal) in
            try grade.decide(of: attempt, under: quiz, in: scene.course, as: scene.role, by: user, at: now)
        }
        try update(marked, of: quiz)
        try record(
            .courseAttemptGraded, scene.course.target,
            "attempt:\(id) question \(grade.question): \(grade.percent) percent")
        if marked.state == .graded, attempt.settled(under: quiz, at: now).state != .graded {
            tell(attempt.student, "An attempt of yours at a quiz is graded", of: quiz.course)
        }
        try settle(attempt.student, by: try rows.yardstick(of: quiz.course))
        return try rows.view(marked, of: quiz, for: .staff, at: now)
    }

    private func insert(_ attempt: Attempt, of quiz: Quiz) throws(CourseStop) {
        try run(
            """
            INSERT INTO attempts (id, quiz, user, number, seed, started_at, deadline, revision, graded_version,
            is_waiting, is_passed, answers, marks) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, ?, ?)
            """
        ) {
            $0.bind(attempt.id.rawValue).bind(quiz.id.rawValue).bind(attempt.student).bind(attempt.number)
                .bind(Int64(bitPattern: attempt.seed)).bind(attempt.startedAt).bind(attempt.deadline)
                .bind(quiz.version).bind(text: attempt.storedAnswers).bind(text: attempt.storedMarks)
        }
    }

    private func update(_ attempt: Attempt, of quiz: Quiz) throws(CourseStop) {
        try run(
            """
            UPDATE attempts SET submitted_at = ?, revision = ?, graded_version = ?, is_waiting = ?, is_passed = ?,
            answers = ?, marks = ? WHERE id = ?
            """
        ) {
            $0.bind(attempt.submittedAt).bind(attempt.revision).bind(quiz.version)
                .bind(attempt.state == .submitted).bind(attempt.grade?.isPassed == true)
                .bind(text: attempt.storedAnswers).bind(text: attempt.storedMarks).bind(attempt.id.rawValue)
        }
    }
}

extension Quiz {
    /// Whether students have to pass it to complete the course.
    fileprivate var countsForCompletion: Bool { rules.isRequired && rules.isPublished }
}
