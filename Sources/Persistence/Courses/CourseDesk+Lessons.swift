internal import Base
internal import Channels
internal import Courses

extension CourseDesk {
    mutating func add(_ add: AddLesson, to key: CourseKey) throws(CourseStop) -> LessonView {
        let scene = try rows.scene(key, for: caller), now = now
        guard let id = LessonID(rawValue: try nextID(in: "lessons")) else { throw .refused(.unavailable) }
        try ruled { () throws(CourseRefusal) in try scene.role.requireStaff(of: scene.course) }
        let outline = try rows.outline(of: scene.course.id)
        let lesson = try ruled { () throws(CourseRefusal) in
            try add.decide(as: id, in: scene.course, outline, as: scene.role, at: now)
        }
        try check(lesson.content.attachments, of: scene.course.id)
        try checkRoom(for: lesson.storedContent, in: scene.course.id)
        try insert(lesson)
        try recount(scene.course.id)
        return LessonView(lesson, isWhole: true)
    }

    func insert(_ lesson: Lesson) throws(CourseStop) {
        try run("INSERT INTO lessons VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)") {
            $0.bind(lesson.id.rawValue).bind(lesson.course.rawValue).bind(lesson.position).bind(lesson.state.rawValue)
                .bind(lesson.version).bind(lesson.createdAt).bind(lesson.updatedAt)
                .bind(Self.text(lesson.prerequisites)).bind(text: lesson.storedContent)
        }
        try show(lesson.content.attachments, in: lesson.course, lesson: lesson.id)
    }

    mutating func change(_ id: LessonID, _ edit: ContentEdit) throws(CourseStop) -> LessonView {
        let (lesson, scene) = try taught(id), now = now
        let outline = try rows.outline(of: scene.course.id)
        let changed = try ruled { () throws(CourseRefusal) in
            try edit.change(of: lesson).decide(of: lesson, in: scene.course, outline, as: scene.role, at: now)
        }
        guard changed != lesson else { return LessonView(lesson, isWhole: true) }
        try check(changed.content.attachments, of: scene.course.id)
        try checkRoom(for: changed.storedContent, replacing: lesson.storedContent, in: scene.course.id)
        try run(
            """
            UPDATE lessons SET state = ?, version = ?, updated_at = ?, prerequisites = ?, content = ? WHERE id = ?
            """
        ) {
            $0.bind(changed.state.rawValue).bind(changed.version).bind(changed.updatedAt)
                .bind(Self.text(changed.prerequisites)).bind(text: changed.storedContent).bind(id.rawValue)
        }
        try show(changed.content.attachments, in: changed.course, lesson: id)
        if changed.state != lesson.state { try recount(scene.course.id) }
        return LessonView(changed, isWhole: true)
    }

    /// - Returns: the course that it was of.
    mutating func remove(_ id: LessonID, expecting version: Int64?) throws(CourseStop) -> CourseID {
        let (lesson, scene) = try taught(id)
        if let version, version != lesson.version { throw .refused(.changedMeanwhile) }
        let outline = try rows.outline(of: scene.course.id)
        let left = try ruled { () throws(CourseRefusal) in
            try RemoveLesson(lesson: id).decide(in: scene.course, outline, as: scene.role)
        }
        try show([], in: lesson.course, lesson: id)
        try run("DELETE FROM lessons WHERE id = ?") { $0.bind(id.rawValue) }
        try write(left)
        try recount(scene.course.id)
        return scene.course.id
    }

    /// Takes away what some students have done in a lesson that is gone.
    /// - Parameter user: the last one of the slice before.
    /// - Returns: the last one of this slice; `nil` when there is nobody behind them.
    func forget(_ lesson: LessonID, of course: CourseID, after user: UserID?) throws(CourseStop) -> UserID? {
        let first = (user?.rawValue ?? 0) + 1
        let last = try rows.read { () throws(StoreFailure) in
            try transaction.database.prepare(
                "SELECT user FROM enrolments WHERE course = ? AND user >= ? ORDER BY user LIMIT 1 OFFSET ?"
            ).bind(course.rawValue).bind(first).bind(CourseBounds.forgottenMax - 1)
                .first { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) } ?? nil
        }
        // Only who ever was on the roster has done anything.
        try run(
            """
            DELETE FROM lesson_progress WHERE course = ?1 AND lesson = ?2
            AND user IN (SELECT user FROM enrolments WHERE course = ?1 AND user BETWEEN ?3 AND ?4)
            """
        ) { $0.bind(course.rawValue).bind(lesson.rawValue).bind(first).bind(last?.rawValue ?? .max) }
        return last
    }

    mutating func reorder(_ order: [LessonID], of key: CourseKey) throws(CourseStop) -> [LessonView] {
        let scene = try rows.taught(key, by: caller)
        guard scene.course.state != .archived else { throw .refused(.archived) }
        let outline = try rows.outline(of: scene.course.id)
        let ordered = try ruled { () throws(CourseRefusal) in try outline.reordered(to: order) }
        try write(ordered)
        return try rows.lessons(of: scene.course.id).map { LessonView($0, isWhole: true) }
    }

    // MARK: Steps

    /// A lesson of a course that the caller teaches.
    private func taught(_ id: LessonID) throws(CourseStop) -> (Lesson, CourseRows.Scene) {
        guard let lesson = try rows.lesson(id) else { throw .refused(.noSuchLesson) }
        let scene = try rows.scene(.id(lesson.course), for: caller)
        guard scene.role.sees(scene.course) else { throw .refused(.noSuchLesson) }
        try ruled { () throws(CourseRefusal) in try scene.role.requireStaff(of: scene.course) }
        return (lesson, scene)
    }

    private func check(_ files: [String], of course: CourseID) throws(CourseStop) {
        for (index, file) in files.enumerated() where try !rows.mayShow(file, in: course, by: caller.user) {
            throw .refused(
                .invalid(pointer: "/attachments/\(index)", code: "not_found", detail: "it is no file of yours"))
        }
    }

    /// Places and prerequisites as the outline has them.
    private func write(_ outline: Outline) throws(CourseStop) {
        for (place, entry) in outline.entries.enumerated() {
            try run("UPDATE lessons SET position = ?, prerequisites = ? WHERE id = ?") {
                $0.bind(place + 1).bind(Self.text(entry.prerequisites)).bind(entry.id.rawValue)
            }
        }
    }

    /// How many lessons students have.
    func recount(_ course: CourseID) throws(CourseStop) {
        try run(
            """
            UPDATE courses SET lessons_published =
            (SELECT count(*) FROM lessons WHERE course = ?1 AND state = 'published') WHERE id = ?1
            """
        ) { $0.bind(course.rawValue) }
    }

    private static func text(_ lessons: [LessonID]) -> String { lessons.map(\.description).joined(separator: " ") }
}
