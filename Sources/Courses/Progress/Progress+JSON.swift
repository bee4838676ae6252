public import Base

extension LessonProgress {
    /// As the wire has it.
    public func write(to json: inout JSONWriter, of course: CourseID) {
        json.object { json in
            json.member("course", course.description)
            json.member("lesson", lesson.description)
            json.member("percent", percent)
            json.member("completed", isCompleted)
            json.member("resume_s", resumeSeconds)
            json.member("completed_at", orNull: completedAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension LessonProgress.Report {
    /// Reads a request's body.
    public init(_ json: JSONElement) throws(CourseRefusal) {
        let fields = try FieldReader(json)
        let percent = try fields.integer("percent")
        if let percent { try FieldRules.number(percent, "/percent", in: 0...100) }
        self.init(
            percent: percent.map { Int($0) }, isCompleted: try fields.flag("completed"),
            resumeSeconds: try fields.integer("resume_s"))
        try validate()
    }
}
