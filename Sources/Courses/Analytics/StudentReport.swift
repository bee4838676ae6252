public import Base

/// How one student does in one course, for those who teach it.
public struct StudentReport: Equatable, Sendable {
    /// What a student has made of a quiz.
    public struct QuizPart: Equatable, Sendable {
        public var quiz: QuizID
        public var title: String
        public var attemptsCount: Int
        /// The best one; `nil` while none is graded.
        public var score: Score?
        public var isPassed: Bool?

        /// - Parameter attempts: all of the student's, as they are now.
        public init(_ quiz: Quiz, _ attempts: [Attempt]) {
            self.quiz = quiz.id
            title = quiz.title
            attemptsCount = attempts.count
            let best = attempts.best
            score = best?.grade?.score
            isPassed = best?.grade?.isPassed
        }
    }

    /// The course's.
    public var title: String
    public var username: String?
    public var displayName: String?
    public var enrolment: Enrolment
    /// When the student last said anything of a lesson or a quiz.
    public var lastActiveAt: Timestamp?
    public var progress: StudentProgress
    public var quizzes: [QuizPart]
    public var madeAt: Timestamp

    public init(
        title: String, username: String?, displayName: String?, enrolment: Enrolment, lastActiveAt: Timestamp?,
        progress: StudentProgress, quizzes: [QuizPart], madeAt: Timestamp
    ) {
        self.title = title
        self.username = username
        self.displayName = displayName
        self.enrolment = enrolment
        self.lastActiveAt = lastActiveAt
        self.progress = progress
        self.quizzes = quizzes
        self.madeAt = madeAt
    }

    /// From enrolling to completing; `nil` before that.
    public var secondsToComplete: Int64? {
        guard let enrolledAt = enrolment.enrolledAt, let completedAt = progress.completedAt else { return nil }
        return max(0, (completedAt.milliseconds - enrolledAt.milliseconds) / 1_000)
    }

    public func write(to json: inout JSONWriter) {
        json.object { json in
            enrolment.writeMembers(to: &json)
            json.member("title", title)
            json.member("username", orNull: username)
            json.member("display_name", orNull: displayName)
            json.member("at", madeAt)
            json.member("last_active_at", orNull: lastActiveAt)
            json.member("s_to_complete", orNull: secondsToComplete)
            json.name("progress")
            progress.write(to: &json)
            json.array("quizzes") { json in
                for part in quizzes {
                    json.object { json in
                        json.member("quiz", part.quiz.description)
                        json.member("title", part.title)
                        json.member("attempts", part.attemptsCount)
                        json.name("score")
                        if let score = part.score {
                            json.value(raw: Array(score.description.utf8))
                        } else {
                            json.null()
                        }
                        json.name("passed")
                        if let isPassed = part.isPassed { json.value(isPassed) } else { json.null() }
                    }
                }
            }
        }
    }

    /// One figure to a line, as those of a course: what it is, what it is about, and its value.
    public var csv: [UInt8] {
        var csv: [UInt8] = []
        CSVText.append(["course", "title", "user", "figure", "about", "value"], to: &csv)
        func line(_ figure: String, _ about: String, _ value: String?) {
            CSVText.append(
                [enrolment.course.description, title, enrolment.user.description, figure, about, value ?? ""],
                to: &csv)
        }
        line("state", "", enrolment.state.name)
        line("enrolled_at", "", enrolment.enrolledAt?.rfc3339)
        line("last_active_at", "", lastActiveAt?.rfc3339)
        line("completed_at", "", progress.completedAt?.rfc3339)
        line("s_to_complete", "", secondsToComplete.map { "\($0)" })
        line("percent", "", "\(progress.whole.percent)")
        for lesson in progress.lessons { line("percent", "lesson \(lesson.lesson)", "\(lesson.percent)") }
        for part in quizzes {
            line("attempts", "quiz \(part.quiz)", "\(part.attemptsCount)")
            line("score", "quiz \(part.quiz)", part.score?.description)
        }
        return csv
    }
}
