public import Base

/// What a request says of a course or a lesson that is there: all of what people write of it, or some members.
public struct ContentEdit: Sendable {
    private let json: JSONElement
    private let isWhole: Bool
    private let expected: Int64?

    /// - Parameters:
    ///   - isWhole: what is not there is as it is by itself, and not as it was.
    ///   - version: that was read; `nil` to change whatever is there.
    public init(_ json: JSONElement, isWhole: Bool, expecting version: Int64? = nil) {
        self.json = json
        self.isWhole = isWhole
        expected = version
    }

    public func change(of course: Course) throws(CourseRefusal) -> ChangeCourse {
        let fields = try fields(over: course.storedContent)
        var change = ChangeCourse(
            expected: expected, content: try CourseContent(fields), rules: try EnrolmentRules(fields),
            state: try fields.word("state", of: Course.State.self))
        if let text = try fields.string("slug") { change.slug = try Slug(text) }
        if fields.json.present("instructors") != nil { change.instructors = try fields.users("instructors") }
        return change
    }

    public func change(of lesson: Lesson) throws(CourseRefusal) -> ChangeLesson {
        let fields = try fields(over: lesson.storedContent)
        return ChangeLesson(
            expected: expected, content: try LessonContent(fields),
            state: try fields.word("state", of: Lesson.State.self),
            prerequisites: fields.json.present("prerequisites") == nil ? nil : try fields.lessons("prerequisites"))
    }

    private func fields(over stored: [UInt8]) throws(CourseRefusal) -> FieldReader {
        try FieldReader(isWhole ? json : try json.laid(over: stored))
    }
}

extension JSONElement {
    /// An object with this one's members in the place of its own.
    fileprivate func laid(over base: [UInt8]) throws(CourseRefusal) -> JSONElement {
        guard isObject else {
            throw .invalid(pointer: "", code: "invalid_type", detail: "it is an object")
        }
        let given = members, names = Set(given.map(\.name))
        do throws(JSONError) {
            let kept = try JSONDocument(parsing: base).root.members.filter { !names.contains($0.name) }
            let whole = JSONWriter.object { json in
                for member in kept + given {
                    json.name(member.name)
                    json.value(raw: member.value.json)
                }
            }
            return try JSONDocument(parsing: whole).root
        } catch {
            throw .invalid(pointer: "", code: "invalid_format", detail: "it is no acceptable JSON (\(error))")
        }
    }
}
