public import Base

/// Changes what is given of a lesson, all of it in one step. Its place is the course's affair (`Outline.reordered`).
public struct ChangeLesson: Equatable, Sendable {
    /// The version that whoever changes it has read; `nil` to change whatever is there.
    public var expected: Int64?
    public var content: LessonContent?
    public var state: Lesson.State?
    public var prerequisites: [LessonID]?

    public init(
        expected: Int64? = nil, content: LessonContent? = nil, state: Lesson.State? = nil,
        prerequisites: [LessonID]? = nil
    ) {
        self.expected = expected
        self.content = content
        self.state = state
        self.prerequisites = prerequisites
    }

    /// What it comes to; the same lesson where nothing is different.
    public func decide(
        of lesson: Lesson, in course: Course, _ outline: Outline, as role: CourseRole, at now: Timestamp
    ) throws(CourseRefusal) -> Lesson {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        guard course.state != .archived else { throw .archived }
        if let expected, expected != lesson.version { throw .changedMeanwhile }
        var changed = lesson
        if let content {
            try content.validate()
            changed.content = content
        }
        if let state { changed.state = state }
        if let prerequisites {
            changed.prerequisites = try outline.setting(prerequisites, of: lesson.id)[lesson.id]?.prerequisites ?? []
        }
        // A course that is published says something.
        if course.state == .published, lesson.state == .published, changed.state == .draft, outline.published.count == 1
        {
            throw .notPublished(missing: "a published lesson")
        }
        guard changed != lesson else { return lesson }
        changed.version += 1
        changed.updatedAt = now
        return changed
    }
}

/// Adds a lesson behind the others.
public struct AddLesson: Equatable, Sendable {
    public var content: LessonContent
    public var state: Lesson.State
    public var prerequisites: [LessonID]

    public init(content: LessonContent, state: Lesson.State = .draft, prerequisites: [LessonID] = []) {
        self.content = content
        self.state = state
        self.prerequisites = prerequisites
    }

    public func decide(
        as id: LessonID, in course: Course, _ outline: Outline, as role: CourseRole, at now: Timestamp
    ) throws(CourseRefusal) -> Lesson {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        guard course.state != .archived else { throw .archived }
        try content.validate()
        let after = try outline.adding(.init(id: id, state: state, prerequisites: prerequisites))
        return Lesson(
            id: id, course: course.id, content: content, state: state, position: after.entries.count,
            prerequisites: after[id]?.prerequisites ?? [], createdAt: now, updatedAt: now)
    }
}

/// Takes a lesson out of its course. What students have done in it counts no more.
public struct RemoveLesson: Equatable, Sendable {
    public var lesson: LessonID

    public init(lesson: LessonID) { self.lesson = lesson }

    /// What is left. Who deletes the lesson writes the places and prerequisites of the others too.
    public func decide(in course: Course, _ outline: Outline, as role: CourseRole) throws(CourseRefusal) -> Outline {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        guard course.state != .archived else { throw .archived }
        let left = try outline.removing(lesson)
        guard course.state != .published || !left.published.isEmpty else {
            throw .notPublished(missing: "a published lesson")
        }
        return left
    }
}
