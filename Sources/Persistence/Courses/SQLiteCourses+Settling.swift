internal import Base
internal import Channels
internal import Courses
internal import Reactor

/// What time and mended keys make of attempts is told as if it were written down, whoever looks. What follows from it,
/// a course that is completed by an attempt whose time was up, is written down by these before it is looked at.
extension SQLiteCourses {
    /// For a student who looks at what is theirs. What cannot be written down now is when somebody looks again.
    func settleAttempts(of user: UserID) async {
        let now = time.now()
        let look = { @Sendable (rows: CourseRows) throws(CourseStop) in try rows.staleQuizzes(of: user, at: now) }
        await bringUpToDate((try? await readers.courses(look)) ?? [])
    }

    /// For those who teach a course. Who may not look brings nothing up to date.
    func settleAttempts(in key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) {
        let now = time.now()
        let stale = try await readers.courses { rows throws(CourseStop) in
            try rows.staleQuizzes(in: try rows.taught(key, by: caller).course.id, at: now)
        }
        await bringUpToDate(stale)
    }

    private func bringUpToDate(_ quizzes: [QuizID]) async {
        for quiz in quizzes { try? await bringUpToDate(quiz) }
    }

    /// Writes down what time and another key have made of a quiz's attempts, a slice after the other.
    func bringUpToDate(_ quiz: QuizID) async throws(CourseRefusal) {
        while try await committer.courses(
            by: CourseCaller(user: nil),
            { desk throws(CourseStop) in
                try desk.regradeSome(of: quiz)
            })
        {}
    }
}
