public import Base

extension Answer {
    public func write(to json: inout JSONWriter) {
        switch self {
        case .choice(let index): json.value(index)
        case .choices(let indexes):
            json.array { json in
                for index in indexes { json.value(index) }
            }
        case .truth(let truth): json.value(truth)
        case .text(let text): json.value(text)
        case .number(let number): json.value(raw: number.description.utf8)
        }
    }

    /// `nil` where it is no answer to a question of this kind.
    public init?(_ json: JSONElement, kind: Prompt.Kind) {
        switch kind {
        case .singleChoice:
            guard let index = json.integer.flatMap({ Int(exactly: $0) }) else { return nil }
            self = .choice(index)
        case .multipleChoice:
            let indexes = json.elements.compactMap { $0.integer.flatMap { Int(exactly: $0) } }
            guard json.isArray, indexes.count == json.elements.count,
                indexes.count <= CourseBounds.optionsMax
            else { return nil }
            self = .choices(Set(indexes).sorted())
        case .trueFalse:
            guard let truth = json.bool else { return nil }
            self = .truth(truth)
        case .shortText:
            guard let text = json.string else { return nil }
            self = .text(text)
        case .numeric:
            guard let number = ExactNumber(json: json) else { return nil }
            self = .number(number)
        }
    }
}

extension SaveAnswers {
    /// Reads `{"answers":[{"question","answer"}],"revision"}`; an answer that is `null` is taken back. Options are as
    /// they were sent, by the places that the attempt shows (`inQuiz`).
    public init(_ json: JSONElement, for quiz: Quiz) throws(CourseRefusal) {
        let fields = try FieldReader(json)
        var answers: [QuestionID: Answer?] = [:]
        for element in try fields.elements("answers", max: CourseBounds.questionsMax) ?? [] {
            let one = try FieldReader(element.json, at: element.pointer)
            guard let id = QuestionID(try one.required("question")), let prompt = quiz[id]?.prompt else {
                throw .invalid(
                    pointer: element.pointer + "/question", code: "not_found", detail: "the quiz has no such question")
            }
            guard answers[id] == nil else {
                throw .invalid(
                    pointer: element.pointer + "/question", code: "duplicate", detail: "it is answered twice")
            }
            guard let given = one.json["answer"] else { throw one.missing("answer") }
            if given.isNull {
                answers[id] = .some(nil)
            } else {
                guard let answer = Answer(given, kind: prompt.kind) else {
                    throw one.wrong("answer", "an answer to a question of the type \(prompt.kind.rawValue)")
                }
                answers[id] = .some(answer)
            }
        }
        self.init(answers: answers, revision: try fields.integer("revision"))
    }
}

extension Paper {
    /// An attempt, as its student sees it.
    /// - Parameters:
    ///   - feedback: what was right, once that may be told.
    ///   - student: for those who see more than their own.
    public func write(to json: inout JSONWriter, with feedback: Feedback? = nil, of student: UserID? = nil) {
        json.object { json in
            json.member("id", attempt.description)
            if let student { json.member("student", student) }
            json.member("quiz", quiz.description)
            json.member("number", number)
            json.member("state", state.rawValue)
            json.array("questions") { json in
                for item in items { item.prompt.write(to: &json) }
            }
            json.array("answers") { json in
                for item in items {
                    guard let answer = item.answer else { continue }
                    json.object { json in
                        json.member("question", item.prompt.id.description)
                        json.name("answer")
                        answer.write(to: &json)
                    }
                }
            }
            json.member("revision", revision)
            json.name("score")
            if let score { json.value(raw: score.description.utf8) } else { json.null() }
            json.name("passed")
            if let isPassed { json.value(isPassed) } else { json.null() }
            json.member("started_at", startedAt)
            json.member("deadline", orNull: deadline)
            json.member("submitted_at", orNull: submittedAt)
            if let feedback { feedback.write(to: &json) }
        }
    }
}

extension Feedback {
    /// The member `feedback`.
    fileprivate func write(to json: inout JSONWriter) {
        json.array("feedback") { json in
            for item in items {
                json.object { json in
                    json.member("question", item.question.description)
                    json.member("percent", orNull: item.credit.map { Int64($0.percent) })
                    json.name("answer")
                    item.key.write(to: &json)
                    json.member("explanation", item.explanation)
                    json.member("comment", orNull: item.comment)
                }
            }
        }
    }
}
