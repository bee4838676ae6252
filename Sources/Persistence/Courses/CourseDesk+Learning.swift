internal import Base
internal import Channels
internal import Courses

extension CourseDesk {
    mutating func report(_ report: ReportProgress) throws(CourseStop) -> StudentProgress {
        let (scene, user) = try learning(report.lesson), now = now
        let course = scene.course
        let yardstick = try rows.yardstick(of: course.id), begun = try rows.progress(of: user, in: course.id)
        let present = begun.first { $0.lesson == report.lesson }
        let next = try ruled { () throws(CourseRefusal) in
            try report.decide(
                in: course, yardstick.outline, as: scene.role, present: present,
                completed: Set(begun.filter(\.isCompleted).map(\.lesson)), at: now)
        }
        if next != present {
            try write(next, of: user, in: course.id)
            try touch(user, in: course.id)
        }
        return try settle(user, by: yardstick, telling: next == present ? nil : next)
    }

    mutating func reset(_ lesson: LessonID) throws(CourseStop) {
        let (scene, user) = try learning(lesson), now = now
        try ruled { () throws(CourseRefusal) in try scene.role.requireStudent(of: scene.course) }
        let present = try rows.progress(of: user, in: scene.course.id).first { $0.lesson == lesson }
        guard let fresh = present?.reset(at: now) else { return }
        try write(fresh, of: user, in: scene.course.id)
        _ = try settle(user, by: try rows.yardstick(of: scene.course.id), telling: fresh)
    }

    private func learning(_ lesson: LessonID) throws(CourseStop) -> (CourseRows.Scene, UserID) {
        guard let lesson = try rows.lesson(lesson) else { throw .refused(.noSuchLesson) }
        let scene = try rows.scene(.id(lesson.course), for: caller)
        // Of a course that is not seen there are no lessons.
        guard scene.role.sees(scene.course) else { throw .refused(.noSuchLesson) }
        return (scene, try actor())
    }

    private func write(_ progress: LessonProgress, of user: UserID, in course: CourseID) throws(CourseStop) {
        try run(
            """
            INSERT INTO lesson_progress VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (course, user, lesson) DO UPDATE SET
            percent = excluded.percent, resume_s = excluded.resume_s, updated_at = excluded.updated_at,
            completed_at = excluded.completed_at
            """
        ) {
            $0.bind(course.rawValue).bind(user).bind(progress.lesson.rawValue).bind(progress.percent)
                .bind(progress.resumeSeconds).bind(progress.updatedAt).bind(progress.completedAt)
        }
    }

    /// A student has done something.
    func touch(_ user: UserID, in course: CourseID) throws(CourseStop) {
        try run("UPDATE enrolments SET active_at = ? WHERE course = ? AND user = ?") {
            $0.bind(now).bind(course.rawValue).bind(user)
        }
    }

    /// Notes when the course is completed by now, and tells the student how far they are, where something has changed.
    /// - Parameter lesson: that has changed; `nil` for none.
    @discardableResult
    mutating func settle(
        _ user: UserID, by yardstick: CourseRows.Yardstick, telling lesson: LessonProgress? = nil
    ) throws(CourseStop) -> StudentProgress {
        let enrolment = try rows.enrolment(of: user, in: yardstick.course)
        var progress = try rows.progress(of: user, by: yardstick, completedAt: enrolment?.completedAt)
        let completion = Completion(completedAt: enrolment?.completedAt).after(progress.whole, at: now)
        let hasCompleted = enrolment != nil && completion.completedAt != progress.completedAt
        if hasCompleted {
            progress.completedAt = completion.completedAt
            try run("UPDATE enrolments SET completed_at = ?, active_at = ? WHERE course = ? AND user = ?") {
                $0.bind(completion.completedAt).bind(now).bind(yardstick.course.rawValue).bind(user)
            }
            tell(user, "You have completed a course", of: yardstick.course)
        }
        if hasCompleted || lesson != nil {
            transaction.tell(user, .courseProgress) { [progress] json in progress.writeEvent(about: lesson, to: &json) }
        }
        return progress
    }

    // MARK: Certificates

    mutating func certificate(in key: CourseKey, orMake id: CertificateID) throws(CourseStop) -> Certificate {
        let scene = try rows.scene(key, for: caller), user = try actor(), now = now
        guard scene.course.deletedAt == nil, scene.enrolment != nil || scene.role.sees(scene.course) else {
            throw .refused(.noSuchCourse)
        }
        if let present = try rows.certificate(of: user, in: scene.course.id) { return present }
        let completion = Completion(completedAt: scene.enrolment?.completedAt)
        let name = try rows.read { () throws(StoreFailure) in
            try transaction.database.prepare("SELECT coalesce(display_name, username, id) FROM users WHERE id = ?")
                .bind(user).first { row throws(StoreFailure) in row.string(0) }
        }
        let certificate = try ruled { () throws(CourseRefusal) in
            try Certificate.issue(id, of: scene.course, to: user, named: name ?? "\(user)", for: completion, at: now)
        }
        try run("INSERT INTO certificates VALUES (?, ?, ?, ?, ?, ?, ?)") {
            $0.bind(certificate.id.description).bind(certificate.course.rawValue).bind(user).bind(certificate.title)
                .bind(certificate.name).bind(certificate.completedAt).bind(certificate.issuedAt)
        }
        return certificate
    }
}
