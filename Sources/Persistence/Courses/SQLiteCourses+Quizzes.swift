internal import Base
internal import Channels
internal import Courses
internal import Reactor

extension SQLiteCourses: CourseQuizzes {
    func quizzes(of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> [QuizView] {
        try await readers.courses { rows throws(CourseStop) in
            let scene = try rows.seen(key, by: caller)
            return try rows.quizzes(of: scene.course.id).filter { scene.role == .staff || $0.rules.isPublished }
                .map { rows.view($0, for: scene.role) }
        }
    }

    func quiz(_ id: QuizID, for caller: CourseCaller) async throws(CourseRefusal) -> QuizView {
        try await readers.courses { rows throws(CourseStop) in
            let (quiz, scene) = try rows.seen(id, by: caller)
            guard scene.role != .stranger else { throw .refused(.notEnrolled) }
            return rows.view(quiz, for: scene.role)
        }
    }

    func add(_ quiz: WriteQuiz, to key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> QuizView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.add(quiz, to: key) }
    }

    func change(_ id: QuizID, _ write: WriteQuiz, by caller: CourseCaller) async throws(CourseRefusal) -> QuizView {
        let change = try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.change(id, write) }
        // The change itself is made; what is not graded again now is when somebody looks.
        if change.regrades { try? await bringUpToDate(id) }
        return change.view
    }

    func remove(_ id: QuizID, expecting version: Int64?, by caller: CourseCaller) async throws(CourseRefusal) {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.remove(id, expecting: version) }
    }

    func start(
        _ quiz: QuizID, seed: UInt64, by caller: CourseCaller
    ) async throws(CourseRefusal) -> (attempt: AttemptView, isNew: Bool) {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.start(quiz, seed: seed) }
    }

    func attempt(_ id: AttemptID, for caller: CourseCaller) async throws(CourseRefusal) -> AttemptView {
        if let user = caller.user { await settleAttempts(of: user) }
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            let (attempt, quiz, scene) = try rows.seen(id, by: caller)
            return try rows.view(attempt, of: quiz, for: scene.role, at: now)
        }
    }

    func attempts(
        of id: QuizID, after attempt: AttemptID?, limit: Int, for caller: CourseCaller
    ) async throws(CourseRefusal) -> [AttemptView] {
        if let user = caller.user { await settleAttempts(of: user) }
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            let (quiz, scene) = try rows.seen(id, by: caller)
            let attempts: [Attempt]
            if scene.role == .staff {
                attempts = try rows.attempts(in: quiz, after: attempt, atMost: limit)
            } else {
                guard let user = caller.user else { throw .refused(.notEnrolled) }
                attempts = try rows.attempts(of: user, in: quiz)
                    .filter { $0.id.rawValue > attempt?.rawValue ?? 0 }.prefix(limit).map(\.self)
            }
            var views: [AttemptView] = []
            for attempt in attempts { views.append(try rows.view(attempt, of: quiz, for: scene.role, at: now)) }
            return views
        }
    }

    func save(
        _ body: JSONElement, in attempt: AttemptID, by caller: CourseCaller
    ) async throws(CourseRefusal) -> AttemptView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.save(body, in: attempt) }
    }

    func submit(
        _ body: JSONElement?, in attempt: AttemptID, by caller: CourseCaller
    ) async throws(CourseRefusal) -> AttemptView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.submit(body, in: attempt) }
    }

    func queue(of id: QuizID, for caller: CourseCaller) async throws(CourseRefusal) -> [GradingQueue.Item] {
        let look = { @Sendable (rows: CourseRows) throws(CourseStop) in
            let (quiz, scene) = try rows.seen(id, by: caller)
            try ruled { () throws(CourseRefusal) in try scene.role.requireStaff(of: scene.course) }
            return GradingQueue(of: try rows.waitingAttempts(in: quiz, atMost: CourseBounds.queueMax), under: quiz)
                .items
        }
        // Who may not look brings nothing up to date.
        _ = try await readers.courses(look)
        try await bringUpToDate(id)
        return try await readers.courses(look)
    }

    func grade(
        _ grade: GradeByHand, of attempt: AttemptID, by caller: CourseCaller
    ) async throws(CourseRefusal) -> AttemptView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.grade(grade, of: attempt) }
    }
}
