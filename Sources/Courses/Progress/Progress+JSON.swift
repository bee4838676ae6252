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

extension StudentProgress {
    /// One student's way through one course.
    public func write(to json: inout JSONWriter, called name: String? = nil, displayName: String? = nil) {
        json.object { json in
            json.member("course", course.description)
            json.member("user", user)
            if let name { json.member("username", name) }
            if let displayName { json.member("display_name", displayName) }
            writeWhole(to: &json)
            json.array("lessons") { json in
                for lesson in lessons { lesson.write(to: &json, of: course) }
            }
        }
    }

    /// What the student is told live.
    /// - Parameter lesson: that has changed; `nil` where the course as a whole did.
    public func writeEvent(about lesson: LessonProgress?, to json: inout JSONWriter) {
        json.object { json in
            json.member("course", course.description)
            json.member("lesson", orNull: lesson?.lesson.description)
            json.member("percent", orNull: lesson.map { Int64($0.percent) })
            json.member("resume_s", orNull: lesson?.resumeSeconds)
            json.member("completed", lesson?.isCompleted ?? (completedAt != nil))
            json.object("whole") { json in writeWhole(to: &json) }
            json.member("updated_at", orNull: lesson?.updatedAt)
        }
    }

    /// The course as a whole.
    public func writeSummary(to json: inout JSONWriter) {
        json.object { json in
            json.member("course", course.description)
            writeWhole(to: &json)
        }
    }

    private func writeWhole(to json: inout JSONWriter) {
        json.member("percent", whole.percent)
        json.member("completed", completedAt != nil)
        json.member("completed_at", orNull: completedAt)
        json.member("lessons_completed", whole.lessonsCompleted)
        json.member("lessons_count", whole.lessonsCount)
        json.member("next", orNull: whole.next?.description)
    }
}
