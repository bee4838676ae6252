public import Base

extension Prompt {
    /// As everybody may read it.
    public func write(to json: inout JSONWriter) { json.object { write(membersTo: &$0) } }

    func write(membersTo json: inout JSONWriter) {
        json.member("id", id.description)
        json.member("type", kind.rawValue)
        json.member("text", text)
        json.array("options") { json in
            for option in options { json.value(option) }
        }
        json.member("weight", weight)
    }
}

extension AnswerKey {
    /// For those who teach, and in feedback.
    func write(to json: inout JSONWriter) {
        switch self {
        case .singleChoice(let index): json.value(index)
        case .multipleChoice(let indexes):
            json.array { json in
                for index in indexes { json.value(index) }
            }
        case .trueFalse(let truth): json.value(truth)
        case .shortText(let accepted):
            json.array { json in
                for text in accepted { json.value(text) }
            }
        case .numeric(let value, let tolerance):
            json.object { json in
                json.name("value")
                json.value(raw: value.description.utf8)
                json.name("tolerance")
                json.value(raw: tolerance.description.utf8)
            }
        }
    }

    init(_ json: JSONElement, kind: Prompt.Kind, at pointer: String) throws(CourseRefusal) {
        func wrong(_ what: String) -> CourseRefusal {
            .invalid(pointer: pointer, code: "invalid_type", detail: "it is \(what)")
        }
        switch kind {
        case .singleChoice:
            guard let index = json.integer.flatMap({ Int(exactly: $0) }) else {
                throw wrong("the index of an option, from 0")
            }
            self = .singleChoice(index)
        case .multipleChoice:
            let indexes = json.elements.compactMap { $0.integer.flatMap { Int(exactly: $0) } }
            guard json.isArray, indexes.count == json.elements.count else {
                throw wrong("a list of indexes of options, from 0")
            }
            self = .multipleChoice(Set(indexes).sorted())
        case .trueFalse:
            guard let truth = json.bool else { throw wrong("true or false") }
            self = .trueFalse(truth)
        case .shortText:
            let texts = json.elements.compactMap(\.string)
            guard json.isArray, texts.count == json.elements.count else { throw wrong("a list of accepted texts") }
            self = .shortText(texts)
        case .numeric:
            let zero = ExactNumber.zero
            guard json.isObject, let value = json["value"].flatMap({ ExactNumber(json: $0) }),
                let tolerance = json.present("tolerance").map({ ExactNumber(json: $0) }) ?? zero
            else { throw wrong(#"an object such as {"value":9.81,"tolerance":0.01}, of at most 30 digits"#) }
            self = .numeric(value: value, tolerance: tolerance)
        }
    }
}

extension ExactNumber {
    /// A JSON number; `nil` for anything else.
    init?(json: JSONElement) {
        // A string whose content looks like a number is none.
        guard !json.isString else { return nil }
        self.init(json.raw)
    }
}

extension Question {
    /// With the right answer.
    public func writeForStaff(to json: inout JSONWriter) {
        json.object { json in
            prompt.write(membersTo: &json)
            json.name("answer")
            key.write(to: &json)
            json.member("explanation", explanation)
        }
    }

    /// - Parameter id: what it is called when it says nothing of that itself.
    init(_ json: JSONElement, id: QuestionID, at pointer: String) throws(CourseRefusal) {
        let fields = try FieldReader(json, at: pointer)
        var id = id
        if let given = try fields.string("id") {
            guard let known = QuestionID(given) else { throw fields.wrong("id", "a number above 0, as a string") }
            id = known
        }
        guard let kind = try fields.word("type", of: Prompt.Kind.self) else { throw fields.missing("type") }
        guard let answer = json.present("answer") else { throw fields.missing("answer") }
        let weight = try fields.integer("weight") ?? 1
        try FieldRules.number(weight, pointer + "/weight", in: 1...Int64(CourseBounds.weightMax))
        self.init(
            prompt: Prompt(
                id: id, kind: kind, text: try fields.required("text"),
                options: try fields.strings("options", max: CourseBounds.optionsMax) ?? [], weight: Int(weight)),
            key: try AnswerKey(answer, kind: kind, at: pointer + "/answer"),
            explanation: try fields.string("explanation") ?? "")
    }

    /// The member `questions` of a quiz. Those without an id are given numbers that are free.
    static func all(in fields: FieldReader) throws(CourseRefusal) -> [Question] {
        guard let elements = try fields.elements("questions", max: CourseBounds.questionsMax) else {
            throw fields.missing("questions")
        }
        let given = elements.compactMap { $0.json["id"]?.string.flatMap { QuestionID($0)?.rawValue } }
        let largest = given.max() ?? 0
        guard largest <= QuestionID.givenMax else {
            throw .invalid(
                pointer: fields.pointer + "/questions", code: "out_of_range",
                detail: "ids of questions are 1 to \(QuestionID.givenMax)")
        }
        var next = largest + 1, questions: [Question] = []
        for element in elements {
            guard let free = QuestionID(rawValue: next) else { continue }
            if element.json.present("id") == nil { next += 1 }
            questions.append(try Question(element.json, id: free, at: element.pointer))
        }
        return questions
    }
}

extension QuestionID {
    /// The largest number that whoever writes a quiz may choose, so that there are always more.
    static let givenMax: Int64 = 1_000_000_000
}
