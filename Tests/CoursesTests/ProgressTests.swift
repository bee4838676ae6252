import Base
import Courses
import Testing

@Suite("Progress") struct ProgressTests {
    private let room = Classroom()
    private let start = LessonProgress(lesson: Classroom.id(1), at: Classroom.start)

    @Test func `goes forward only`() throws {
        let half = try start.after(.init(percent: 50, resumeSeconds: 300), at: room.now.adding(seconds: 1))
        #expect(half.percent == 50)
        #expect(half.updatedAt == room.now.adding(seconds: 1))
        let back = try half.after(
            .init(percent: 20, isCompleted: false, resumeSeconds: 10), at: room.now.adding(seconds: 2))
        #expect(back.percent == 50)
        // Where one goes on is where one was last.
        #expect(back.resumeSeconds == 10)
        #expect(try back.after(.init(percent: 30), at: room.now.adding(seconds: 9)) == back)
    }

    @Test func `is whole when either is said and stays so`() throws {
        for report in [
            LessonProgress.Report(percent: 100), .init(isCompleted: true), .init(percent: 3, isCompleted: true),
        ] {
            let done = try start.after(report, at: room.now.adding(seconds: 1))
            #expect(done.percent == 100 && done.isCompleted && done.completedAt == room.now.adding(seconds: 1))
            let later = try done.after(.init(percent: 0, isCompleted: false), at: room.now.adding(seconds: 2))
            #expect(later == done)
        }
    }

    @Test func `begins anew when it is reset and in no other way`() throws {
        let done = try start.after(.init(isCompleted: true, resumeSeconds: 9), at: room.now)
        let again = done.reset(at: room.now.adding(seconds: 5))
        #expect(again == LessonProgress(lesson: start.lesson, at: room.now.adding(seconds: 5)))
        #expect(try again.after(.init(percent: 10), at: room.now.adding(seconds: 6)).percent == 10)
    }

    @Test func `refuses a report that says nothing or too much`() {
        #expect(fault { try start.after(.init(), at: room.now) } == " required")
        #expect(fault { try start.after(.init(percent: 101), at: room.now) } == "/percent out_of_range")
        #expect(fault { try start.after(.init(percent: -1), at: room.now) } == "/percent out_of_range")
        #expect(fault { try start.after(.init(resumeSeconds: -1), at: room.now) } == "/resume_s out_of_range")
    }

    @Test(arguments: (0..<30).map { UInt64($0) })
    func `never falls and comes to the same whatever the order of the reports`(seed: UInt64) throws {
        var random = RandomSource(seed: seed), reports: [LessonProgress.Report] = []
        for _ in 0..<20 {
            reports.append(
                .init(
                    percent: Int.random(in: 0...99, using: &random),
                    isCompleted: Int.random(in: 0..<30, using: &random) == 0))
        }
        var one = start
        for report in reports {
            let next = try one.after(report, at: room.now)
            #expect(next.percent >= one.percent && (next.isCompleted || !one.isCompleted))
            #expect(try next.after(report, at: room.now) == next)
            one = next
        }
        let other = try reports.shuffled(using: &random).reduce(start) { try $0.after($1, at: room.now) }
        #expect(other.percent == one.percent && other.isCompleted == one.isCompleted)
        let isCompleted = reports.contains { $0.isCompleted == true }
        #expect(one.percent == (isCompleted ? 100 : reports.compactMap(\.percent).max()))
    }

    @Test func `of a course is the mean of its published lessons and whole when all of them are`() throws {
        let outline = try Classroom.outline(4).setting(.draft, of: Classroom.id(4))
        func lesson(_ number: Int64, _ percent: Int) throws -> LessonProgress {
            try LessonProgress(lesson: Classroom.id(number), at: room.now).after(.init(percent: percent), at: room.now)
        }
        let some = CourseProgress(through: outline, [try lesson(1, 100), try lesson(2, 99)])
        #expect(some.percent == 66 && some.lessonsCompleted == 1 && some.lessonsCount == 3 && !some.isComplete)
        #expect(some.next == Classroom.id(2))
        let nearly = CourseProgress(through: outline, [try lesson(1, 100), try lesson(2, 100), try lesson(3, 99)])
        #expect(nearly.percent == 99 && !nearly.isComplete)
        let all = [try lesson(1, 100), try lesson(2, 100), try lesson(3, 100)]
        let whole = CourseProgress(through: outline, all)
        #expect(whole.percent == 100 && whole.isComplete && whole.next == nil)
        let quiz: QuizID = Classroom.id(5)
        #expect(!CourseProgress(through: outline, all, requiring: [quiz]).isComplete)
        #expect(CourseProgress(through: outline, all, requiring: [quiz], passed: [quiz]).isComplete)
        #expect(CourseProgress(through: Outline(), []).percent == 0)
        #expect(!CourseProgress(through: Outline(), []).isComplete)
    }

    @Test func `once completed stays so when lessons are added`() throws {
        let done = try start.after(.init(isCompleted: true), at: room.now)
        let completion = Completion().after(CourseProgress(through: Classroom.outline(1), [done]), at: room.now)
        #expect(completion.completedAt == room.now)
        let more = CourseProgress(through: Classroom.outline(2), [done])
        #expect(more.percent == 50)
        #expect(completion.after(more, at: room.now.adding(seconds: 9)) == completion)
    }

    @Test func `is made by students, in lessons that are open to them`() throws {
        let outline = try Classroom.outline(3, [2: [1]]).setting(.draft, of: Classroom.id(3))
        func report(
            _ number: Int64, as role: CourseRole = .student, completed: Set<LessonID> = [], in course: Course? = nil
        ) throws -> LessonProgress {
            try ReportProgress(lesson: Classroom.id(number), report: .init(percent: 10)).decide(
                in: course ?? room.course, outline, as: role, present: nil, completed: completed, at: room.now)
        }
        #expect(try report(1).percent == 10)
        #expect(throws: CourseRefusal.lessonLocked(by: [Classroom.id(1)])) { try report(2) }
        #expect(try report(2, completed: [Classroom.id(1)]).percent == 10)
        #expect(throws: CourseRefusal.noSuchLesson) { try report(3) }
        #expect(throws: CourseRefusal.noSuchLesson) { try report(9) }
        #expect(throws: CourseRefusal.notEnrolled) { try report(1, as: .stranger) }
        #expect(throws: CourseRefusal.notEnrolled) { try report(1, as: .staff) }
        #expect(throws: CourseRefusal.archived) { try report(1, in: Classroom(state: .archived).course) }
    }
}
