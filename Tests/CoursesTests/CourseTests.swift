import Base
import Courses
import Testing

@Suite("Courses") struct CourseTests {
    private let room = Classroom()

    // MARK: Making

    @Test func `is made as a draft that belongs to who made it`() throws {
        let new = CreateCourse(
            content: CourseContent(title: "Bees"), instructors: [Classroom.helper, Classroom.teacher, Classroom.helper])
        let course = try new.decide(as: Classroom.id(3), by: Classroom.teacher, at: room.now) { _ in false }
        #expect(course.state == .draft)
        #expect(course.owner == Classroom.teacher)
        #expect(course.instructors == [Classroom.helper])
        #expect(course.slug.text == "bees")
    }

    @Test(arguments: [
        ("Bees & Honey: an Introduction", "bees-honey-an-introduction"), ("  Über Öl  ", "uber-ol"),
        ("Łódź, później", "lodz-pozniej"), ("量子力学", "course"), ("2026", "course-2026"), ("Popular!", "course-popular"),
        ("C++", "c"), ("---", "course"),
    ])
    func `has a slug made of its title`(title: String, slug: String) throws {
        #expect(Slug.made(of: title, for: Classroom.id(9)) { _ in false }.text == slug)
        // What is made can be given too.
        #expect(try Slug(slug).text == slug)
    }

    @Test func `is given another slug where one is taken and never asks long for it`() {
        var asked = 0
        let many = Set((2...9).map { "bees-\($0)" } + ["bees"])
        let slug = Slug.made(of: "Bees", for: Classroom.id(4_711)) { candidate in
            asked += 1
            return many.contains(candidate.text)
        }
        #expect(slug.text == "bees-4711")
        #expect(asked == 10)
    }

    @Test(arguments: ["", "Bees", "a--b", "-a", "a-", "12", "ü", "a b", "popular", String(repeating: "a", count: 81)])
    func `takes no slug that could be read as something else`(text: String) {
        #expect(throws: CourseRefusal.self) { try Slug(text) }
    }

    @Test func `refuses what is too long, too much or no language`() {
        func wrong(_ change: (inout CourseContent) -> Void) -> String? {
            var content = CourseContent(title: "Bees")
            change(&content)
            return fault { try content.validate() }
        }
        #expect(wrong { $0.title = "" } == "/title invalid_length")
        #expect(wrong { $0.title = " \t" } == "/title invalid_format")
        #expect(wrong { $0.title = "a\u{202E}b" } == "/title invalid_format")
        #expect(wrong { $0.summary = String(repeating: "a", count: 1_025) } == "/summary too_long")
        #expect(wrong { $0.tags = (1...21).map { "\($0)" } } == "/tags too_many")
        #expect(wrong { $0.tags = ["a", "a"] } == "/tags duplicate")
        #expect(wrong { $0.tags = [""] } == "/tags invalid_length")
        for language in ["", "d", "de_AT", "de-", "waytoolongpart", "1a"] {
            #expect(wrong { $0.language = language } == "/language invalid_format")
        }
        for language in ["de", "pt-BR", "zh-Hant-TW"] { #expect(wrong { $0.language = language } == nil) }
        #expect(wrong { $0.title = "Familie 👩‍👩‍👧 & co" } == nil)
        let rules = EnrolmentRules(opensAt: room.now, closesAt: room.now)
        #expect(fault { try rules.validate() } == "/enrolment_closes_at out_of_range")
        #expect(fault { try EnrolmentRules(hasWaitingList: true).validate() } == "/waiting_list not_supported")
        #expect(fault { try EnrolmentRules(capacity: 0).validate() } == "/capacity out_of_range")
    }

    // MARK: Changing

    @Test func `is changed by who has read it last and tells others`() throws {
        let change = ChangeCourse(expected: 1, content: CourseContent(title: "Wasps"))
        let changed = try change.decide(of: room.course, as: .staff, knowing: .init(), at: room.now.adding(seconds: 5))
        #expect(changed.content.title == "Wasps")
        #expect(changed.version == 2)
        #expect(changed.updatedAt == room.now.adding(seconds: 5))
        #expect(throws: CourseRefusal.changedMeanwhile) {
            try change.decide(of: changed, as: .staff, knowing: .init(), at: room.now)
        }
    }

    @Test func `is the same and has the same version when nothing of it changes`() throws {
        let change = ChangeCourse(content: room.course.content, instructors: [Classroom.helper, Classroom.teacher])
        #expect(try change.decide(of: room.course, as: .staff, knowing: .init(), at: room.now) == room.course)
    }

