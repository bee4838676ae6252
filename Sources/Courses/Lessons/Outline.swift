/// The lessons of one course in their order, without what they say: what decides about order and prerequisites.
public struct Outline: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public let id: LessonID
        public var state: Lesson.State
        /// Ascending.
        public var prerequisites: [LessonID]

        public init(id: LessonID, state: Lesson.State = .published, prerequisites: [LessonID] = []) {
            self.id = id
            self.state = state
            self.prerequisites = prerequisites
        }
    }

    public private(set) var entries: [Entry]

    /// - Parameter entries: in their order, each lesson once.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    public init(_ lessons: [Lesson]) {
        entries = lessons.sorted { $0.position < $1.position }.map {
            Entry(id: $0.id, state: $0.state, prerequisites: $0.prerequisites)
        }
    }

    /// The lessons that count for students, in their order.
    public var published: [LessonID] { entries.filter { $0.state == .published }.map(\.id) }

    public subscript(_ lesson: LessonID) -> Entry? { entries.first { $0.id == lesson } }

    // MARK: Changes

    /// With one more lesson behind the others.
    public func adding(_ entry: Entry) throws(CourseRefusal) -> Outline {
        guard entries.count < CourseBounds.lessonsMax else {
            throw .tooMany(what: "lessons in a course", max: CourseBounds.lessonsMax)
        }
        var outline = self
        outline.entries.append(Entry(id: entry.id, state: entry.state))
        return try outline.setting(entry.prerequisites, of: entry.id)
    }

    /// Without a lesson. What was built on it is built on nothing in its place.
    public func removing(_ lesson: LessonID) throws(CourseRefusal) -> Outline {
        guard self[lesson] != nil else { throw .noSuchLesson }
        var outline = self
        outline.entries.removeAll { $0.id == lesson }
        for index in outline.entries.indices { outline.entries[index].prerequisites.removeAll { $0 == lesson } }
        return outline
    }

    /// In another order, given whole: every lesson once. So two who order at once cannot mix their orders, and none is
    /// lost that somebody else has just added.
    public func reordered(to order: [LessonID]) throws(CourseRefusal) -> Outline {
        guard order.count == entries.count, Set(order) == Set(entries.map(\.id)) else {
            throw .invalid(
                pointer: "/lessons", code: "invalid_order", detail: "the order names each lesson of the course once")
        }
        let byID = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
        return Outline(order.compactMap { byID[$0] })
    }

    public func setting(_ state: Lesson.State, of lesson: LessonID) throws(CourseRefusal) -> Outline {
        guard let index = entries.firstIndex(where: { $0.id == lesson }) else { throw .noSuchLesson }
        var outline = self
        outline.entries[index].state = state
        return outline
    }

    /// With other lessons before a lesson. They belong to the course, and no lesson comes before itself, by however
    /// many others.
    public func setting(_ prerequisites: [LessonID], of lesson: LessonID) throws(CourseRefusal) -> Outline {
        guard let index = entries.firstIndex(where: { $0.id == lesson }) else { throw .noSuchLesson }
        try FieldRules.count(prerequisites.count, "/prerequisites", max: CourseBounds.prerequisitesMax)
        let wanted = Set(prerequisites)
        guard wanted.isSubset(of: entries.map(\.id)) else {
            throw .invalid(
                pointer: "/prerequisites", code: "not_found", detail: "they are lessons of the same course")
        }
        var outline = self
        outline.entries[index].prerequisites = wanted.sorted()
        guard !outline.comesBeforeItself(lesson) else {
            throw .invalid(
                pointer: "/prerequisites", code: "cycle", detail: "a lesson does not come before itself")
        }
        return outline
    }

    /// Whether what a lesson builds on leads back to it. Each lesson is looked at once.
    private func comesBeforeItself(_ lesson: LessonID) -> Bool {
        let before = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0.prerequisites) })
        var waiting = before[lesson] ?? [], seen: Set<LessonID> = []
        while let next = waiting.popLast() {
            if next == lesson { return true }
            if seen.insert(next).inserted { waiting += before[next] ?? [] }
        }
        return false
    }

    // MARK: Learning

    /// The lessons that a student has to complete before this one: published ones, because nobody could complete a
    /// draft.
    public func missing(before lesson: LessonID, completed: Set<LessonID>) -> [LessonID] {
        let published = Set(self.published)
        return (self[lesson]?.prerequisites ?? []).filter { published.contains($0) && !completed.contains($0) }
    }
}
