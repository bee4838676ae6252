import Base
@testable import Courses
import Testing

@Suite("Attempts") struct AttemptTests {
    private typealias Q = QuizRoom

    // MARK: Beginning

    @Test func `go on where they were when they are begun again`() throws {
        var hall = QuizRoom()
        let first = try hall.start()
        try hall.save([Q.truth: .truth(true)])
        hall.now = hall.now.adding(seconds: 100)
        let again = try hall.start(seed: 7)
        #expect(again.id == first.id && again.seed == 42 && again.answers == [Q.truth: .truth(true)])
        #expect(hall.attempts.count == 1)
    }

    @Test func `are as many as the quiz allows and no more`() throws {
        var hall = QuizRoom(QuizRules(attemptsMax: 2))
        for number in 1...2 {
            #expect(try hall.start().number == number)
            _ = try hall.submit()
        }
        #expect(throws: CourseRefusal.attemptsSpent(max: 2)) { try hall.start() }
    }

    @Test func `are begun by students while the quiz is open`() throws {
        let now = Classroom.start
        var early = QuizRoom(QuizRules(opensAt: now.adding(seconds: 1)))
        #expect(throws: CourseRefusal.quizNotOpenYet(until: now.adding(seconds: 1))) { try early.start() }
        var late = QuizRoom(QuizRules(closesAt: now))
        #expect(throws: CourseRefusal.quizClosed(since: now)) { try late.start() }
        var hidden = QuizRoom(QuizRules(isPublished: false))
        #expect(throws: CourseRefusal.noSuchQuiz) { try hidden.start() }
        var hall = QuizRoom()
        #expect(throws: CourseRefusal.notEnrolled) { try hall.start(as: .stranger) }
        #expect(throws: CourseRefusal.notEnrolled) { try hall.start(as: .staff) }
    }

    // MARK: Saving

    @Test func `keep each answer until another one is given or it is taken back`() throws {
        var hall = QuizRoom()
        _ = try hall.start()
        try hall.save([Q.truth: .truth(true), Q.single: .choice(1)])
        try hall.save([Q.single: .choice(2)])
        #expect(hall.attempts[0].answers == [Q.truth: .truth(true), Q.single: .choice(2)])
        try hall.save([Q.truth: nil])
        #expect(hall.attempts[0].answers == [Q.single: .choice(2)])
    }

    @Test func `keep nothing of a save that is wrong in part`() throws {
        var hall = QuizRoom()
        _ = try hall.start()
        let wrong: [[QuestionID: Answer?]] = [
            [Q.truth: .truth(true), Classroom.id(99): .truth(true)], [Q.truth: .truth(true), Q.single: .choice(4)],
            [Q.truth: .truth(true), Q.single: .choice(-1)], [Q.truth: .truth(true), Q.multiple: .choices([0, 0])],
            [Q.truth: .truth(true), Q.multiple: .choices([0, 4])], [Q.truth: .truth(true), Q.single: .truth(true)],
            [Q.truth: .truth(true), Q.text: .text(String(repeating: "a", count: (16 << 10) + 1))],
        ]
        for answers in wrong {
            #expect(throws: CourseRefusal.self) { try hall.save(answers) }
            #expect(hall.attempts[0].answers.isEmpty)
        }
    }

    @Test func `are not taken back by a save that comes late`() throws {
        var hall = QuizRoom()
        _ = try hall.start()
        try hall.save([Q.single: .choice(2)], revision: 5)
        try hall.save([Q.single: .choice(0)], revision: 4)
        try hall.save([Q.single: .choice(0)], revision: 5)
        #expect(hall.attempts[0].answers == [Q.single: .choice(2)])
        #expect(throws: CourseRefusal.self) { try hall.save([:], revision: 0) }
    }

    @Test func `belong to one student alone, and while they are one`() throws {
        var hall = QuizRoom()
        let attempt = try hall.start(), archived = Classroom(state: .archived).course
        func save(_ user: UserID, as role: CourseRole = .student, in course: Course? = nil) throws -> Attempt {
            try SaveAnswers(answers: [:]).decide(
                of: attempt, under: hall.quiz, in: course ?? hall.room.course, as: role, by: user, at: hall.now)
        }
        func submit(_ user: UserID, as role: CourseRole = .student, in course: Course? = nil) throws -> Attempt {
            try SubmitAttempt().decide(
                of: attempt, under: hall.quiz, in: course ?? hall.room.course, as: role, by: user, at: hall.now
            ).attempt
        }
        for act in [save, submit] {
            #expect(throws: CourseRefusal.noSuchAttempt) { try act(Classroom.bob, .student, nil) }
            #expect(throws: CourseRefusal.notEnrolled) { try act(Classroom.ann, .stranger, nil) }
            #expect(throws: CourseRefusal.noSuchCourse) { try act(Classroom.ann, .stranger, archived) }
            // What was begun may be ended.
            #expect(throws: Never.self) { try act(Classroom.ann, .student, archived) }
        }
    }

