internal import Base
internal import Channels
internal import Courses

extension CourseRows {
    private static let lessonColumns =
        "id, course, position, state, version, created_at, updated_at, prerequisites, content"

    /// In the course's order.
    func lessons(of course: CourseID) throws(CourseStop) -> [Lesson] {
        try read { () throws(StoreFailure) in
            try prepare("SELECT \(Self.lessonColumns) FROM lessons WHERE course = ? ORDER BY position")
                .bind(course.rawValue).all { row throws(StoreFailure) in try Self.lesson(row) }
        }
    }

    func lesson(_ id: LessonID) throws(CourseStop) -> Lesson? {
        try read { () throws(StoreFailure) in
            try prepare("SELECT \(Self.lessonColumns) FROM lessons WHERE id = ?").bind(id.rawValue)
                .first { row throws(StoreFailure) in try Self.lesson(row) }
        }
    }

    /// What decides about order and progress, without what the lessons say.
    func outline(of course: CourseID) throws(CourseStop) -> Outline {
        Outline(
            try read { () throws(StoreFailure) in
                try prepare("SELECT id, state, prerequisites FROM lessons WHERE course = ? ORDER BY position")
                    .bind(course.rawValue).all { row throws(StoreFailure) in
                        guard let id = LessonID(rawValue: row.integer(0)),
                            let state = Lesson.State(rawValue: row.string(1))
                        else { throw .damaged("a lesson is not as it was written") }
                        return Outline.Entry(id: id, state: state, prerequisites: Self.ids(row.string(2)))
                    }
            })
    }

    /// What is known of a lesson's files, in the order in which it names them.
    func attached(to lesson: Lesson) throws(CourseStop) -> [LessonFile] {
        var files: [LessonFile] = []
        for id in lesson.content.attachments {
            let found = try read { () throws(StoreFailure) in
                try prepare("SELECT name, byte_count, content_type FROM files WHERE id = ?").bind(id)
                    .first { row throws(StoreFailure) in
                        LessonFile(
                            id: id, name: row.string(0), byteCount: row.integer(1), contentType: row.string(2))
                    }
            }
            if let found { files.append(found) }
        }
        return files
    }

    /// Files that a course or one of its lessons shows.
    func files(of course: CourseID, lesson: LessonID?) throws(CourseStop) -> Set<String> {
        Set(
            try read { () throws(StoreFailure) in
                try prepare("SELECT file FROM course_files WHERE course = ? AND lesson = ?").bind(course.rawValue)
                    .bind(lesson?.rawValue ?? 0).all { row throws(StoreFailure) in row.string(0) }
            })
    }

    /// Whether the course may show a file: the caller's own, or one that it shows already.
    func mayShow(_ file: String, in course: CourseID, by user: UserID?) throws(CourseStop) -> Bool {
        try read { () throws(StoreFailure) in
            try prepare(
                """
                SELECT 1 FROM files WHERE id = ?1
                AND (user = ?2 OR EXISTS (SELECT 1 FROM course_files WHERE file = ?1 AND course = ?3))
                """
            ).bind(file).bind(user?.rawValue).bind(course.rawValue).first { _ throws(StoreFailure) in true } ?? false
        }
    }

    private static func lesson(_ row: Statement) throws(StoreFailure) -> Lesson {
        guard let id = LessonID(rawValue: row.integer(0)), let course = CourseID(rawValue: row.integer(1)),
            let state = Lesson.State(rawValue: row.string(3)), let content = Lesson.content(stored: row.bytes(8))
        else { throw .damaged("a lesson is not as it was written") }
        return Lesson(
            id: id, course: course, content: content, state: state, position: Int(row.integer(2)),
            prerequisites: ids(row.string(7)), version: row.integer(4), createdAt: row.time(5), updatedAt: row.time(6))
    }

    private static func ids(_ text: String) -> [LessonID] {
        text.split(separator: " ").compactMap { LessonID(String($0)) }
    }
}
