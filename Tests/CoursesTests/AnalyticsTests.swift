import Base
@testable import Courses
import Testing

@Suite("Figures") struct AnalyticsTests {
    private let now = Classroom.start
    private let day: Int64 = 86_400

    private func ago(_ days: Int64) -> Timestamp { now.adding(seconds: -days * day) }

    // MARK: Windows

    @Test(
        arguments: [("24h", 86_400), ("30d", 2_592_000), ("12w", 7_257_600), ("3653d", 315_619_200)]
            as [(String, Int64)])
    func `are about a window that is said in a word`(text: String, seconds: Int64) throws {
        #expect(try FigureWindow(text).seconds == seconds)
    }

    @Test(arguments: ["", "d", "0d", "-1d", "30", "30m", "3654d", "9223372036854775807w", "1.5d", "07d"])
    func `are about no other window`(text: String) {
        #expect(fault { try FigureWindow(text) } == "/window invalid_format")
    }

    @Test func `count by days without gaps`() throws {
        let window = try FigureWindow("3d")
        let series = DaySeries([now, ago(1), ago(1), ago(3), now.adding(seconds: 1)], in: window, at: now)
        #expect(series.days.map(\.count) == [0, 0, 2, 1])
        #expect(series.days.allSatisfy { $0.begin.milliseconds % 86_400_000 == 0 })
        #expect(series.days.reduce(0) { $0 + $1.count } == 3, "what is outside the window is not counted")
    }

    // MARK: Courses

    @Test func `say who came, who is active and who got through`() throws {
        let rows: [CourseFigures.Row] = [
            .init(user: Classroom.user(1), enrolledAt: ago(40), lastActiveAt: ago(1), completedAt: ago(10)),
            .init(user: Classroom.user(2), enrolledAt: ago(20), lastActiveAt: ago(35)),
            .init(user: Classroom.user(3), enrolledAt: ago(5), isEnrolled: false, lastActiveAt: ago(4)),
            .init(user: Classroom.user(4), enrolledAt: ago(90), lastActiveAt: ago(50), completedAt: ago(50)),
        ]
        let figures = CourseFigures(rows, in: .usual, at: now)
        #expect(figures.enrolled == 3 && figures.enrolledInWindow == 2 && figures.activeInWindow == 1)
        #expect(figures.completed == 2 && figures.completedInWindow == 1 && figures.completionThousandths == 500)
        #expect(figures.medianSecondsToComplete == 30 * day && figures.ninetiethSecondsToComplete == 40 * day)
        let none = CourseFigures([], in: .usual, at: now)
        #expect(none.completionThousandths == 0 && none.medianSecondsToComplete == nil)
    }

    @Test func `take ranks that were there`() {
        #expect(CourseFigures.rank(50, of: [1]) == 1)
        #expect(CourseFigures.rank(50, of: [1, 2, 3, 4]) == 2)
        #expect(CourseFigures.rank(90, of: Array(1...10)) == 9)
        #expect(CourseFigures.rank(90, of: Array(1...11)) == 10)
        #expect(CourseFigures.rank(100, of: [1, 2, 3]) == 3)
    }

    @Test func `say at which lesson students stop`() {
        func ids(_ numbers: Int64...) -> Set<LessonID> { Set(numbers.map { Classroom.id($0) }) }
        let drop = DropOff(
            [
                .init(begun: []), .init(begun: ids(1)), .init(begun: ids(1, 2), completed: ids(1)),
                .init(begun: ids(1, 3), completed: ids(1)),
                .init(begun: ids(1, 2, 3), completed: ids(1, 2, 3), hasCompletedCourse: true),
            ], through: Classroom.outline(3))
        #expect(drop.neverBegun == 1)
        #expect(drop.steps.map(\.reached) == [4, 2, 2])
        #expect(drop.steps.map(\.completed) == [3, 1, 1])
        #expect(drop.steps.map(\.stopped) == [1, 1, 1])
        #expect(drop.steps.map(\.stoppedThousandths) == [250, 500, 500])
    }

    // MARK: Questions

    private func quiz(_ count: Int64) -> Quiz {
        QuizRoom(QuizRules(), (1...count).map { QuizRoom.question(Classroom.id($0), .trueFalse(true)) }).quiz
    }

    private func grade(_ right: [Bool]) -> [QuestionID: Credit] {
        Dictionary(
            uniqueKeysWithValues: right.enumerated().map { (Classroom.id(Int64($0) + 1), $1 ? .whole : Credit.none) })
    }

    @Test func `say how hard a question is and whether those who know more get it right`() {
        // Two questions divide the strong from the weak alike; the third the other way round; the fourth nobody misses.
        let grades = [
            [true, true, false, true], [true, true, false, true], [false, false, true, true], [true, true, true, true],
            [false, false, true, true],
        ].map(grade)
        let items = ItemAnalysis(grades, of: quiz(4)).items
        #expect(items.map(\.difficultyThousandths) == [600, 600, 600, 1_000])
        #expect(items.map(\.count) == [5, 5, 5, 5])
        // By hand: shares 1,1,0,1,0 against rests 2,2,2,3,2 give 0.4082.
        #expect(items[0].discriminationThousandths == 408)
        #expect(items[1].discriminationThousandths == 408)
        #expect((items[2].discriminationThousandths ?? 0) < 0)
        #expect(items[3].discriminationThousandths == nil)
    }

    @Test func `say nothing of questions that nobody or one has answered`() {
        #expect(ItemAnalysis([], of: quiz(1)).items.map(\.difficultyThousandths) == [0])
        #expect(
            ItemAnalysis([grade([true, false])], of: quiz(2)).items.map(\.discriminationThousandths) == [nil, nil])
        // What is not graded yet is left out whole.
        #expect(ItemAnalysis([grade([true])], of: quiz(2)).items.map(\.count) == [0, 0])
    }

    @Test func `count shares exactly`() {
        let grades = (1...5).map { _ in [Classroom.id(1, QuestionID.self): Credit(1, of: 5)] }
        #expect(ItemAnalysis(grades, of: quiz(1)).items.map(\.difficultyThousandths) == [200])
    }
}