    // MARK: Time

    @Test func `end with their time and a little grace for the network`() throws {
        var hall = QuizRoom(QuizRules(timeLimitSeconds: 60))
        let attempt = try hall.start(), deadline = Classroom.start.adding(seconds: 60)
        #expect(attempt.deadline == deadline)
        hall.now = deadline.adding(seconds: CourseBounds.graceSeconds)
        try hall.save([Q.truth: .truth(true)])
        hall.now.milliseconds += 1
        #expect(throws: CourseRefusal.timeIsUp(since: deadline)) { try hall.save([Q.single: .choice(2)]) }
        // What comes with a late submission is not taken; what was saved counts.
        let closed = try hall.submit(Q.right)
        #expect(closed.submittedAt == deadline && closed.state == .graded)
        #expect(closed.answers == [Q.truth: .truth(true)])
        #expect(closed.grade?.score?.hundredths == 1_000)
    }

    @Test func `whose time is up are closed for whoever looks though nobody has closed them`() throws {
        var hall = QuizRoom(QuizRules(attemptsMax: 2, timeLimitSeconds: 60))
        let attempt = try hall.start()
        try hall.save([Q.truth: .truth(true)])
        hall.now = hall.now.adding(seconds: 10_000)
        #expect(Paper(hall.attempts[0], of: hall.quiz, at: hall.now).state == .graded)
        let second = try hall.start()
        #expect(second.number == 2)
        #expect(hall.attempts[0].id == attempt.id && hall.attempts[0].state == .graded)
        #expect(hall.attempts[0].submittedAt == attempt.deadline)
    }

    @Test func `go no further than the quiz`() throws {
        let closing = Classroom.start.adding(seconds: 30)
        var hall = QuizRoom(QuizRules(timeLimitSeconds: 60, closesAt: closing))
        #expect(try hall.start().deadline == closing)
    }

    // MARK: Submitting

    @Test func `are submitted once however often that is said`() throws {
        var hall = QuizRoom()
        _ = try hall.start()
        let first = try hall.submit(Q.right)
        #expect(first.grade?.score?.hundredths == 10_000 && first.grade?.isPassed == true)
        hall.now = hall.now.adding(seconds: 9)
        #expect(try hall.submit([Q.truth: .truth(false)]) == first)
        #expect(throws: CourseRefusal.attemptClosed) { try hall.save([Q.truth: .truth(false)]) }
    }

    @Test func `stay open when what is submitted with them is wrong`() throws {
        var hall = QuizRoom()
        _ = try hall.start()
        #expect(throws: CourseRefusal.self) { try hall.submit([Q.single: .choice(9), Q.truth: .truth(true)]) }
        #expect(hall.attempts[0].state == .open && hall.attempts[0].answers.isEmpty)
    }

    @Test func `count by the best of them and the first of those`() throws {
        var hall = QuizRoom()
        for answers in [
            [Q.truth: Answer.truth(true)], [Q.number: .number(Q.exact("9.81"))], [Q.number: .number(Q.exact("9.81"))],
        ] {
            _ = try hall.start()
            _ = try hall.submit(answers.mapValues { .some($0) })
        }
        #expect(hall.attempts.best?.number == 2)
    }

    // MARK: By hand

    @Test func `wait for somebody who reads what no key can grade`() throws {
        var hall = QuizRoom(QuizRules(passMark: 60), Q.questions + [Q.essayQuestion])
        _ = try hall.start()
        let submitted = try hall.submit(Q.right.merging([Q.essay: .text("They dance.")]) { one, _ in one })
        #expect(submitted.state == .submitted && submitted.grade?.score == nil)
        let queue = GradingQueue(of: hall.attempts, under: hall.quiz).items
        #expect(queue.map(\.question) == [Q.essay] && queue.map(\.answer) == ["They dance."])
        func mark(_ percent: Int, as role: CourseRole = .staff) throws -> Attempt {
            try GradeByHand(question: Q.essay, percent: percent, comment: "good").decide(
                of: submitted, under: hall.quiz, in: hall.room.course, as: role, by: Classroom.teacher, at: hall.now)
        }
        #expect(throws: CourseRefusal.notStaff) { try mark(10, as: .student) }
        #expect(fault { try mark(101) } == "/percent out_of_range")
        let graded = try mark(50)
        #expect(graded.state == .graded && graded.grade?.score?.hundredths == 7_500)
        #expect(GradingQueue(of: [graded], under: hall.quiz).items.isEmpty)
        // It may be thought over.
        #expect(try mark(0).grade?.score?.hundredths == 5_000)
    }

