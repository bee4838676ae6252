import Base
@testable import Courses
import Testing

@Suite("Courses as files") struct CourseFileTests {
    private static func file() -> CourseFile {
        CourseFile(
            content: CourseContent(
                title: "Bees", summary: "All of them", description: "# Bees\n", tags: ["bees", "honey"],
                level: .beginner,
                language: "en", cover: "f1"),
            rules: EnrolmentRules(
                admission: .approval, capacity: 30, hasWaitingList: true, opensAt: Classroom.start,
                closesAt: Classroom.start.adding(seconds: 60), ageMin: 12),
            lessons: [
                .init(
                    content: LessonContent(
                        title: "Hives", text: "a \"b\" \\ c\u{1}", videoURL: "https://example.org/v",
                        links: [.init(title: "more", url: "https://example.org")], attachments: ["f2"],
                        durationSeconds: 90),
                    state: .published),
                .init(content: LessonContent(title: "Honey"), state: .draft, prerequisites: [0]),
            ],
            quizzes: [
                WriteQuiz(
                    title: "What bees do",
                    rules: QuizRules(
                        passMark: 70, attemptsMax: 3, timeLimitSeconds: 600, opensAt: Classroom.start,
                        closesAt: Classroom.start.adding(seconds: 60), shufflesQuestions: true, shufflesOptions: true,
                        hasPartialCredit: true, feedback: .afterClosing, isRequired: true, isPublished: false),
                    questions: QuizRoom.questions + [QuizRoom.essayQuestion])
            ])
    }

    @Test func `come back as they went out`() throws {
        #expect(try CourseFile(Self.file().json) == Self.file())
        let least = CourseFile(content: CourseContent(title: "Bees"))
        #expect(try CourseFile(least.json) == least)
    }

    @Test func `have what builds on what by places, so that another server can read it`() {
        let room = Classroom()
        var second = room.lesson(55), first = room.lesson(88)
        (first.position, second.position) = (1, 2)
        second.prerequisites = [first.id]
        let file = CourseFile(room.course, [second, first], [QuizRoom().quiz])
        #expect(file.lessons.map(\.content.title) == ["Lesson 88", "Lesson 55"])
        #expect(file.lessons.map(\.prerequisites) == [[], [0]])
        #expect(file.quizzes.map(\.questions) == [QuizRoom.questions])
    }

    @Test func `are read whole or not at all, and say what is wrong where`() throws {
        let good = String(decoding: Self.file().json, as: UTF8.self)
        func wrong(_ part: String, _ other: String) -> String? {
            #expect(good.contains(part))
            let index = good.firstRange(of: part)
            guard let index else { return "not there" }
            return fault { try CourseFile(Array((good[..<index.lowerBound] + other + good[index.upperBound...]).utf8)) }
        }
        #expect(wrong("confab-course", "other") == "/format not_supported")
        #expect(wrong(#""version":1"#, #""version":2"#) == "/format not_supported")
        #expect(wrong(#""title":"Bees""#, #""title":"""#) == "/course/title invalid_length")
        #expect(wrong(#""capacity":30"#, #""capacity":0"#) == "/course/capacity out_of_range")
        #expect(wrong(#""title":"Hives""#, #""title":" ""#) == "/lessons/0/title invalid_format")
        #expect(wrong("https://example.org/v", "javascript:1") == "/lessons/0/video_url invalid_format")
        #expect(wrong(#""prerequisites":[0]"#, #""prerequisites":[1]"#) == "/lessons/1/prerequisites cycle")
        #expect(wrong(#""prerequisites":[0]"#, #""prerequisites":[2]"#) == "/lessons/1/prerequisites not_found")
        #expect(wrong(#""prerequisites":[0]"#, #""prerequisites":["0"]"#) == "/lessons/1/prerequisites/0 invalid_type")
        #expect(wrong(#""pass_mark":70"#, #""pass_mark":700"#) == "/quizzes/0/pass_mark out_of_range")
        #expect(wrong(#""answer":true"#, #""answer":null"#) == "/quizzes/0/questions/2/answer required")
        #expect(fault { try CourseFile(Array("{".utf8)) } == " invalid_format")
        #expect(fault { try CourseFile([0xFF]) } == " invalid_format")
    }

    @Test(arguments: (0..<20).map { UInt64($0) })
    func `never trap, whatever is in them`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 1...30 {
            var bytes = Self.file().json
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &random)
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(Array(#"0123456789-[]{}",:en"#.utf8).randomElement(using: &random) ?? 0x30, at: place)
                }
            }
            // What was read once can be written and read again.
            if let file = try? CourseFile(bytes) { #expect((try? CourseFile(file.json)) == file) }
        }
    }
}

@Suite("Rosters as files") struct RosterFileTests {
    @Test func `are tables that no spreadsheet runs`() {
        let enrolment = Enrolment(
            course: Classroom.id(7), user: Classroom.ann, state: .waiting(place: 3), since: Classroom.start)
        let csv = RosterFile([
            .init(enrolment: enrolment, username: "ann", displayName: "=cmd|' /C calc'!A0", percent: 40),
            .init(enrolment: enrolment, username: "b,\"c", displayName: "two\nlines"),
        ]).csv
        let lines = String(decoding: csv, as: UTF8.self)
        #expect(lines.hasPrefix("user,username,display_name,state,since,enrolled_at,percent,completed_at\r\n"))
        #expect(lines.contains("11,ann,'=cmd|' /C calc'!A0,waiting,\(Classroom.start.rfc3339),,40,\r\n"))
        #expect(lines.contains("11,\"b,\"\"c\",\"two\nlines\",waiting,"))
    }
}
