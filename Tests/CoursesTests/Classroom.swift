import Base
import Courses
import Testing

/// A course with who teaches and who learns, and what the store would look up for its decisions.
struct Classroom {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let teacher = user(1), helper = user(2), ann = user(11), bob = user(12), cat = user(13)

    var course: Course
    var now = Classroom.start

    init(_ rules: EnrolmentRules = EnrolmentRules(), state: Course.State = .published) {
        course = Course(
            id: Self.id(7), slug: Slug.made(of: "Bees", for: Self.id(7)) { _ in false },
            content: CourseContent(title: "Bees"), rules: rules, state: state, owner: Self.teacher,
            instructors: [Self.helper], createdAt: Self.start, updatedAt: Self.start)
    }

    static func user(_ number: Int64) -> UserID { UserID(rawValue: number) ?? .max }

    /// Any of the numbers of things; those of the tests are above 0.
    static func id<Number: CourseNumber>(_ number: Int64, _ type: Number.Type = Number.self) -> Number {
        guard let id = Number(rawValue: number) else { preconditionFailure("ids are above 0") }
        return id
    }

    func lesson(_ number: Int64, _ state: Lesson.State = .published) -> Lesson {
        Lesson(
            id: Self.id(number), course: course.id, content: LessonContent(title: "Lesson \(number)"), state: state,
            position: Int(number), createdAt: Self.start, updatedAt: Self.start)
    }

    /// An outline of published lessons 1 to `count`, each building on what is given for it.
    static func outline(_ count: Int64, _ prerequisites: [Int64: [Int64]] = [:]) -> Outline {
        Outline(
            (1...count).map { number in
                Outline.Entry(id: id(number), prerequisites: (prerequisites[number] ?? []).map { id($0) })
            })
    }
}

/// The pointer and code of a refusal that something is not what it may be.
func fault<Value>(_ body: () throws -> Value) -> String? {
    do {
        _ = try body()
        return nil
    } catch let refusal as CourseRefusal {
        guard case .invalid(let pointer, let code, _) = refusal else { return refusal.code }
        return "\(pointer) \(code)"
    } catch {
        return "\(error)"
    }
}
