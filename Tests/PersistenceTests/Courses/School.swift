import Base
import Channels
import Courses
import TestSupport

@testable import Persistence

/// A real store with a course in it, and who teaches that.
final class School {
    let house: House
    let teacher: UserID
    private(set) var course: CourseID
    var store: any CourseStore { house.storage.courses }
    var staff: CourseCaller { CourseCaller(user: teacher) }
    var key: CourseKey { .id(course) }

    struct Missing: Error {}

    /// - Parameter rules: members of the course's body, such as `"capacity":3`.
    init(_ rules: String = "", in house: House? = nil) async throws {
        let house = try house ?? House()
        self.house = house
        teacher = try await house.user("teacher")
        let create = try CreateCourse(
            JSONDocument(parsing: #"{"title":"Bees"\#(rules.isEmpty ? "" : ",")\#(rules)}"#).root)
        course = try await house.storage.courses.create(create, by: CourseCaller(user: teacher)).course.id
    }

    /// The same course in a store that was opened anew.
    init(_ old: School, in house: House) {
        self.house = house
        teacher = old.teacher
        course = old.course
    }

    /// A published lesson; the first one publishes the course.
    @discardableResult func lesson(_ title: String = "l") async throws -> LessonID {
        let add = AddLesson(content: LessonContent(title: title), state: .published)
        let lesson = try await store.add(add, to: key, by: staff).lesson.id
        try await change(#"{"state":"published"}"#)
        return lesson
    }

    @discardableResult func change(_ json: String, by caller: CourseCaller? = nil) async throws -> CourseView {
        try await store.change(
            key, ContentEdit(try JSONDocument(parsing: json).root, isWhole: false), by: caller ?? staff)
    }

    func student(_ name: String) async throws -> CourseCaller {
        let caller = CourseCaller(user: try await house.user(name))
        _ = try await store.enrol(in: key, by: caller)
        return caller
    }

    func quiz(_ questions: String, _ rules: String = "") async throws -> QuizID {
        let write = try WriteQuiz(JSONDocument(parsing: #"{"title":"q"\#(rules),"questions":[\#(questions)]}"#).root)
        guard case .staff(let quiz) = try await store.add(write, to: key, by: staff) else { throw Missing() }
        return quiz.id
    }

    /// Who is in the course's channel.
    func members() async throws -> [UserID: MemberRole] {
        guard let channel = try await store.course(key, for: staff).course.channel else { throw Missing() }
        let listed = await house.storage.journal.commit(.listMembers(channel), as: teacher)
        guard case .success(.members(let cards)) = listed else { throw Unanswered(result: listed) }
        return Dictionary(uniqueKeysWithValues: cards.map { ($0.user.id, $0.member.role) })
    }

    /// What a call is refused with; `nil` where it is not.
    static func refusal<Value>(
        _ body: () async throws(CourseRefusal) -> Value
    ) async -> CourseRefusal? {
        do throws(CourseRefusal) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    static func json(_ text: String) throws -> JSONElement { try JSONDocument(parsing: text).root }
}
