public import Base

/// One step of a course.
public struct Lesson: Equatable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Seen by those who teach the course, and counted for nobody.
        case draft
        case published
    }

    public let id: LessonID
    public let course: CourseID
    public var content: LessonContent
    public var state: State
    /// Its place in the course, from 1, without gaps.
    public var position: Int
    /// Lessons of the same course that come before it, ascending.
    public var prerequisites: [LessonID]
    /// Grows with every change of it, its place aside.
    public var version: Int64
    public let createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: LessonID, course: CourseID, content: LessonContent, state: State = .draft, position: Int,
        prerequisites: [LessonID] = [], version: Int64 = 1, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.course = course
        self.content = content
        self.state = state
        self.position = position
        self.prerequisites = prerequisites
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
