public import Base

/// Changes what is given of a course, all of it in one step.
public struct ChangeCourse: Equatable, Sendable {
    /// The version that whoever changes it has read; `nil` to change whatever is there.
    public var expected: Int64?
    public var content: CourseContent?
    public var rules: EnrolmentRules?
    public var slug: Slug?
    public var state: Course.State?
    public var instructors: [UserID]?

    public init(
        expected: Int64? = nil, content: CourseContent? = nil, rules: EnrolmentRules? = nil, slug: Slug? = nil,
        state: Course.State? = nil, instructors: [UserID]? = nil
    ) {
        self.expected = expected
        self.content = content
        self.rules = rules
        self.slug = slug
        self.state = state
        self.instructors = instructors
    }

    /// What the decision has to know besides the course itself.
    public struct Facts: Equatable, Sendable {
        /// Those who are enrolled, wait or ask.
        public var rosterCount: Int64
        public var publishedLessons: Int
        /// Whether the wanted slug is another course's.
        public var isSlugTaken: Bool

        public init(rosterCount: Int64 = 0, publishedLessons: Int = 0, isSlugTaken: Bool = false) {
            self.rosterCount = rosterCount
            self.publishedLessons = publishedLessons
            self.isSlugTaken = isSlugTaken
        }
    }

    /// What it comes to. The same course where nothing is different.
    /// - Parameter role: of who asks.
    public func decide(
        of course: Course, as role: CourseRole, knowing facts: Facts, at now: Timestamp
    ) throws(CourseRefusal) -> Course {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        if let expected, expected != course.version { throw .changedMeanwhile }
        // What is archived is read. Taking it out again is the one change of it.
        guard course.state != .archived || state == .published || changesNothing(of: course) else { throw .archived }
        var changed = course
        if let content {
            try content.validate()
            changed.content = content
        }
        if let rules {
            try rules.validate()
            changed.rules = rules
        }
        if let slug, slug != course.slug {
            guard !facts.isSlugTaken else { throw .slugTaken }
            changed.slug = slug
        }
        if let instructors {
            try FieldRules.count(instructors.count, "/instructors", max: CourseBounds.instructorsMax)
            changed.instructors = Set(instructors).subtracting([course.owner]).sorted()
        }
        if let state { try Self.move(&changed, to: state, knowing: facts, at: now) }
        guard changed != course else { return course }
        changed.version += 1
        changed.updatedAt = now
        return changed
    }

    private func changesNothing(of course: Course) -> Bool {
        (content ?? course.content) == course.content && (rules ?? course.rules) == course.rules
            && (slug ?? course.slug) == course.slug && (state ?? course.state) == course.state
            && (instructors.map { Set($0).subtracting([course.owner]).sorted() } ?? course.instructors)
                == course.instructors
    }

    private static func move(
        _ course: inout Course, to state: Course.State, knowing facts: Facts, at now: Timestamp
    ) throws(CourseRefusal) {
        switch (course.state, state) {
        case (.draft, .draft), (.published, .published), (.archived, .archived): return
        case (.draft, .published):
            guard facts.publishedLessons > 0 else { throw .notPublished(missing: "a published lesson") }
            course.publishedAt = course.publishedAt ?? now
        case (.published, .draft), (.archived, .draft):
            guard facts.rosterCount == 0 else { throw .hasStudents }
        case (.published, .archived), (.archived, .published), (.draft, .archived): break
        }
        course.state = state
    }
}

extension Course {
    /// Takes the course away. Its rows stay, and with them what restores it.
    public func deleted(expecting version: Int64?, as role: CourseRole, at now: Timestamp) throws(CourseRefusal)
        -> Course
    {
        try role.requireStaff(of: self)
        guard deletedAt == nil else { throw .noSuchCourse }
        if let version, version != self.version { throw .changedMeanwhile }
        var course = self
        course.deletedAt = now
        course.updatedAt = now
        course.version += 1
        return course
    }

    /// Brings a deleted course back as it was; one that is there stays as it is.
    public func restored(as role: CourseRole, at now: Timestamp) throws(CourseRefusal) -> Course {
        guard role == .staff else { throw .noSuchCourse }
        guard deletedAt != nil else { return self }
        var course = self
        course.deletedAt = nil
        course.updatedAt = now
        course.version += 1
        return course
    }
}
