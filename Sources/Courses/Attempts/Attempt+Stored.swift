internal import Base

/// What an attempt consists of, as a store keeps it. The grade is none of it: it follows from answers, marks and the
/// quiz as it is.
extension Attempt {
    public var storedAnswers: [UInt8] {
        JSONWriter.object { json in
            for (id, answer) in answers.sorted(by: { $0.key < $1.key }) {
                json.name(id.description)
                answer.write(to: &json)
            }
        }
    }

    public var storedMarks: [UInt8] {
        JSONWriter.object { json in
            for (id, mark) in marks.sorted(by: { $0.key < $1.key }) {
                json.name(id.description)
                json.object { json in
                    json.member("percent", mark.percent)
                    json.member("comment", mark.comment)
                    json.member("by", mark.by)
                    json.member("at", mark.at)
                }
            }
        }
    }

    /// - Returns: `nil` for what `storedAnswers` has not written of this quiz.
    public static func answers(stored: [UInt8], of quiz: Quiz) -> [QuestionID: Answer]? {
        guard let json = try? JSONDocument(parsing: stored).root, json.isObject else { return nil }
        var answers: [QuestionID: Answer] = [:]
        for (name, value) in json.members {
            guard let id = QuestionID(name), let prompt = quiz[id]?.prompt,
                let answer = Answer(value, kind: prompt.kind)
            else { return nil }
            answers[id] = answer
        }
        return answers
    }

    /// - Returns: `nil` for what `storedMarks` has not written.
    public static func marks(stored: [UInt8]) -> [QuestionID: HandMark]? {
        guard let json = try? JSONDocument(parsing: stored).root, json.isObject else { return nil }
        var marks: [QuestionID: HandMark] = [:]
        for (name, value) in json.members {
            guard let id = QuestionID(name), let percent = value["percent"]?.integer, (0...100).contains(percent),
                let comment = value["comment"]?.string, let user = value["by"]?.string.flatMap({ UserID($0) }),
                let time = value["at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
            else { return nil }
            marks[id] = HandMark(percent: Int(percent), comment: comment, by: user, at: time)
        }
        return marks
    }
}
