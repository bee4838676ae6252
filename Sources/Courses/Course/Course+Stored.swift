internal import Base

/// What people write of courses, lessons and quizzes, as a store keeps it: the words of the wire.
extension Course {
    public var storedContent: [UInt8] {
        JSONWriter.object { json in
            content.write(membersTo: &json)
            rules.write(membersTo: &json)
        }
    }

    /// - Returns: `nil` for what `storedContent` has not written.
    public static func content(stored: [UInt8]) -> (content: CourseContent, rules: EnrolmentRules)? {
        guard let json = try? JSONDocument(parsing: stored).root, let fields = try? FieldReader(json),
            let content = try? CourseContent(fields), let rules = try? EnrolmentRules(fields)
        else { return nil }
        return (content, rules)
    }

    /// What a search looks through: title, summary and tags.
    public var searchedWords: String {
        ([content.title, content.summary] + content.tags).joined(separator: "\n")
    }
}

extension Lesson {
    public var storedContent: [UInt8] { JSONWriter.object { content.write(membersTo: &$0) } }

    /// - Returns: `nil` for what `storedContent` has not written.
    public static func content(stored: [UInt8]) -> LessonContent? {
        guard let json = try? JSONDocument(parsing: stored).root, let fields = try? FieldReader(json) else {
            return nil
        }
        return try? LessonContent(fields)
    }
}

extension Quiz {
    public var storedContent: [UInt8] {
        var json = JSONWriter()
        WriteQuiz(title: title, rules: rules, questions: questions).write(to: &json)
        return json.bytes
    }

    /// - Returns: `nil` for what `storedContent` has not written.
    public static func content(stored: [UInt8]) -> WriteQuiz? {
        guard let json = try? JSONDocument(parsing: stored).root else { return nil }
        return try? WriteQuiz(json)
    }
}
