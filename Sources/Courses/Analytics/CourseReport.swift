public import Base

/// All figures of one course over one window, for those who teach it.
public struct CourseReport: Equatable, Sendable {
    public struct QuizPart: Equatable, Sendable {
        public var quiz: QuizID
        public var title: String
        public var analysis: ItemAnalysis

        public init(quiz: QuizID, title: String, analysis: ItemAnalysis) {
            self.quiz = quiz
            self.title = title
            self.analysis = analysis
        }
    }

    public var course: CourseID
    public var title: String
    public var madeAt: Timestamp
    public var figures: CourseFigures
    public var enrolments: DaySeries
    public var completions: DaySeries
    public var dropOff: DropOff
    public var quizzes: [QuizPart]

    public init(
        of course: Course, _ rows: [CourseFigures.Row], in window: FigureWindow, dropOff: DropOff,
        quizzes: [QuizPart] = [], at now: Timestamp
    ) {
        self.course = course.id
        title = course.content.title
        madeAt = now
        figures = CourseFigures(rows, in: window, at: now)
        enrolments = DaySeries(rows.map(\.enrolledAt), in: window, at: now)
        completions = DaySeries(rows.compactMap(\.completedAt), in: window, at: now)
        self.dropOff = dropOff
        self.quizzes = quizzes
    }

    // MARK: JSON

    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("course", course.description)
            json.member("title", title)
            json.member("at", madeAt)
            json.member("enrolled", figures.enrolled)
            json.member("enrolled_in_window", figures.enrolledInWindow)
            json.member("active_in_window", figures.activeInWindow)
            json.member("completed", figures.completed)
            json.member("completed_in_window", figures.completedInWindow)
            json.member("completion_thousandths", figures.completionThousandths)
            json.member("median_s_to_complete", orNull: figures.medianSecondsToComplete)
            json.member("p90_s_to_complete", orNull: figures.ninetiethSecondsToComplete)
            json.member("never_begun", dropOff.neverBegun)
            json.array("lessons") { json in
                for step in dropOff.steps { step.write(to: &json) }
            }
            json.array("quizzes") { json in
                for part in quizzes { part.write(to: &json) }
            }
            json.object("series") { json in
                json.name("enrolled")
                enrolments.write(to: &json)
                json.name("completed")
                completions.write(to: &json)
            }
        }
    }

    // MARK: CSV

    /// Several, with one line of names.
    public static func csv(_ reports: [CourseReport]) -> [UInt8] {
        var csv: [UInt8] = []
        CSVText.append(["course", "title", "figure", "about", "value"], to: &csv)
        for report in reports { csv += report.csvLines }
        return csv
    }

    /// One figure to a line: what it is, what it is about, and its value.
    public var csv: [UInt8] { Self.csv([self]) }

    private var csvLines: [UInt8] {
        var csv: [UInt8] = []
        func line(_ figure: String, _ about: String, _ value: Int64?) {
            CSVText.append([course.description, title, figure, about, value.map { "\($0)" } ?? ""], to: &csv)
        }
        line("enrolled", "", Int64(figures.enrolled))
        line("enrolled_in_window", "", Int64(figures.enrolledInWindow))
        line("active_in_window", "", Int64(figures.activeInWindow))
        line("completed", "", Int64(figures.completed))
        line("completed_in_window", "", Int64(figures.completedInWindow))
        line("completion_thousandths", "", Int64(figures.completionThousandths))
        line("median_s_to_complete", "", figures.medianSecondsToComplete)
        line("p90_s_to_complete", "", figures.ninetiethSecondsToComplete)
        line("never_begun", "", Int64(dropOff.neverBegun))
        for step in dropOff.steps {
            line("lesson_reached", "lesson \(step.lesson)", Int64(step.reached))
            line("lesson_completed", "lesson \(step.lesson)", Int64(step.completed))
            line("lesson_stopped", "lesson \(step.lesson)", Int64(step.stopped))
        }
        for part in quizzes {
            for item in part.analysis.items {
                let about = "quiz \(part.quiz) question \(item.question)"
                line("difficulty_thousandths", about, Int64(item.difficultyThousandths))
                line("discrimination_thousandths", about, item.discriminationThousandths.map { Int64($0) })
            }
        }
        for day in enrolments.days { line("enrolled_on", String(day.begin.rfc3339.prefix(10)), Int64(day.count)) }
        for day in completions.days { line("completed_on", String(day.begin.rfc3339.prefix(10)), Int64(day.count)) }
        return csv
    }
}

extension DropOff.Step {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("lesson", lesson.description)
            json.member("reached", reached)
            json.member("completed", completed)
            json.member("stopped", stopped)
            json.member("stopped_thousandths", stoppedThousandths)
        }
    }
}

extension DaySeries {
    fileprivate func write(to json: inout JSONWriter) {
        json.array { json in
            for day in days {
                json.object { json in
                    json.member("day", String(day.begin.rfc3339.prefix(10)))
                    json.member("count", day.count)
                }
            }
        }
    }
}

extension CourseReport.QuizPart {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("quiz", quiz.description)
            json.member("title", title)
            json.array("questions") { json in
                for item in analysis.items {
                    json.object { json in
                        json.member("question", item.question.description)
                        json.member("count", item.count)
                        json.member("difficulty_thousandths", item.difficultyThousandths)
                        json.member(
                            "discrimination_thousandths", orNull: item.discriminationThousandths.map { Int64($0) })
                    }
                }
            }
        }
    }
}
