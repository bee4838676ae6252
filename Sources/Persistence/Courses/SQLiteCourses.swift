internal import Base
internal import Channels
internal import Courses
internal import Reactor

/// Courses on disk.
struct SQLiteCourses: CourseCatalogue {
    let readers: WorkPool<Reader>
    let committer: Committer
    let time: TimeSource

    func list(_ search: CourseSearch, for caller: CourseCaller) async throws(CourseRefusal) -> CoursePage {
        try await readers.courses { rows throws(CourseStop) in
            let ids = try rows.find(search, for: caller)
            var views: [CourseView] = []
            for stored in try rows.courses(Array(ids.prefix(search.limit))) {
                views.append(try rows.scene(stored, for: caller).view)
            }
            return CoursePage(courses: views, next: ids.count > search.limit ? views.last?.course.id : nil)
        }
    }

    func course(_ key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> CourseView {
        try await readers.courses { rows throws(CourseStop) in try rows.seen(key, by: caller).view }
    }

    func create(_ create: CreateCourse, by caller: CourseCaller) async throws(CourseRefusal) -> CourseView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.create(create) }
    }

    func change(
        _ key: CourseKey, _ edit: ContentEdit, by caller: CourseCaller
    ) async throws(CourseRefusal) -> CourseView {
        let change = try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.change(key, edit) }
        guard change.hasSeatsLeft else { return change.view }
        // The change itself is made. Who is not let in now is when the next one comes.
        try? await letIn(change.view.course.id)
        return try await course(.id(change.view.course.id), for: caller)
    }

    /// Lets in who waits where many seats are free at once, a slice after the other.
    private func letIn(_ course: CourseID) async throws(CourseRefusal) {
        while try await committer.courses(
            by: CourseCaller(user: nil), { desk throws(CourseStop) in try desk.promote(in: course) })
        {}
    }

    func delete(
        _ key: CourseKey, expecting version: Int64?, by caller: CourseCaller
    ) async throws(CourseRefusal) {
        try await committer.courses(by: caller) { desk throws(CourseStop) in
            try desk.delete(key, expecting: version)
        }
    }

    func restore(_ key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> CourseView {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.restore(key) }
    }
}

extension SQLiteCourses: CourseLessons {
    func lessons(of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> [LessonView] {
        try await readers.courses { rows throws(CourseStop) in
            let scene = try rows.seen(key, by: caller)
            return try rows.lessons(of: scene.course.id).filter { scene.role == .staff || $0.state == .published }
                .map { LessonView($0, isWhole: scene.role.reads($0, of: scene.course)) }
        }
    }

    func lesson(_ id: LessonID, for caller: CourseCaller) async throws(CourseRefusal) -> LessonView {
        try await readers.courses { rows throws(CourseStop) in
            guard let lesson = try rows.lesson(id) else { throw .refused(.noSuchLesson) }
            let scene = try rows.scene(.id(lesson.course), for: caller)
            guard scene.role.sees(scene.course), scene.role == .staff || lesson.state == .published else {
                throw .refused(.noSuchLesson)
            }
            let isWhole = scene.role.reads(lesson, of: scene.course)
            return LessonView(lesson, isWhole: isWhole, files: isWhole ? try rows.attached(to: lesson) : nil)
        }
    }

    func add(_ lesson: AddLesson, to key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> LessonView
    {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.add(lesson, to: key) }
    }

    func change(_ id: LessonID, _ edit: ContentEdit, by caller: CourseCaller) async throws(CourseRefusal) -> LessonView
    {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.change(id, edit) }
    }

    func remove(_ id: LessonID, expecting version: Int64?, by caller: CourseCaller) async throws(CourseRefusal) {
        let course = try await committer.courses(by: caller) { desk throws(CourseStop) in
            try desk.remove(id, expecting: version)
        }
        // The lesson is gone. What students have done in it counts for nothing from then on, wherever it stays.
        try? await forget(id, of: course)
    }

    /// Takes away what students have done in a lesson that is gone, a slice after the other.
    private func forget(_ lesson: LessonID, of course: CourseID) async throws(CourseRefusal) {
        var last: UserID?
        repeat {
            let before = last
            last = try await committer.courses(by: CourseCaller(user: nil)) { desk throws(CourseStop) in
                try desk.forget(lesson, of: course, after: before)
            }
        } while last != nil
    }

    func reorder(
        _ order: [LessonID], of key: CourseKey, by caller: CourseCaller
    ) async throws(CourseRefusal) -> [LessonView] {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.reorder(order, of: key) }
    }
}

extension SQLiteCourses: CourseRosters {
    func enrol(in key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> RosterAnswer {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.enrol(in: key) }
    }

    func leave(_ key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.leave(key) }
    }

    func roster(
        _ search: RosterSearch, of key: CourseKey, for caller: CourseCaller
    ) async throws(CourseRefusal) -> RosterPage {
        try await readers.courses { rows throws(CourseStop) in
            let course = try rows.taught(key, by: caller).course
            var found = try rows.roster(search, of: course.id), next: RosterPlace?
            if found.count > search.limit {
                found.removeLast(found.count - search.limit)
                next = found.last.map {
                    RosterPlace(
                        state: $0.enrolment.state.name, place: $0.enrolment.state.place,
                        user: $0.enrolment.user.rawValue)
                }
            }
            let yardstick = try rows.yardstick(of: course.id)
            for index in found.indices {
                found[index].percent =
                    try rows.progress(of: found[index].enrolment.user, by: yardstick, completedAt: nil).whole.percent
            }
            return RosterPage(rows: found, next: next)
        }
    }

    func decide(
        _ decision: RosterDecision, about user: UserID, of key: CourseKey, by caller: CourseCaller
    ) async throws(CourseRefusal) -> Enrolment {
        try await committer.courses(by: caller) { desk throws(CourseStop) in
            try desk.decide(decision, about: user, of: key).enrolment
        }
    }

    func take(
        _ lines: [RosterLine], into key: CourseKey, by caller: CourseCaller
    ) async throws(CourseRefusal) -> RosterTally {
        try await committer.courses(by: caller) { desk throws(CourseStop) in try desk.take(lines, into: key) }
    }
}
