internal import Base
internal import Channels
internal import Courses
internal import Reactor

extension SQLiteCourses: CourseLearning {
    func progress(of user: UserID, in key: CourseKey?) async throws(CourseRefusal) -> [StudentProgress] {
        try await readers.courses { rows throws(CourseStop) in
            let only = try key.map { key throws(CourseStop) in
                try rows.seen(key, by: CourseCaller(user: user)).course.id
            }
            var all: [StudentProgress] = []
            for stored in try rows.enrolments(of: user) where stored.enrolment.state.isSeated {
                let course = stored.enrolment.course
                guard only == nil || only == course, try rows.find(.id(course))?.course.deletedAt == nil else {
                    continue
                }
                all.append(
                    try rows.progress(
                        of: user, by: try rows.yardstick(of: course), completedAt: stored.completedAt))
            }
            return all
        }
    }

    func report(_ report: ReportProgress, by caller: CourseCaller) async throws(CourseRefusal) -> StudentProgress {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.report(report) }
    }

    func reset(_ lesson: LessonID, by caller: CourseCaller) async throws(CourseRefusal) {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.reset(lesson) }
    }

    func progress(
        ofAllIn key: CourseKey, after user: UserID?, limit: Int, for caller: CourseCaller
    ) async throws(CourseRefusal) -> ProgressPage {
        try await readers.courses { rows throws(CourseStop) in
            let course = try rows.taught(key, by: caller).course.id
            let students = try rows.students(of: course, after: user, atMost: limit + 1)
            let yardstick = try rows.yardstick(of: course)
            var page = ProgressPage(rows: [])
            for student in students.prefix(limit) {
                let enrolment = student.enrolment
                page.rows.append(
                    ProgressPage.Row(
                        progress: try rows.progress(
                            of: enrolment.enrolment.user, by: yardstick, completedAt: enrolment.completedAt),
                        username: student.username, displayName: student.displayName))
            }
            if students.count > limit { page.next = page.rows.last?.progress.user }
            return page
        }
    }

    func certificate(
        in key: CourseKey, orMake id: CertificateID, by caller: CourseCaller
    ) async throws(CourseRefusal) -> Certificate {
        try await committer.courses(by: caller) { desk throws(CourseStop) in
            try desk.certificate(in: key, orMake: id)
        }
    }

    func stands(_ certificate: CertificateID) async throws(CourseRefusal) -> Bool {
        try await readers.courses { rows throws(CourseStop) in try rows.stands(certificate) }
    }

    func record(of user: UserID, after course: CourseID?) async throws(CourseRefusal) -> StudentRecord? {
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            let last = course?.rawValue ?? 0
            guard let stored = try rows.enrolments(of: user).first(where: { $0.enrolment.course.rawValue > last }),
                let title = try rows.find(.id(stored.enrolment.course))?.course.content.title
            else { return nil }
            let id = stored.enrolment.course
            var papers: [Paper] = []
            for quiz in try rows.quizzes(of: id) {
                papers += try rows.attempts(of: user, in: quiz).map { Paper($0, of: quiz, at: now) }
            }
            return StudentRecord(
                enrolment: stored.enrolment, title: title,
                progress: try rows.progress(
                    of: user, by: try rows.yardstick(of: id), completedAt: stored.completedAt),
                papers: papers, certificate: try rows.certificate(of: user, in: id))
        }
    }
}

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
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            let (attempt, quiz, scene) = try rows.seen(id, by: caller)
            return try rows.view(attempt, of: quiz, for: scene.role, at: now)
        }
    }

    func attempts(
        of id: QuizID, after attempt: AttemptID?, limit: Int, for caller: CourseCaller
    ) async throws(CourseRefusal) -> [AttemptView] {
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

    /// Writes down what time and another key have made of attempts, a slice after the other.
    private func bringUpToDate(_ quiz: QuizID) async throws(CourseRefusal) {
        while try await committer.courses(
            by: CourseCaller(user: nil),
            { desk throws(CourseStop) in
                try desk.regradeSome(of: quiz)
            })
        {}
    }
}

extension SQLiteCourses: CourseInsights {
    func reports(
        of key: CourseKey?, in window: FigureWindow, for caller: CourseCaller
    ) async throws(CourseRefusal) -> [CourseReport] {
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            if let key { return [try rows.report(of: try rows.taught(key, by: caller).course, in: window, at: now)] }
            guard let user = caller.user else { throw .refused(.notStaff) }
            var search = CourseSearch(isMine: true, limit: CourseBounds.reportsMax)
            search.instructor = user
            var reports: [CourseReport] = []
            for stored in try rows.courses(try rows.find(search, for: caller)) {
                reports.append(try rows.report(of: stored.course, in: window, at: now))
            }
            return reports
        }
    }

    func popular(
        in window: FigureWindow, limit: Int, for caller: CourseCaller
    ) async throws(CourseRefusal) -> [PopularCourse] {
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            var popular: [PopularCourse] = []
            for place in try rows.popular(in: window, limit: limit, at: now) {
                guard let stored = try rows.find(.id(place.course)) else { continue }
                popular.append(
                    PopularCourse(view: try rows.scene(stored, for: caller).view, score: place.score))
            }
            return popular
        }
    }

    func file(of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> CourseFile {
        try await readers.courses { rows throws(CourseStop) in
            let course = try rows.taught(key, by: caller).course
            return CourseFile(course, try rows.lessons(of: course.id), try rows.quizzes(of: course.id))
        }
    }

    func take(_ file: CourseFile, by caller: CourseCaller) async throws(CourseRefusal) -> CourseView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.take(file) }
    }
}
