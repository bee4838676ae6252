import TestClient

/// A course with a teacher, a student and one who has left it, for the table of who may do what; a new one for each
/// question that is about one.
final class RightsSchool {
    private let server: RunningServer
    private let teacher, student, former, admin: Person?
    private var key: String?
    private var parts: [String: String] = [:]

    init(server: RunningServer, teacher: Person?, student: Person?, former: Person?, admin: Person?) {
        (self.server, self.teacher, self.student, self.former, self.admin) = (server, teacher, student, former, admin)
    }

    /// The last question is over.
    func forget() { parts = [:] }

    /// What stands for a gap; `nil` where it is none of a course.
    func value(of name: String, _ word: String) throws -> String? {
        switch (name, word) {
        case ("id", "course"), ("course_id", ""): try part("course") { try self.course() }
        case ("id", "draft"), ("course_id", "draft"): try part("draft") { try self.draft() }
        case ("id", "lesson"), ("lesson_id", _): try part("lesson") { try self.lesson(1) }
        case ("order", _): #"["\#(try self.lesson(2))","\#(try self.lesson(1))"]"#
        case ("id", "quiz"): try part("quiz") { try self.quiz() }
        case ("aid", "closed"): try part("closed") { try self.attempt(closed: true) }
        case ("aid", _): try part("attempt") { try self.attempt(closed: false) }
        case ("question", _): "1"
        case ("quizbody", _): Self.quizBody
        default: nil
        }
    }

    private static let quizBody = #"{"title":"q","questions":[{"type":"true_false","text":"a","answer":true}]}"#

    private func part(_ name: String, _ make: () throws -> String) throws -> String {
        if let known = parts[name] { return known }
        let made = try make()
        parts[name] = made
        return made
    }

    /// The teacher has no role that makes courses; a key of theirs does.
    private func draft() throws -> String {
        let teacher = try RightsScene.found(teacher), admin = try RightsScene.found(admin)
        if key == nil {
            let body = #"{"name":"k","scopes":["courses:write"],"user":"\#(teacher.id)"}"#
            key = try admin.call("POST", "/admin/api-keys", body).json()["key"]
        }
        let fields = ["X-API-Key: \(try RightsScene.found(key))"]
        let made = try server.call("POST", "/api/v1/courses", #"{"title":"Bees"}"#, fields: fields)
        return try RightsScene.found(try made.json()["id"])
    }

    private func course() throws -> String {
        let id = try draft(), teacher = try RightsScene.found(teacher)
        for number in 1...2 {
            let made = try teacher.call("POST", "/courses/\(id)/lessons", #"{"title":"l","state":"published"}"#)
            parts["lesson\(number)"] = try made.json()["id"]
        }
        guard try teacher.call("PATCH", "/courses/\(id)", #"{"state":"published"}"#).status == 200 else {
            throw RightsScene.Missing()
        }
        _ = try student?.call("POST", "/enroll/\(id)")
        _ = try former?.call("POST", "/enroll/\(id)")
        _ = try former?.call("DELETE", "/enroll/\(id)")
        return id
    }

    private func lesson(_ number: Int) throws -> String {
        _ = try part("course") { try course() }
        return try RightsScene.found(parts["lesson\(number)"])
    }

    private func quiz() throws -> String {
        let id = try part("course") { try course() }
        return try RightsScene.found(try teacher?.call("POST", "/courses/\(id)/quizzes", Self.quizBody).json()["id"])
    }

    private func attempt(closed: Bool) throws -> String {
        let quiz = try part("quiz") { try self.quiz() }
        let id = try RightsScene.found(try student?.call("POST", "/quizzes/\(quiz)/attempts").json()["id"])
        if closed { _ = try student?.call("POST", "/attempts/\(id)/submit", "{}") }
        return id
    }
}
