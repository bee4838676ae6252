public import Base

/// Courses as they are found, made and changed. What is refused has left nothing behind.
public protocol CourseCatalogue: Sendable {
    func list(_ search: CourseSearch, for caller: CourseCaller) async throws(CourseRefusal) -> CoursePage
    func course(_ key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> CourseView

    func create(_ create: CreateCourse, by caller: CourseCaller) async throws(CourseRefusal) -> CourseView
    func change(_ key: CourseKey, _ edit: ContentEdit, by caller: CourseCaller) async throws(CourseRefusal)
        -> CourseView
    /// - Parameter version: that was read; `nil` to delete whatever is there.
    func delete(_ key: CourseKey, expecting version: Int64?, by caller: CourseCaller) async throws(CourseRefusal)
    func restore(_ key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> CourseView
}

/// What a list of courses is to have in it.
public struct CourseSearch: Equatable, Sendable {
    /// Each is how a word of title, summary or tags begins, whatever its case and accents.
    public var words: [String]
    public var tag: String?
    public var instructor: UserID?
    /// The caller's own: those that they teach, drafts too, and those in which they are enrolled.
    public var isMine: Bool
    /// What was deleted and can be restored; only of what the caller teaches.
    public var isDeleted: Bool
    /// The last one of the page before; the newest courses stand first.
    public var before: CourseID?
    public var limit: Int

    public init(
        words: [String] = [], tag: String? = nil, instructor: UserID? = nil, isMine: Bool = false,
        isDeleted: Bool = false, before: CourseID? = nil, limit: Int
    ) {
        self.words = words
        self.tag = tag
        self.instructor = instructor
        self.isMine = isMine
        self.isDeleted = isDeleted
        self.before = before
        self.limit = limit
    }
}

public struct CoursePage: Equatable, Sendable {
    public var courses: [CourseView]
    /// Where the next page begins; `nil` on the last one.
    public var next: CourseID?

    public init(courses: [CourseView], next: CourseID? = nil) {
        self.courses = courses
        self.next = next
    }
}

/// A course as one caller sees it.
public struct CourseView: Equatable, Sendable {
    public var course: Course
    public var standing: CourseStanding
    public var role: CourseRole

    public init(_ course: Course, _ standing: CourseStanding, for role: CourseRole) {
        self.course = course
        self.standing = standing
        self.role = role
    }

    /// - Parameter isWhole: with the description as HTML, which a list has no use for.
    public func write(to json: inout JSONWriter, isWhole: Bool = false) {
        course.write(to: &json, standing, for: role, isWhole: isWhole)
    }
}