    @Test func `is published when there is something to learn`() throws {
        let draft = Classroom(state: .draft).course, publish = ChangeCourse(state: .published)
        #expect(throws: CourseRefusal.notPublished(missing: "a published lesson")) {
            try publish.decide(of: draft, as: .staff, knowing: .init(), at: room.now)
        }
        let published = try publish.decide(of: draft, as: .staff, knowing: .init(publishedLessons: 1), at: room.now)
        #expect(published.state == .published)
        #expect(published.publishedAt == room.now)
    }

    @Test func `is no draft again once somebody is on its roster`() throws {
        let back = ChangeCourse(state: .draft)
        #expect(throws: CourseRefusal.hasStudents) {
            try back.decide(of: room.course, as: .staff, knowing: .init(rosterCount: 1), at: room.now)
        }
        #expect(try back.decide(of: room.course, as: .staff, knowing: .init(), at: room.now).state == .draft)
    }

    @Test func `changes in nothing while it is archived`() throws {
        let archived = Classroom(state: .archived).course
        #expect(throws: CourseRefusal.archived) {
            try ChangeCourse(content: CourseContent(title: "Wasps")).decide(
                of: archived, as: .staff, knowing: .init(), at: room.now)
        }
        let reopened = try ChangeCourse(state: .published).decide(
            of: archived, as: .staff, knowing: .init(), at: room.now)
        #expect(reopened.state == .published)
    }

    @Test func `keeps a slug that is another course's for that one`() {
        let slug = Slug.made(of: "Wasps", for: Classroom.id(1)) { _ in false }
        #expect(throws: CourseRefusal.slugTaken) {
            try ChangeCourse(slug: slug).decide(
                of: room.course, as: .staff, knowing: .init(isSlugTaken: true), at: room.now)
        }
    }

    @Test func `is there again as it was when its deletion is taken back`() throws {
        let deleted = try room.course.deleted(expecting: 1, as: .staff, at: room.now)
        #expect(!CourseRole.staff.sees(deleted))
        #expect(throws: CourseRefusal.noSuchCourse) { try deleted.deleted(expecting: nil, as: .staff, at: room.now) }
        #expect(throws: CourseRefusal.noSuchCourse) { try deleted.restored(as: .stranger, at: room.now) }
        var restored = try deleted.restored(as: .staff, at: room.now)
        #expect(restored.version == 3)
        restored.version = 1
        #expect(restored == room.course)
    }

    @Test func `has those who teach it lead its channel`() throws {
        let change = ChangeCourse(instructors: [Classroom.bob, Classroom.ann])
        let changed = try change.decide(of: room.course, as: .staff, knowing: .init(), at: room.now)
        #expect(
            ChannelMove.moves(from: room.course, to: changed)
                == [.lead(Classroom.ann), .lead(Classroom.bob), .leave(Classroom.helper)])
        #expect(ChannelMove.moves(from: changed, to: changed).isEmpty)
    }

    // MARK: Seeing

    @Test func `is seen by whom it concerns`() {
        let seen = { (role: CourseRole, state: Course.State) in role.sees(Classroom(state: state).course) }
        #expect(Course.State.allCases.map { seen(.staff, $0) } == [true, true, true])
        #expect(Course.State.allCases.map { seen(.student, $0) } == [false, true, true])
        #expect(Course.State.allCases.map { seen(.stranger, $0) } == [false, true, false])
    }

    @Test func `shows its lessons to students and their drafts to those who teach`() {
        let lesson = room.lesson(1), draft = room.lesson(2, .draft)
        #expect(
            [CourseRole.staff, .student, .stranger].map { $0.reads(lesson, of: room.course) } == [true, true, false])
        #expect(
            [CourseRole.staff, .student, .stranger].map { $0.reads(draft, of: room.course) } == [true, false, false])
    }

    @Test func `tells a stranger who wants to change it no more than they may know`() {
        #expect(throws: CourseRefusal.notStaff) { try CourseRole.stranger.requireStaff(of: room.course) }
        let draft = Classroom(state: .draft).course
        #expect(throws: CourseRefusal.noSuchCourse) { try CourseRole.stranger.requireStaff(of: draft) }
    }

    @Test func `makes staff of those who teach it and of those who may rule every course`() {
        func role(_ user: UserID?, ruling: Bool = false, _ state: Enrolment.State? = nil) -> CourseRole {
            CourseRole(of: user, in: room.course, ruling: ruling, enrolled: state)
        }
        #expect(role(Classroom.teacher) == .staff)
        #expect(role(Classroom.helper) == .staff)
        #expect(role(Classroom.ann, ruling: true) == .staff)
        #expect(role(Classroom.ann, .active) == .student)
        for state in [Enrolment.State.invited, .requested, .waiting(place: 1), .left, .turnedAway] {
            #expect(role(Classroom.ann, state) == .stranger)
        }
        #expect(role(nil, ruling: true) == .stranger)
    }
}
