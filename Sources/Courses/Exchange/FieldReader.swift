internal import Base

/// Reads the members of one JSON object, and says by a pointer which of them is not what it has to be. A member that is
/// `null` is one that is not there.
struct FieldReader {
    let json: JSONElement
    let pointer: String

    init(_ json: JSONElement, at pointer: String = "") throws(CourseRefusal) {
        guard json.isObject else {
            throw .invalid(pointer: pointer, code: "invalid_type", detail: "it is an object")
        }
        self.json = json
        self.pointer = pointer
    }

    func string(_ name: StaticString) throws(CourseRefusal) -> String? {
        guard let member = json.present(name) else { return nil }
        guard let text = member.string else { throw wrong(name, "a string") }
        return text
    }

    func required(_ name: StaticString) throws(CourseRefusal) -> String {
        guard let text = try string(name) else { throw missing(name) }
        return text
    }

    func integer(_ name: StaticString) throws(CourseRefusal) -> Int64? {
        guard let member = json.present(name) else { return nil }
        guard let number = member.integer else { throw wrong(name, "a whole number") }
        return number
    }

    func flag(_ name: StaticString) throws(CourseRefusal) -> Bool? {
        guard let member = json.present(name) else { return nil }
        guard let flag = member.bool else { throw wrong(name, "true or false") }
        return flag
    }

    func time(_ name: StaticString) throws(CourseRefusal) -> Timestamp? {
        guard let text = try string(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else { throw wrong(name, "a time of RFC 3339") }
        return time
    }

    /// One of the words of a closed list.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: StaticString, of type: Word.Type
    ) throws(CourseRefusal) -> Word? {
        guard let text = try string(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw wrong(name, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    /// Of an array, with their pointers; `nil` when there is none.
    func elements(_ name: StaticString, max: Int) throws(CourseRefusal) -> [(json: JSONElement, pointer: String)]? {
        guard let member = json.present(name) else { return nil }
        guard member.isArray else { throw wrong(name, "an array") }
        let elements = member.elements
        try FieldRules.count(elements.count, "\(pointer)/\(name)", max: max)
        return elements.enumerated().map { ($0.element, "\(pointer)/\(name)/\($0.offset)") }
    }

    func strings(_ name: StaticString, max: Int) throws(CourseRefusal) -> [String]? {
        guard let elements = try elements(name, max: max) else { return nil }
        var texts: [String] = []
        for element in elements {
            guard let text = element.json.string else {
                throw .invalid(pointer: element.pointer, code: "invalid_type", detail: "it is a string")
            }
            texts.append(text)
        }
        return texts
    }

    func users(_ name: StaticString) throws(CourseRefusal) -> [UserID] {
        var users: [UserID] = []
        for text in try strings(name, max: CourseBounds.instructorsMax) ?? [] {
            guard let user = UserID(text) else { throw wrong(name, "a list of ids of users") }
            users.append(user)
        }
        return users
    }

    func lessons(_ name: StaticString) throws(CourseRefusal) -> [LessonID] {
        var lessons: [LessonID] = []
        for text in try strings(name, max: CourseBounds.prerequisitesMax) ?? [] {
            guard let lesson = LessonID(text) else { throw wrong(name, "a list of ids of lessons") }
            lessons.append(lesson)
        }
        return lessons
    }

    func missing(_ name: StaticString) -> CourseRefusal {
        .invalid(pointer: "\(pointer)/\(name)", code: "required", detail: "\(name) is required")
    }

    func wrong(_ name: StaticString, _ what: String) -> CourseRefusal {
        .invalid(pointer: "\(pointer)/\(name)", code: "invalid_type", detail: "it is \(what)")
    }
}
