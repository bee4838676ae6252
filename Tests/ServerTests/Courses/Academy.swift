import TestClient

/// A running server with somebody who teaches there.
struct Academy {
    let server: RunningServer
    let teacher: Person

    init(_ settings: [String: String] = [:]) throws {
        server = try RunningServer(["CONFAB_RATE_LIMITS": "off"].merging(settings) { $1 })
        teacher = try Person.staff("instructor", on: server)
    }

    /// A published course with one lesson.
    func course(_ more: String = "") throws -> (id: String, lesson: String) {
        let made = try teacher.call("POST", "/courses", #"{"title":"Bees and honey"\#(more)}"#).json()
        let id = try found(made["id"])
        let lesson = try teacher.call(
            "POST", "/courses/\(id)/lessons", #"{"title":"Hives","text":"Hives","state":"published"}"#
        ).json()
        let published = try teacher.call("PATCH", "/courses/\(id)", #"{"state":"published"}"#)
        guard published.status == 200 else { throw Program.Failure(description: published.text) }
        return (id, try found(lesson["id"]))
    }

    func student(_ name: String, in course: String) throws -> Person {
        let person = try Person(name, on: server)
        let answer = try person.call("POST", "/enroll/\(course)")
        guard answer.status < 300 else { throw Program.Failure(description: answer.text) }
        return person
    }

    func found(_ value: String?) throws -> String {
        guard let value else { throw Program.Failure(description: "it is not there") }
        return value
    }
}
