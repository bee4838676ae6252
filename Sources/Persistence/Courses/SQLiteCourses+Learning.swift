internal import Base
internal import Channels
internal import Courses
internal import Reactor

extension SQLiteCourses: CourseLearning {
    func progress(of user: UserID, in key: CourseKey?) async throws(CourseRefusal) -> [StudentProgress] {
        await settleAttempts(of: user)
        return try await readers.courses { rows throws(CourseStop) in
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
        try await settleAttempts(in: key, for: caller)
        return try await readers.courses { rows throws(CourseStop) in
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
        if let user = caller.user { await settleAttempts(of: user) }
        return try await committer.courses(by: caller) { desk throws(CourseStop) in
            try desk.certificate(in: key, orMake: id)
        }
    }

    func stands(_ certificate: CertificateID) async throws(CourseRefusal) -> Bool {
        try await readers.courses { rows throws(CourseStop) in try rows.stands(certificate) }
    }

    func record(of user: UserID, after course: CourseID?) async throws(CourseRefusal) -> StudentRecord? {
        await settleAttempts(of: user)
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
