public import Base

/// Makes a course, as a draft; who makes it owns it.
public struct CreateCourse: Equatable, Sendable {
    public var content: CourseContent
    public var rules: EnrolmentRules
    /// `nil` to have one made of the title.
    public var slug: Slug?
    public var instructors: [UserID]

    public init(
        content: CourseContent, rules: EnrolmentRules = EnrolmentRules(), slug: Slug? = nil, instructors: [UserID] = []
    ) {
        self.content = content
        self.rules = rules
        self.slug = slug
        self.instructors = instructors
    }

    public func validate() throws(CourseRefusal) {
        try content.validate()
        try rules.validate()
        try FieldRules.count(instructors.count, "/instructors", max: CourseBounds.instructorsMax)
    }

    /// - Parameter isTaken: whether a slug is another course's, a deleted one's too, because it can be restored.
    public func decide(
        as id: CourseID, by owner: UserID, at now: Timestamp, isTaken: (Slug) -> Bool
    ) throws(CourseRefusal) -> Course {
        try validate()
        if let slug, isTaken(slug) { throw .slugTaken }
        return Course(
            id: id, slug: slug ?? Slug.made(of: content.title, for: id, isTaken: isTaken), content: content,
            rules: rules,
            owner: owner, instructors: Set(instructors).subtracting([owner]).sorted(), createdAt: now, updatedAt: now)
    }
}
