internal import Base
internal import Channels
internal import Courses
internal import Reactor

extension SQLiteCourses: CourseInsights {
    func reports(
        of key: CourseKey?, in window: FigureWindow, for caller: CourseCaller
    ) async throws(CourseRefusal) -> [CourseReport] {
        var keys = [key].compactMap(\.self)
        if key == nil { keys = try await taughtCourses(by: caller).map { .id($0) } }
        var reports: [CourseReport] = []
        for key in keys {
            try await settleAttempts(in: key, for: caller)
            let now = time.now()
            reports.append(
                try await readers.courses { rows throws(CourseStop) in
                    try rows.report(of: try rows.taught(key, by: caller).course, in: window, at: now)
                })
        }
        return reports
    }

    private func taughtCourses(by caller: CourseCaller) async throws(CourseRefusal) -> [CourseID] {
        guard let user = caller.user else { throw .notStaff }
        var search = CourseSearch(isMine: true, limit: CourseBounds.reportsMax)
        search.instructor = user
        let wanted = search
        return try await readers.courses { rows throws(CourseStop) in
            Array(try rows.find(wanted, for: caller).prefix(CourseBounds.reportsMax))
        }
    }

    func report(
        on student: UserID, in key: CourseKey, for caller: CourseCaller
    ) async throws(CourseRefusal) -> StudentReport {
        try await settleAttempts(in: key, for: caller)
        let now = time.now()
        return try await readers.courses { rows throws(CourseStop) in
            try rows.report(on: student, in: try rows.taught(key, by: caller).course, at: now)
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
