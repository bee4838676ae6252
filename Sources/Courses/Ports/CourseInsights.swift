public import Base

/// Figures about courses, and whole courses as files.
public protocol CourseInsights: Sendable {
    /// - Parameter key: `nil` for all courses that the caller teaches.
    func reports(of key: CourseKey?, in window: FigureWindow, for caller: CourseCaller) async throws(CourseRefusal)
        -> [CourseReport]
    /// One student's, whoever ever was one.
    func report(on student: UserID, in key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal)
        -> StudentReport
    /// The most popular first.
    func popular(in window: FigureWindow, limit: Int, for caller: CourseCaller) async throws(CourseRefusal)
        -> [PopularCourse]

    func file(of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> CourseFile
    /// Makes a course of a file: a draft, with the caller as its owner.
    func take(_ file: CourseFile, by caller: CourseCaller) async throws(CourseRefusal) -> CourseView
}

public struct PopularCourse: Equatable, Sendable {
    public var view: CourseView
    public var score: Popularity

    public init(view: CourseView, score: Popularity) {
        self.view = view
        self.score = score
    }
}

/// All that a store of courses does.
public typealias CourseStore = CourseCatalogue & CourseLessons & CourseRosters & CourseLearning & CourseQuizzes
    & CourseInsights