    @Test func `are not graded while they are open`() throws {
        var hall = QuizRoom(QuizRules(), [Q.essayQuestion])
        let open = try hall.start()
        #expect(throws: CourseRefusal.nothingToGrade) {
            try GradeByHand(question: Q.essay, percent: 1).decide(
                of: open, under: hall.quiz, in: hall.room.course, as: .staff, by: Classroom.teacher, at: hall.now)
        }
    }

    @Test func `are read in the order in which they were submitted`() throws {
        var hall = QuizRoom(QuizRules(), [Q.essayQuestion])
        for text in ["first", "second", " "] {
            hall.now = hall.now.adding(seconds: 1)
            _ = try hall.start()
            _ = try hall.submit([Q.essay: .text(text)])
        }
        #expect(
            GradingQueue(of: hall.attempts.reversed(), under: hall.quiz).items.map(\.answer) == ["first", "second"])
    }

    @Test func `are graded again under a mended key and keep what was said by hand`() throws {
        var hall = QuizRoom(QuizRules(passMark: 100))
        _ = try hall.start()
        let submitted = try hall.submit(Q.right.merging([Q.single: .choice(1)]) { _, new in new })
        #expect(submitted.grade?.score?.hundredths == 9_000 && submitted.grade?.isPassed == false)
        hall.quiz.questions[0].key = .singleChoice(1)
        #expect(submitted.regraded(under: hall.quiz).grade?.isPassed == true)
        let marked = try GradeByHand(question: Q.single, percent: 40).decide(
            of: submitted, under: hall.quiz, in: hall.room.course, as: .staff, by: Classroom.teacher, at: hall.now)
        #expect(marked.regraded(under: hall.quiz).grade?.score?.hundredths == 9_400)
        var open = QuizRoom()
        let attempt = try open.start()
        #expect(attempt.regraded(under: hall.quiz) == attempt)
    }
}

/// A student who does anything at any time, against what the rules say in plain words.
@Suite("Histories of attempts") struct AttemptHistoryTests {
    @Test(arguments: (0..<30).map { UInt64($0) })
    func `never have more attempts than allowed, two at once, or an answer from behind the end`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let most = Int.random(in: 1...4, using: &random)
        var hall = QuizRoom(QuizRules(attemptsMax: most, timeLimitSeconds: 100))
        var lastInTime: [AttemptID: [QuestionID: Answer]] = [:], closed: [AttemptID: Attempt] = [:]
        for _ in 1...200 {
            hall.now.milliseconds += Int64.random(in: 0...30_000, using: &random)
            let present = hall.attempts.last
            let isInTime = present?.deadline.map { hall.now <= $0.adding(seconds: CourseBounds.graceSeconds) } ?? false
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: _ = try? hall.start(seed: random.next())
            case 2: if present != nil { _ = try hall.submit([QuizRoom.truth: .truth(Bool.random(using: &random))]) }
            default:
                let answer = Answer.choice(Int.random(in: 0...3, using: &random))
                let wasOpen = present?.state == .open
                do throws(CourseRefusal) {
                    try hall.save([QuizRoom.single: answer])
                    #expect(wasOpen && isInTime)
                } catch {
                    #expect(!wasOpen || !isInTime)
                }
            }
            #expect(hall.attempts.count <= most)
            #expect(hall.attempts.map(\.number) == Array(0..<hall.attempts.count).map { $0 + 1 })
            #expect(hall.attempts.filter { $0.settled(under: hall.quiz, at: hall.now).state == .open }.count <= 1)
            for attempt in hall.attempts {
                if attempt.state == .open {
                    lastInTime[attempt.id] = attempt.answers
                } else if let first = closed[attempt.id] {
                    #expect(attempt == first, "what is closed stays as it is")
                } else {
                    closed[attempt.id] = attempt
                    let end = try #require(attempt.deadline), at = try #require(attempt.submittedAt)
                    #expect(at <= end)
                    if at == end, hall.now > end.adding(seconds: CourseBounds.graceSeconds) {
                        #expect(attempt.answers == lastInTime[attempt.id] ?? [:])
                    }
                }
            }
        }
    }
}
