internal import Base

/// A whole course as one JSON value: what is taught and asked, with the right answers, and nothing of anybody who
/// learns. What it says can be brought in again, here or on another server; there it is a course of its own, a draft.
///
/// Lessons have no numbers in it: what builds on another lesson names its place in the file, from 0.
public struct CourseFile: Equatable, Sendable {
    public struct LessonPart: Equatable, Sendable {
        public var content: LessonContent
        public var state: Lesson.State
        /// Places in the file, from 0, ascending.
        public var prerequisites: [Int]

        public init(content: LessonContent, state: Lesson.State, prerequisites: [Int] = []) {
            self.content = content
            self.state = state
            self.prerequisites = prerequisites
        }
    }

    /// What the value calls itself, and the only version of that there is.
    private static let format = "confab-course"
    private static let version: Int64 = 1

    public var content: CourseContent
    public var rules: EnrolmentRules
    /// In the course's order.
    public var lessons: [LessonPart]
    public var quizzes: [WriteQuiz]

    public init(
        content: CourseContent, rules: EnrolmentRules = EnrolmentRules(), lessons: [LessonPart] = [],
        quizzes: [WriteQuiz] = []
    ) {
        self.content = content
        self.rules = rules
        self.lessons = lessons
        self.quizzes = quizzes
    }

    public init(_ course: Course, _ lessons: [Lesson], _ quizzes: [Quiz]) {
        let ordered = lessons.sorted { $0.position < $1.position }
        let places = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($0.element.id, $0.offset) })
        self.init(
            content: course.content, rules: course.rules,
            lessons: ordered.map { lesson in
                LessonPart(
                    content: lesson.content, state: lesson.state,
                    prerequisites: lesson.prerequisites.compactMap { places[$0] }.sorted())
            },
            quizzes: quizzes.map { WriteQuiz(title: $0.title, rules: $0.rules, questions: $0.questions) })
    }

    // MARK: Bytes

    public var json: [UInt8] {
        JSONWriter.object { json in
            json.member("format", Self.format)
            json.member("version", Self.version)
            json.object("course") { json in
                content.write(membersTo: &json)
                rules.write(membersTo: &json)
            }
            json.array("lessons") { json in
                for lesson in lessons { lesson.write(to: &json) }
            }
            json.array("quizzes") { json in
                for quiz in quizzes { quiz.write(to: &json) }
            }
        }
    }

    /// Reads and checks all of it: what is wrong anywhere refuses the whole, and says where by a pointer.
    public init(_ bytes: [UInt8]) throws(CourseRefusal) {
        guard bytes.count <= CourseBounds.courseFileBytesMax else {
            throw .invalid(
                pointer: "", code: "too_long", detail: "a course has at most \(CourseBounds.courseFileBytesMax) bytes")
        }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw .invalid(pointer: "", code: "invalid_format", detail: "it is no JSON: \(error)")
        }
        let fields = try FieldReader(document.root)
        guard try fields.string("format") == Self.format, try fields.integer("version") == Self.version else {
            throw .invalid(
                pointer: "/format", code: "not_supported",
                detail: "it is no course: format \(Self.format), version \(Self.version)")
        }
        guard let inner = fields.json.present("course") else { throw fields.missing("course") }
        let course = try FieldReader(inner, at: "/course")
        self.init(content: try CourseContent(course), rules: try EnrolmentRules(course))
        try Self.within("/course") { () throws(CourseRefusal) in
            try content.validate()
            try rules.validate()
        }
        for element in try fields.elements("lessons", max: CourseBounds.lessonsMax) ?? [] {
            lessons.append(try LessonPart(element.json, at: element.pointer))
        }
        for element in try fields.elements("quizzes", max: CourseBounds.quizzesMax) ?? [] {
            let quiz = try WriteQuiz(element.json, at: element.pointer)
            try Self.within(element.pointer) { () throws(CourseRefusal) in try quiz.validate() }
            quizzes.append(quiz)
        }
        try checkOutline()
        guard contentByteCount <= CourseBounds.contentBytesMax else {
            throw .invalid(
                pointer: "", code: "too_long",
                detail: "lessons and quizzes have at most \(CourseBounds.contentBytesMax) bytes together")
        }
    }

    /// Of all lessons and quizzes, as they will be kept.
    private var contentByteCount: Int {
        let lessonBytes = lessons.reduce(0) { sum, lesson in
            sum + JSONWriter.object { lesson.content.write(membersTo: &$0) }.count
        }
        return quizzes.reduce(lessonBytes) { sum, quiz in
            var json = JSONWriter()
            quiz.write(to: &json)
            return sum + json.bytes.count
        }
    }

    /// Says of what is wrong inside a part where that lies in the file.
    private static func within(_ pointer: String, _ check: () throws(CourseRefusal) -> Void) throws(CourseRefusal) {
        do throws(CourseRefusal) {
            try check()
        } catch .invalid(let inner, let code, let detail) {
            throw .invalid(pointer: pointer + inner, code: code, detail: detail)
        }
    }

    /// The lessons' places are those of lessons, and none comes before itself.
    private func checkOutline() throws(CourseRefusal) {
        var outline = Outline(lessons.indices.compactMap { LessonID(rawValue: Int64($0) + 1).map { .init(id: $0) } })
        for (place, lesson) in lessons.enumerated() where !lesson.prerequisites.isEmpty {
            try Self.within("/lessons/\(place)") { () throws(CourseRefusal) in
                let before = lesson.prerequisites.compactMap { LessonID(rawValue: Int64($0) + 1) }
                guard let id = LessonID(rawValue: Int64(place) + 1), before.count == lesson.prerequisites.count else {
                    throw .invalid(
                        pointer: "/prerequisites", code: "not_found", detail: "they are places of lessons, from 0")
                }
                outline = try outline.setting(before, of: id)
            }
        }
    }
}

extension CourseFile.LessonPart {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            content.write(membersTo: &json)
            json.member("state", state.rawValue)
            json.array("prerequisites") { json in
                for place in prerequisites { json.value(place) }
            }
        }
    }

    fileprivate init(_ json: JSONElement, at pointer: String) throws(CourseRefusal) {
        let fields = try FieldReader(json, at: pointer)
        var prerequisites: Set<Int> = []
        for element in try fields.elements("prerequisites", max: CourseBounds.prerequisitesMax) ?? [] {
            guard let place = element.json.integer, (0..<Int64(CourseBounds.lessonsMax)).contains(place) else {
                throw .invalid(
                    pointer: element.pointer, code: "invalid_type", detail: "it is the place of a lesson, from 0")
            }
            prerequisites.insert(Int(place))
        }
        self.init(
            content: try LessonContent(fields), state: try fields.word("state", of: Lesson.State.self) ?? .draft,
            prerequisites: prerequisites.sorted())
        do throws(CourseRefusal) {
            try content.validate()
        } catch .invalid(let inner, let code, let detail) {
            throw .invalid(pointer: pointer + inner, code: code, detail: detail)
        }
    }
}

extension WriteQuiz {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("title", title)
            rules.write(membersTo: &json)
            json.array("questions") { json in
                for question in questions { question.writeForStaff(to: &json) }
            }
        }
    }
}
