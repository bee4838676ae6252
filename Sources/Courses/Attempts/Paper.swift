public import Base

/// What a student sees of an attempt: the questions in the attempt's own order, and what was answered. It is made of
/// prompts and of the student's own answers; there is no place in it for a right one.
public struct Paper: Equatable, Sendable {
    public struct Item: Equatable, Sendable {
        /// With its options in the attempt's order.
        public let prompt: Prompt
        /// By the places that are shown.
        public let answer: Answer?
    }

    public let attempt: AttemptID
    public let quiz: QuizID
    public let number: Int
    public let state: Attempt.State
    public let startedAt: Timestamp
    public let deadline: Timestamp?
    public let submittedAt: Timestamp?
    public let revision: Int64
    public let items: [Item]
    /// When it is graded.
    public let score: Score?
    public let isPassed: Bool?

    public init(_ attempt: Attempt, of quiz: Quiz, at now: Timestamp) {
        let present = attempt.settled(under: quiz, at: now)
        self.attempt = present.id
        self.quiz = quiz.id
        number = present.number
        state = present.state
        startedAt = present.startedAt
        deadline = present.deadline
        submittedAt = present.submittedAt
        revision = present.revision
        score = present.grade?.score
        isPassed = present.grade?.isPassed
        let shuffle = Shuffle(seed: present.seed)
        items = shuffle.questions(of: quiz).map { place in
            var prompt = quiz.questions[place].prompt
            let order = shuffle.options(of: prompt, under: quiz.rules)
            prompt.options = order.map { prompt.options[$0] }
            return Item(prompt: prompt, answer: present.answers[prompt.id]?.shown(order))
        }
    }
}

/// What a student sees of a quiz outside an attempt. Like `Paper`, it is made of prompts alone.
public struct StudentQuiz: Equatable, Sendable {
    public let id: QuizID
    public let course: CourseID
    public let title: String
    public let rules: QuizRules
    public let questionsCount: Int
    /// None where to read them early would be time that others do not have, or where the order in which the options
    /// were written down would tell something: they are in the attempt then.
    public let prompts: [Prompt]

    /// - Parameter isEnrolled: whoever is not learns that there is such a quiz, and no more.
    public init(_ quiz: Quiz, isEnrolled: Bool = true) {
        id = quiz.id
        course = quiz.course
        title = quiz.title
        rules = quiz.rules
        questionsCount = quiz.questions.count
        let isKept =
            quiz.rules.timeLimitSeconds != nil || quiz.rules.opensAt != nil || quiz.rules.shufflesOptions
            || quiz.rules.shufflesQuestions
        prompts = isKept || !isEnrolled ? [] : quiz.questions.map(\.prompt)
    }
}
