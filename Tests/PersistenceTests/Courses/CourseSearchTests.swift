import Base
import Channels
import Courses
import TestSupport
import Testing

@testable import Persistence

@Suite("The catalogue by words") struct CourseSearchTests {
    /// Courses by the titles of a school's teacher, published.
    private static func catalogue(_ school: School, _ bodies: [String]) async throws {
        for body in bodies {
            let create = try CreateCourse(School.json(body))
            let course = CourseKey.id(try await school.store.create(create, by: school.staff).course.id)
            let lesson = AddLesson(content: LessonContent(title: "l"), state: .published)
            _ = try await school.store.add(lesson, to: course, by: school.staff)
            let edit = ContentEdit(try School.json(#"{"state":"published"}"#), isWhole: false)
            _ = try await school.store.change(course, edit, by: school.staff)
        }
    }

    private static func titles(_ school: School, _ text: String, limit: Int = 20) async throws -> [String] {
        let search = CourseSearch(words: text.split(separator: " ").map(String.init), limit: limit)
        return try await school.store.list(search, for: CourseCaller(user: nil)).courses.map(\.course.content.title)
    }

    @Test func `finds how words of titles, summaries and tags begin, whatever their case and accents`() async throws {
        let school = try await School()
        try await Self.catalogue(
            school,
            [
                #"{"title":"Crème brûlée","summary":"Sweet things for evenings","tags":["Dessert"]}"#,
                #"{"title":"C++ and e-mail","tags":["computers"]}"#, #"{"title":"世界和平入門"}"#, #"{"title":"Йога"}"#,
            ])
        for text in ["creme", "BRÛL", "sweet dess", "brulee even cre"] {
            #expect(try await Self.titles(school, text) == ["Crème brûlée"], "\(text)")
        }
        #expect(try await Self.titles(school, "c++") == ["C++ and e-mail", "Crème brûlée"], "the newest first")
        #expect(try await Self.titles(school, "e-mail") == ["C++ and e-mail"])
        #expect(try await Self.titles(school, "mail-e") == [], "in another order it is something else")
        for text in ["世", "世界", "和平", "界和平入", "門"] {
            #expect(try await Self.titles(school, text) == ["世界和平入門"], "\(text)")
        }
        #expect(try await Self.titles(school, "平和") == [])
        #expect(try await Self.titles(school, "иога") == ["Йога"])
        for text in ["rème", "sweet computers", "++", "drafts"] {
            #expect(try await Self.titles(school, text) == [], "\(text)")
        }
    }

    @Test func `knows a course by its new words alone once it was changed`() async throws {
        let school = try await School()
        try await school.lesson()
        #expect(try await Self.titles(school, "bees") == ["Bees"])
        try await school.change(#"{"title":"Wasps"}"#)
        #expect(try await Self.titles(school, "bees") == [])
        #expect(try await Self.titles(school, "wasp") == ["Wasps"])
        try await school.store.delete(school.key, expecting: nil, by: school.staff)
        #expect(try await Self.titles(school, "wasp") == [])
        _ = try await school.store.restore(school.key, by: school.staff)
        #expect(try await Self.titles(school, "wasp") == ["Wasps"])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `finds what looking through every course finds, page by page`(seed: UInt64) async throws {
        let school = try await School(), words = ["ant", "anther", "bee", "beetle", "cat", "dog", "dogma", "蜂蜜", "蜜蜂"]
        var random = RandomSource(seed: seed), titles: [String] = []
        for _ in 0..<40 {
            titles.append((0..<3).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " "))
        }
        try await Self.catalogue(school, titles.map { #"{"title":"\#($0)"}"# })
        for _ in 0..<30 {
            let asked = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let word = words.randomElement(using: &random) ?? ""
                return String(word.prefix(Int.random(in: 2...6, using: &random)))
            }
            let wanted = titles.reversed().filter { title in
                asked.allSatisfy { word in
                    title.split(separator: " ").contains { $0.hasPrefix(word) }
                }
            }
            var found: [String] = [], search = CourseSearch(words: asked, limit: 3)
            repeat {
                let page = try await school.store.list(search, for: CourseCaller(user: nil))
                found += page.courses.map(\.course.content.title)
                search.before = page.next
            } while search.before != nil
            #expect(found == Array(wanted), "\(asked)")
        }
    }

    @Test func `finds courses of a data file from before`() async throws {
        let school = try await School()
        try await school.lesson()
        school.house.close()
        do {
            let database = try Database(path: school.house.path, .writer)
            try database.execute("DROP TABLE course_words; DROP TABLE series; PRAGMA user_version = 20")
        }
        let after = School(school, in: try House(in: school.house.directory))
        #expect(try await Self.titles(after, "bee") == ["Bees"])
    }
}
