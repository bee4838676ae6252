/// Where students stop: for each lesson how many began it, completed it, and went no further.
public struct DropOff: Equatable, Sendable {
    public struct Step: Equatable, Sendable {
        public let lesson: LessonID
        /// Who has begun it.
        public var reached = 0
        public var completed = 0
        /// Who has begun it, nothing behind it, and has not completed the course.
        public var stopped = 0
        /// Of those who reached it, thousandths, rounded down.
        public var stoppedThousandths: Int { reached == 0 ? 0 : stopped * 1_000 / reached }
    }

    /// One student's lessons.
    public struct Row: Equatable, Sendable {
        public var begun: Set<LessonID>
        public var completed: Set<LessonID>
        public var hasCompletedCourse: Bool

        public init(begun: Set<LessonID>, completed: Set<LessonID> = [], hasCompletedCourse: Bool = false) {
            self.begun = begun
            self.completed = completed
            self.hasCompletedCourse = hasCompletedCourse
        }
    }

    /// The published lessons in the course's order.
    public let steps: [Step]
    /// Who has begun nothing.
    public let neverBegun: Int

    public init(_ rows: [Row], through outline: Outline) {
        var steps = outline.published.map { Step(lesson: $0) }, neverBegun = 0
        for row in rows {
            var last: Int?
            for place in steps.indices {
                guard row.begun.contains(steps[place].lesson) else { continue }
                steps[place].reached += 1
                if row.completed.contains(steps[place].lesson) { steps[place].completed += 1 }
                last = place
            }
            if let last {
                if !row.hasCompletedCourse { steps[last].stopped += 1 }
            } else {
                neverBegun += 1
            }
        }
        self.steps = steps
        self.neverBegun = neverBegun
    }
}
