import Auth
import Base
import Channels
import Courses
import TestSupport
import Testing

@testable import Persistence

@Suite("Stored rosters") struct CourseRosterTests {
    @Test func `have exactly as many of five hundred as there are seats, whoever comes at once`() async throws {
        let school = try await School(#""capacity":37,"waiting_list":true"#)
        try await school.lesson()
        var callers: [CourseCaller] = []
        for number in 0..<500 { callers.append(CourseCaller(user: try await school.house.user("s\(number)"))) }
        let store = school.store, key = school.key
        let states = try await withThrowingTaskGroup(of: Enrolment.State.self) { group in
            for caller in callers {
                // Each asks twice at once, as a client does that repeats itself.
                for _ in 0..<2 {
                    group.addTask { try await store.enrol(in: key, by: caller).enrolment.state }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.count { $0 == .active } == 74)
        let places = Set(states.map { state -> Int64 in if case .waiting(let place) = state { place } else { 0 } })
            .subtracting([0])
        #expect(places == Set((1...463).map { Int64($0) }), "each place is given once")
        #expect(try await school.members().count == 38)
        #expect(try await store.course(key, for: school.staff).standing.enrolledCount == 37)
        let after = School(school, in: try House(in: school.house.image()))
        #expect(try await after.members().count == 38, "a kill loses none of it")
        let late = CourseCaller(user: try await after.house.user("late"))
        #expect(try await after.store.enrol(in: key, by: late).enrolment.state == .waiting(place: 464))
    }

    @Test func `let in who has waited the longest when somebody leaves, and when there are more seats`() async throws {
        let school = try await School(#""capacity":1,"waiting_list":true"#)
        try await school.lesson()
        let ann = try await school.student("ann"), bob = try await school.student("bob")
        let cat = try await school.student("cat"), dan = try await school.student("dan")
        try await school.store.leave(school.key, by: ann)
        var members = try await school.members()
        let (annID, bobID, catID) = (try #require(ann.user), try #require(bob.user), try #require(cat.user))
        #expect(members[bobID] == .member)
        #expect(members[annID] == nil && members[catID] == nil)
        try await school.change(#"{"capacity":3}"#)
        members = try await school.members()
        #expect(Set(members.keys) == Set([school.teacher] + [bob, cat, dan].compactMap(\.user)))
        // Fewer seats send nobody away.
        try await school.change(#"{"capacity":1}"#)
        #expect(try await school.members().count == 4)
    }

    @Test func `let in all who wait when many seats come at once`() async throws {
        let school = try await School(#""capacity":1,"waiting_list":true"#)
        let waiting = CourseBounds.promotedMax + 30
        try await school.lesson()
        for number in 0...waiting { _ = try await school.student("s\(number)") }
        #expect(try school.house.count("SELECT waiting FROM courses") == waiting)
        #expect(try await school.change(#"{"capacity":1000}"#).standing.enrolledCount == waiting + 1)
        #expect(try await school.members().count == Int(waiting) + 2)
    }

    @Test func `let in with the next one who comes whom a kill has kept out`() async throws {
        let school = try await School(#""capacity":1,"waiting_list":true"#)
        try await school.lesson()
        for number in 0...2 { _ = try await school.student("s\(number)") }
        school.house.close()
        do {
            // As a kill leaves it that came behind the first of several slices.
            let database = try Database(path: school.house.path, .writer)
            try database.execute("UPDATE courses SET content = replace(content, '\"capacity\":1,', '\"capacity\":9,')")
        }
        let after = School(school, in: try House(in: school.house.directory))
        let late = CourseCaller(user: try await after.house.user("late"))
        #expect(try await after.store.enrol(in: after.key, by: late).enrolment.state == .active)
        #expect(try await after.members().count == 5)
        #expect(try after.house.count("SELECT waiting FROM courses") == 0)
    }

    @Test func `have the channel follow whatever instructors say`() async throws {
        let school = try await School(#""enrolment":"approval""#)
        try await school.lesson()
        let ann = try await school.student("ann"), user = try #require(ann.user)
        #expect(try await school.members()[user] == nil, "who asks is not in yet")
        _ = try await school.store.decide(.admit, about: user, of: school.key, by: school.staff)
        #expect(try await school.members()[user] == .member)
        _ = try await school.store.decide(.turnAway, about: user, of: school.key, by: school.staff)
        #expect(try await school.members()[user] == nil)
        let again = await School.refusal { () async throws(CourseRefusal) in
            try await school.store.enrol(in: school.key, by: ann)
        }
        #expect(again == .turnedAway)
        let stranger = await School.refusal { () async throws(CourseRefusal) in
            try await school.store.decide(.invite, about: user, of: school.key, by: ann)
        }
        #expect(stranger == .notStaff)
    }

    @Test func `make who teaches an admin of the channel, and no student`() async throws {
        let school = try await School()
        try await school.lesson()
        let ann = try await school.student("ann"), user = try #require(ann.user)
        try await school.change(#"{"instructors":["\#(user)"]}"#)
        #expect(try await school.members()[user] == .admin)
        #expect(try await school.store.course(school.key, for: ann).role == .staff)
        #expect(try await school.store.course(school.key, for: ann).standing.enrolledCount == 0)
        try await school.change(#"{"instructors":[]}"#)
        #expect(try await school.members()[user] == nil)
    }

    @Test func `are empty of who is erased, and their courses go on`() async throws {
        let school = try await School(#""capacity":1,"waiting_list":true"#)
        let lesson = try await school.lesson()
        let ann = try await school.student("ann"), bob = try await school.student("bob")
        let report = ReportProgress(lesson: lesson, report: .init(isCompleted: true))
        #expect(try await school.store.report(report, by: ann).completedAt != nil)
        var random = RandomSource(seed: 1)
        let certificate = try await school.store.certificate(
            in: school.key, orMake: CertificateID(random: &random), by: ann)
        #expect(try await school.store.stands(certificate.id))
        let user = try #require(ann.user)
        try await school.house.storage.people.erase(user, isDeletingMessages: false, within: nil, by: .server)
        #expect(try await !school.store.stands(certificate.id))
        let next = try #require(bob.user)
        #expect(try await school.members().keys.contains(next), "the seat is the next one's")
        for table in ["enrolments", "lesson_progress", "attempts", "certificates"] {
            let count = try school.house.count("SELECT count(*) FROM \(table) WHERE user = \(user)")
            #expect(count == 0, "\(table)")
        }
        try await school.change(#"{"instructors":["\#(next)"]}"#)
        try await school.house.storage.people.erase(
            school.teacher, isDeletingMessages: false, within: nil, by: .server)
        #expect(try await school.store.course(school.key, for: bob).course.owner == bob.user)
    }
}

extension House {
    /// What a reader of the file counts.
    func count(_ sql: String) throws -> Int64 { try Database(path: path, .reader).integer(sql) }
}
