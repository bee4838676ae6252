import Base
import Channels
import Courses
import TestSupport
import Testing

@testable import Persistence

@Suite("Stored learning") struct CourseLearningTests {
    @Test func `goes forward only, by reports of many at once, and is told to the student`() async throws {
        let school = try await School(), lesson = try await school.lesson()
        let ann = try await school.student("ann"), store = school.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for percent in (1...60).shuffled() {
                group.addTask {
                    _ = try await store.report(ReportProgress(lesson: lesson, report: .init(percent: percent)), by: ann)
                }
            }
            try await group.waitForAll()
        }
        let user = try #require(ann.user)
        let progress = try #require(try await store.progress(of: user, in: school.key).first)
        #expect(progress.lessons.map(\.percent) == [60])
        let told = school.house.listener.events.compactMap { event -> String? in
            guard case .note(let note) = event.fact, note.kind == .courseProgress else { return nil }
            return String(decoding: note.data, as: UTF8.self)
        }
        #expect(!told.isEmpty && told.count <= 60)
        #expect(told.allSatisfy { $0.contains(#""lesson":"\#(lesson)""#) })
    }

    @Test func `allows as many attempts as the quiz does, to one who begins them all at once`() async throws {
        let school = try await School()
        try await school.lesson()
        let quiz = try await school.quiz(#"{"type":"true_false","text":"a","answer":true}"#, #","attempts_max":2"#)
        let ann = try await school.student("ann"), store = school.store
        for _ in 1...2 {
            let begun = await withTaskGroup(of: AttemptID?.self) { group in
                for seed in 1...20 {
                    group.addTask { try? await store.start(quiz, seed: UInt64(seed), by: ann).attempt.paper.attempt }
                }
                return await group.reduce(into: Set<AttemptID?>()) { $0.insert($1) }
            }
            #expect(begun.count == 1)
            let attempt = try #require(begun.first ?? nil)
            let answers = try School.json(#"{"answers":[{"question":"1","answer":true}]}"#)
            async let one = store.submit(answers, in: attempt, by: ann)
            async let other = store.submit(answers, in: attempt, by: ann)
            let both = [try await one, try await other]
            #expect(both.allSatisfy { $0.paper.score?.hundredths == 10_000 })
        }
        let spent = await School.refusal { () async throws(CourseRefusal) in
            _ = try await store.start(quiz, seed: 1, by: ann)
        }
        #expect(spent == .attemptsSpent(max: 2))
        let after = School(school, in: try House(in: school.house.image()))
        #expect(try await after.store.attempts(of: quiz, after: nil, limit: 9, for: ann).count == 2)
    }

    @Test func `closes an attempt when its time is up by the server's clock, with what was saved`() async throws {
        let school = try await School()
        try await school.lesson()
        let quiz = try await school.quiz(
            #"{"type":"true_false","text":"a","answer":true},{"type":"short_text","text":"b","answer":[]}"#,
            #","time_limit_s":60,"required":true"#)
        let ann = try await school.student("ann"), store = school.store
        let id = try await store.start(quiz, seed: 3, by: ann).attempt.paper.attempt
        _ = try await store.save(
            try School.json(#"{"answers":[{"question":"1","answer":true},{"question":"2","answer":"x"}]}"#), in: id,
            by: ann)
        school.house.time.pass(milliseconds: 76_000)
        let other = try School.json(#"{"answers":[{"question":"1","answer":false}]}"#)
        let late = await School.refusal { () async throws(CourseRefusal) in
            try await store.save(other, in: id, by: ann)
        }
        guard case .timeIsUp = late else {
            Issue.record("\(String(describing: late))")
            return
        }
        #expect(try await store.attempt(id, for: ann).paper.state == .submitted)
        // Nobody has submitted it, and it waits to be read all the same.
        let queue = try await store.queue(of: quiz, for: school.staff)
        #expect(queue.map(\.answer) == ["x"])
        let graded = try await store.grade(
            GradeByHand(question: queue[0].question, percent: 0), of: id, by: school.staff)
        #expect(graded.paper.score?.hundredths == 5_000 && graded.paper.isPassed == true)
        #expect(try await store.queue(of: quiz, for: school.staff).isEmpty)
    }

    @Test func `is graded anew under a key that was mended, and completes the course then`() async throws {
        let school = try await School(), lesson = try await school.lesson()
        let wrong = #"{"id":"1","type":"true_false","text":"a","answer":false}"#
        let quiz = try await school.quiz(wrong, #","required":true"#)
        let ann = try await school.student("ann"), store = school.store
        let id = try await store.start(quiz, seed: 3, by: ann).attempt.paper.attempt
        let submitted = try await store.submit(
            try School.json(#"{"answers":[{"question":"1","answer":true}]}"#), in: id, by: ann)
        #expect(submitted.paper.isPassed == false)
        let report = ReportProgress(lesson: lesson, report: .init(isCompleted: true))
        #expect(try await store.report(report, by: ann).completedAt == nil)
        let mended = try WriteQuiz(
            School.json(
                #"{"title":"q","required":true,"questions":[{"id":"1","type":"true_false","text":"a","answer":true}]}"#)
        )
        _ = try await store.change(quiz, mended, by: school.staff)
        #expect(try await store.attempt(id, for: ann).paper.isPassed == true)
        let user = try #require(ann.user)
        let progress = try #require(try await store.progress(of: user, in: school.key).first)
        #expect(progress.completedAt != nil)
        let others = try WriteQuiz(
            School.json(
                #"{"title":"q","questions":[{"type":"short_text","text":"z","answer":[]}],"required":true}"#))
        let refusal = await School.refusal { () async throws(CourseRefusal) in
            try await store.change(quiz, others, by: school.staff)
        }
        #expect(refusal == .hasAttempts)
    }

    @Test(arguments: ["the student", "an instructor", "the certificate"])
    func `is whole by an attempt whose time was up, before anybody looks`(first: String) async throws {
        let school = try await School(), lesson = try await school.lesson()
        let quiz = try await school.quiz(
            #"{"type":"true_false","text":"a","answer":true}"#, #","time_limit_s":60,"required":true"#)
        let ann = try await school.student("ann"), user = try #require(ann.user), store = school.store
        let report = ReportProgress(lesson: lesson, report: .init(isCompleted: true))
        #expect(try await store.report(report, by: ann).completedAt == nil)
        let id = try await store.start(quiz, seed: 3, by: ann).attempt.paper.attempt
        _ = try await store.save(try School.json(#"{"answers":[{"question":"1","answer":true}]}"#), in: id, by: ann)
        school.house.time.pass(milliseconds: 76_000)
        switch first {
        case "the student":
            #expect(try await store.progress(of: user, in: school.key).first?.completedAt != nil)
        case "an instructor":
            let reports = try await store.reports(of: school.key, in: .usual, for: school.staff)
            #expect(reports.first?.figures.completed == 1)
        default:
            var random = RandomSource(seed: 1)
            let certificate = CertificateID(random: &random)
            #expect(try await store.certificate(in: school.key, orMake: certificate, by: ann).student == user)
        }
        let one = try await store.report(on: user, in: school.key, for: school.staff)
        #expect(one.progress.completedAt != nil)
        #expect(one.quizzes.map(\.attemptsCount) == [1] && one.quizzes.map(\.isPassed) == [true])
    }

    @Test func `keeps nothing of a lesson that is gone, of however many students`() async throws {
        let school = try await School(), gone = try await school.lesson(), kept = try await school.lesson("kept")
        for number in 0..<(CourseBounds.forgottenMax + 20) {
            let student = try await school.student("s\(number)")
            for lesson in [gone, kept] {
                _ = try await school.store.report(
                    ReportProgress(lesson: lesson, report: .init(percent: 10)), by: student)
            }
        }
        try await school.store.remove(gone, expecting: nil, by: school.staff)
        let count = "SELECT count(*) FROM lesson_progress WHERE lesson = "
        #expect(try school.house.count(count + "\(gone)") == 0)
        #expect(try school.house.count(count + "\(kept)") == Int64(CourseBounds.forgottenMax + 20))
    }

    @Test func `has a bound on all that a course says`() async throws {
        let school = try await School(), chapter = String(repeating: "a", count: CourseBounds.markdownBytesMax)
        var added = 0, last: LessonID?
        let refusal = await School.refusal { () async throws(CourseRefusal) in
            while added < 40 {
                let lesson = AddLesson(content: LessonContent(title: "l", text: chapter), state: .published)
                last = try await school.store.add(lesson, to: school.key, by: school.staff).lesson.id
                added += 1
            }
        }
        #expect(refusal == .tooMany(what: "bytes in a course", max: CourseBounds.contentBytesMax))
        #expect(added == 23)
        let file = try await school.store.file(of: school.key, for: school.staff)
        #expect(file.json.count <= CourseBounds.courseFileBytesMax)
        #expect(try CourseFile(file.json) == file, "what goes out comes in again")
        // What takes no more room than before goes.
        let shorter = ContentEdit(try School.json(#"{"text":"short"}"#), isWhole: false)
        #expect(
            try await school.store.change(try #require(last), shorter, by: school.staff).lesson.content.text == "short")
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `makes a course popular by the same score in SQL as by the formula`(seed: UInt64) async throws {
        let school = try await School()
        let lesson = try await school.lesson(), time = school.house.time, window = FigureWindow.usual
        var random = RandomSource(seed: seed), rows: [Popularity.Row] = []
        for number in 0..<12 {
            let caller = try await school.student("s\(number)"), user = try #require(caller.user)
            let enrolledAt = time.now
            var activeAt = enrolledAt
            time.pass(milliseconds: Int64.random(in: 1...400_000_000, using: &random))
            if Bool.random(using: &random) {
                activeAt = time.now
                _ = try await school.store.report(
                    ReportProgress(lesson: lesson, report: .init(percent: 100)), by: caller)
                rows.append(.init(user: user, sign: .completed, at: time.now))
            }
            rows += [
                .init(user: user, sign: .enrolled, at: enrolledAt), .init(user: user, sign: .active, at: activeAt),
            ]
            time.pass(milliseconds: Int64.random(in: 1...400_000_000, using: &random))
        }
        let popular = try await school.store.popular(in: window, limit: 5, for: CourseCaller(user: nil))
        #expect(popular.map(\.score) == [Popularity(rows, in: window, at: time.now)])
    }
}
