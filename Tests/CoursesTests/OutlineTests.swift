import Base
import Courses
import Testing

@Suite("Lessons") struct OutlineTests {
    private let room = Classroom()

    private func ids(_ numbers: [Int64]) -> [LessonID] { numbers.map { Classroom.id($0) } }

    @Test func `are put in order as a whole`() throws {
        let outline = try Classroom.outline(4, [2: [1]]).reordered(to: ids([3, 1, 4, 2]))
        #expect(outline.entries.map(\.id) == ids([3, 1, 4, 2]))
        #expect(outline[Classroom.id(2)]?.prerequisites == ids([1]))
    }

    @Test(arguments: [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 3], [1, 2, 3, 9], []] as [[Int64]])
    func `keep their order when another one does not name each of them once`(order: [Int64]) {
        #expect(fault { try Classroom.outline(4).reordered(to: ids(order)) } == "/lessons invalid_order")
    }

    @Test func `build on no lesson of another course and never on themselves`() throws {
        let outline = Classroom.outline(4, [2: [1], 3: [2], 4: [3]])
        #expect(fault { try outline.setting(ids([9]), of: Classroom.id(1)) } == "/prerequisites not_found")
        #expect(fault { try outline.setting(ids([1]), of: Classroom.id(1)) } == "/prerequisites cycle")
        #expect(fault { try outline.setting(ids([4]), of: Classroom.id(1)) } == "/prerequisites cycle")
        #expect(throws: CourseRefusal.noSuchLesson) { try outline.setting([], of: Classroom.id(9)) }
        let changed = try outline.setting(ids([1, 2, 1]), of: Classroom.id(4))
        #expect(changed[Classroom.id(4)]?.prerequisites == ids([1, 2]))
    }

    @Test(arguments: (0..<20).map { UInt64($0) })
    func `can always be learned in some order whatever is built on what`(seed: UInt64) throws {
        var random = RandomSource(seed: seed), outline = Classroom.outline(12)
        for _ in 1...80 {
            let lesson = Int64.random(in: 1...12, using: &random)
            let wanted = (0..<Int.random(in: 0...3, using: &random)).map { _ in Int64.random(in: 1...12, using: &random)
            }
            if let changed = try? outline.setting(ids(wanted), of: Classroom.id(lesson)) { outline = changed }
            var completed: Set<LessonID> = []
            while let next = outline.published.first(where: {
                !completed.contains($0) && outline.missing(before: $0, completed: completed).isEmpty
            }) {
                completed.insert(next)
            }
            #expect(completed.count == 12)
        }
    }

    @Test func `that go are built on by nothing any more`() throws {
        let outline = try Classroom.outline(3, [3: [1, 2]]).removing(Classroom.id(1))
        #expect(outline.entries.map(\.id) == ids([2, 3]))
        #expect(outline[Classroom.id(3)]?.prerequisites == ids([2]))
    }

    @Test func `that are drafts are in nobody's way`() throws {
        let outline = try Classroom.outline(2, [2: [1]]).setting(.draft, of: Classroom.id(1))
        #expect(outline.published == ids([2]))
        #expect(outline.missing(before: Classroom.id(2), completed: []).isEmpty)
    }

    @Test func `are at most a thousand`() throws {
        let full = Classroom.outline(1_000)
        #expect(throws: CourseRefusal.tooMany(what: "lessons in a course", max: 1_000)) {
            try full.adding(.init(id: Classroom.id(1_001)))
        }
    }

    @Test func `are added behind the others and changed by who has read them last`() throws {
        let outline = Classroom.outline(2)
        let lesson = try AddLesson(content: LessonContent(title: "Hives"), prerequisites: ids([2])).decide(
            as: Classroom.id(3), in: room.course, outline, as: .staff, at: room.now)
        #expect(lesson.position == 3)
        #expect(lesson.state == .draft)
        let whole = try outline.adding(.init(id: lesson.id, state: .draft, prerequisites: lesson.prerequisites))
        let change = ChangeLesson(expected: 1, state: .published, prerequisites: ids([1]))
        let changed = try change.decide(of: lesson, in: room.course, whole, as: .staff, at: room.now)
        #expect(changed.state == .published)
        #expect(changed.prerequisites == ids([1]))
        #expect(throws: CourseRefusal.changedMeanwhile) {
            try change.decide(of: changed, in: room.course, whole, as: .staff, at: room.now)
        }
        #expect(throws: CourseRefusal.notStaff) {
            try change.decide(of: lesson, in: room.course, whole, as: .student, at: room.now)
        }
    }

    @Test func `are never all taken out of a published course`() throws {
        let outline = Classroom.outline(1)
        #expect(throws: CourseRefusal.notPublished(missing: "a published lesson")) {
            try ChangeLesson(state: .draft).decide(
                of: room.lesson(1), in: room.course, outline, as: .staff, at: room.now)
        }
        #expect(throws: CourseRefusal.notPublished(missing: "a published lesson")) {
            try RemoveLesson(lesson: Classroom.id(1)).decide(in: room.course, outline, as: .staff)
        }
        let draft = Classroom(state: .draft).course
        #expect(try RemoveLesson(lesson: Classroom.id(1)).decide(in: draft, outline, as: .staff).entries.isEmpty)
    }

    @Test func `lead to pages of the web alone`() {
        func wrong(_ url: String) -> String? { fault { try LessonContent(title: "Hives", videoURL: url).validate() } }
        #expect(wrong("https://example.org/a?b=c#d") == nil)
        #expect(wrong("HTTP://example.org") == nil)
        for url in [
            "javascript:alert(1)", "https:///a", "ftp://a", " https://a", "https://a b", "//a", "", "https://a\n",
        ] {
            #expect(wrong(url) == "/video_url invalid_format")
        }
    }
}
