public import Base

extension Quiz {
    /// With the right answers: for those who teach.
    public func writeForStaff(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.description)
            json.member("course", course.description)
            json.member("title", title)
            rules.write(membersTo: &json)
            json.array("questions") { json in
                for question in questions { question.writeForStaff(to: &json) }
            }
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension StudentQuiz {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.description)
            json.member("course", course.description)
            json.member("title", title)
            rules.write(membersTo: &json)
            json.member("questions_count", questionsCount)
            json.array("questions") { json in
                for prompt in prompts { prompt.write(to: &json) }
            }
        }
    }
}

extension QuizRules {
    func write(membersTo json: inout JSONWriter) {
        json.member("pass_mark", passMark)
        json.member("attempts_max", orNull: attemptsMax.map { Int64($0) })
        json.member("time_limit_s", orNull: timeLimitSeconds)
        json.member("opens_at", orNull: opensAt)
        json.member("closes_at", orNull: closesAt)
        json.member("shuffle_questions", shufflesQuestions)
        json.member("shuffle_options", shufflesOptions)
        json.member("partial_credit", hasPartialCredit)
        json.member("feedback", feedback.rawValue)
        json.member("required", isRequired)
        json.member("published", isPublished)
    }

    /// What is not there is as it is by itself.
    init(_ fields: FieldReader) throws(CourseRefusal) {
        let usual = QuizRules()
        let passMark = try fields.integer("pass_mark") ?? Int64(usual.passMark)
        try FieldRules.number(passMark, fields.pointer + "/pass_mark", in: 0...100)
        let attemptsMax = try fields.integer("attempts_max")
        if let attemptsMax {
            try FieldRules.number(
                attemptsMax, fields.pointer + "/attempts_max", in: 1...Int64(CourseBounds.attemptsMax))
        }
        self.init(
            passMark: Int(passMark), attemptsMax: attemptsMax.map { Int($0) },
            timeLimitSeconds: try fields.integer("time_limit_s"), opensAt: try fields.time("opens_at"),
            closesAt: try fields.time("closes_at"),
            shufflesQuestions: try fields.flag("shuffle_questions") ?? usual.shufflesQuestions,
            shufflesOptions: try fields.flag("shuffle_options") ?? usual.shufflesOptions,
            hasPartialCredit: try fields.flag("partial_credit") ?? usual.hasPartialCredit,
            feedback: try fields.word("feedback", of: Feedback.self) ?? usual.feedback,
            isRequired: try fields.flag("required") ?? usual.isRequired,
            isPublished: try fields.flag("published") ?? usual.isPublished)
    }
}

extension WriteQuiz {
    /// Reads what a request's body or a course's file says of a quiz.
    public init(_ json: JSONElement, at pointer: String = "") throws(CourseRefusal) {
        let fields = try FieldReader(json, at: pointer)
        self.init(
            title: try fields.required("title"), rules: try QuizRules(fields), questions: try Question.all(in: fields))
    }
}
