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

    public init(_ lesson: Lesson, isWhole: Bool) {
        self.lesson = lesson
        self.isWhole = isWhole
    }

    public func write(to json: inout JSONWriter) { lesson.write(to: &json, isWhole: isWhole) }
}