@Suite("Popular courses") struct PopularityTests {
    private let now = Classroom.start

    private func row(_ user: Int64, _ sign: Popularity.Sign, hoursAgo: Int64) -> Popularity.Row {
        Popularity.Row(user: Classroom.user(user), sign: sign, at: now.adding(seconds: -hoursAgo * 3_600))
    }

    private func score(_ rows: [Popularity.Row]) throws -> Int64 {
        Popularity(rows, in: try FigureWindow("10h"), at: now).thousandths
    }

    @Test func `have a score that can be worked out by hand`() throws {
        #expect(try score([row(1, .enrolled, hoursAgo: 0)]) == 3_000)
        #expect(try score([row(1, .active, hoursAgo: 5)]) == 500)
        #expect(try score([row(1, .completed, hoursAgo: 9)]) == 500)
        #expect(try score([row(1, .enrolled, hoursAgo: 10)]) == 0)
        #expect(try score([row(1, .enrolled, hoursAgo: -1)]) == 0)
        #expect(
            try score([row(1, .enrolled, hoursAgo: 2), row(2, .active, hoursAgo: 0), row(1, .active, hoursAgo: 0)])
                == 4_400)
    }

    @Test func `are not made popular by one student who does a thing often`() throws {
        let often = (0..<9).map { row(1, .active, hoursAgo: $0) }
        #expect(try score(often.shuffled()) == 1_000)
    }

    @Test func `fall by themselves and rise with each student`() throws {
        var random = RandomSource(seed: 3), rows: [Popularity.Row] = [], last: Int64 = 0
        for user in 1...50 {
            rows.append(
                row(
                    Int64(user), Popularity.Sign.allCases.randomElement(using: &random) ?? .active,
                    hoursAgo: Int64(user) % 10))
            let next = try score(rows)
            #expect(next > last)
            last = next
        }
        let later = Popularity(rows, in: try FigureWindow("10h"), at: now.adding(seconds: 1_800))
        #expect(later.thousandths < last)
    }

    @Test func `stand in one order that leaves nothing open`() throws {
        func place(_ course: Int64, _ points: Int, enrolled: Int64) throws -> Popularity.Place {
            let rows = (0..<points).map { row(Int64($0) + 1, .active, hoursAgo: 0) }
            return Popularity.Place(
                course: Classroom.id(course), score: Popularity(rows, in: try FigureWindow("10h"), at: now),
                enrolled: enrolled)
        }
        let places = [
            try place(1, 2, enrolled: 5), try place(2, 2, enrolled: 9), try place(3, 2, enrolled: 5),
            try place(4, 3, enrolled: 0), try place(5, 0, enrolled: 99),
        ]
        #expect(Popularity.ranked(places.shuffled()).map(\.course.rawValue) == [4, 2, 3, 1])
    }
}

@Suite("Reports of courses") struct CourseReportTests {
    private func report() -> CourseReport {
        let now = Classroom.start
        var course = Classroom().course
        course.content.title = "=Bees"
        let rows = [
            CourseFigures.Row(
                user: Classroom.ann, enrolledAt: now.adding(seconds: -100), lastActiveAt: now, completedAt: now)
        ]
        let quiz = QuizRoom().quiz
        return CourseReport(
            of: course, rows, in: .usual, dropOff: DropOff([.init(begun: [])], through: Classroom.outline(1)),
            quizzes: [.init(quiz: quiz.id, title: quiz.title, analysis: ItemAnalysis([], of: quiz))], at: now)
    }

    @Test func `are one JSON value`() throws {
        var json = JSONWriter()
        report().write(to: &json)
        let root = try JSONDocument(parsing: json.bytes).root
        #expect(root["enrolled"]?.integer == 1 && root["completion_thousandths"]?.integer == 1_000)
        #expect(root["median_s_to_complete"]?.integer == 100 && root["never_begun"]?.integer == 1)
        #expect(root["lessons"]?.elements.count == 1)
        #expect(root["quizzes"]?.elements.first?["questions"]?.elements.count == 5)
        #expect(root["series"]?["enrolled"]?.elements.count == 31)
    }

    @Test func `are a table with as many fields in every line`() {
        let lines = String(decoding: report().csv, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.allSatisfy { $0.count { $0 == "," } == 4 })
        #expect(lines.contains("7,'=Bees,completion_thousandths,,1000"))
        #expect(lines.contains("7,'=Bees,discrimination_thousandths,quiz 3 question 1,"))
    }

    @Test func `are kept for their time and no longer, and no more of them than may be`() {
        let now = Classroom.start
        var kept = KeptFigures<String, Int>(seconds: 60, countMax: 2)
        kept.keep(1, for: "a", at: now)
        #expect(kept.figures(for: "a", at: now.adding(seconds: 59)) == 1)
        #expect(kept.figures(for: "a", at: now.adding(seconds: 60)) == nil)
        #expect(kept.figures(for: "a", at: now.adding(seconds: -1)) == nil)
        kept.keep(2, for: "b", at: now.adding(seconds: 1))
        kept.keep(3, for: "c", at: now.adding(seconds: 2))
        #expect(["a", "b", "c"].map { kept.figures(for: $0, at: now.adding(seconds: 3)) } == [nil, 2, 3])
        var none = KeptFigures<String, Int>(seconds: 0)
        none.keep(1, for: "a", at: now)
        #expect(none.figures(for: "a", at: now) == nil)
    }
}
