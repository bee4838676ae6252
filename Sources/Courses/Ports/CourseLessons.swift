public import Base

/// The lessons of courses. What is refused has left nothing behind.
public protocol CourseLessons: Sendable {
    /// In the course's order; drafts for those who teach it.
    func lessons(of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> [LessonView]
    func lesson(_ id: LessonID, for caller: CourseCaller) async throws(CourseRefusal) -> LessonView

    func add(_ lesson: AddLesson, to key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> LessonView
    func change(_ id: LessonID, _ edit: ContentEdit, by caller: CourseCaller) async throws(CourseRefusal) -> LessonView
    func remove(_ id: LessonID, expecting version: Int64?, by caller: CourseCaller) async throws(CourseRefusal)
    /// - Parameter order: every lesson of the course once.
    func reorder(_ order: [LessonID], of key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal)
        -> [LessonView]
}

/// A lesson as one caller sees it.
public struct LessonView: Equatable, Sendable {
    public var lesson: Lesson
    /// False for who may know that there is such a lesson, and no more.
    public var isWhole: Bool
    /// What is known of the lesson's files, where one lesson is asked for.
    public var files: [LessonFile]?

    public init(_ lesson: Lesson, isWhole: Bool, files: [LessonFile]? = nil) {
        self.lesson = lesson
        self.isWhole = isWhole
        self.files = files
    }

    public func write(to json: inout JSONWriter) { lesson.write(to: &json, isWhole: isWhole, files: files) }
}

/// A file that a lesson attaches, as who may read it sees it in a list.
public struct LessonFile: Equatable, Sendable {
    public var id: String
    public var name: String
    public var byteCount: Int64
    public var contentType: String

    public init(id: String, name: String, byteCount: Int64, contentType: String) {
        self.id = id
        self.name = name
        self.byteCount = byteCount
        self.contentType = contentType
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("size", byteCount)
            json.member("content_type", contentType)
        }
    }
}
