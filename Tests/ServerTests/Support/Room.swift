import TestClient

/// A channel with one of each role, and somebody who does not belong to it.
struct Room {
    let server: RunningServer
    let owner: Person, admin: Person, member: Person, reader: Person, stranger: Person
    let id: String

    /// - Parameter settings: more members of the channel, such as `"visibility":"public"`.
    init(_ settings: String = #""kind":"group""#, on server: RunningServer? = nil) throws {
        let server = try server ?? RunningServer()
        self.server = server
        (owner, admin) = (try Person("olga", on: server), try Person("adam", on: server))
        (member, reader) = (try Person("mia", on: server), try Person("rex", on: server))
        stranger = try Person("eve", on: server)
        let members = [admin, member, reader].map { #""\#($0.id)""# }.joined(separator: ",")
        let made = try owner.call("POST", "/channels", #"{"name":"Room","members":[\#(members)],\#(settings)}"#)
        guard made.status == 201, let id = try made.json()["channel"] else {
            throw Program.Failure(description: "\(made.status): \(made.text)")
        }
        self.id = id
        for (person, role) in [(admin, "admin"), (member, "member"), (reader, "reader")] {
            let answer = try owner.call("PATCH", "/channels/\(id)/members/\(person.id)", #"{"role":"\#(role)"}"#)
            guard answer.status == 200 else { throw Program.Failure(description: answer.text) }
        }
    }

    var everybody: [Person] { [owner, admin, member, reader, stranger] }

    var path: String { "/channels/\(id)" }

    /// Says something in the owner's name, and returns its number.
    @discardableResult
    func say(_ text: String, by person: Person? = nil, _ more: String = "") throws -> String {
        let answer = try (person ?? owner).call("POST", "\(path)/messages", #"{"text":"\#(text)"\#(more)}"#)
        guard answer.status == 201, let number = try answer.json()["message_number"] else {
            throw Program.Failure(description: "\(answer.status): \(answer.text)")
        }
        return number
    }
}

extension Person {
    /// The status and, where it is an error, the code.
    func outcome(_ method: String, _ path: String, _ body: String? = nil) throws -> String {
        let answer = try call(method, path, body)
        guard answer.status >= 400 else { return "\(answer.status)" }
        return "\(answer.status) \(try answer.json()["code"] ?? "without a code")"
    }
}

extension ChatSocket {
    /// `ok`, or the code of the refusal.
    func outcome(_ type: String, _ data: String) throws -> String {
        let reply = try ask(type, data)
        return reply["ok"] == "true" ? "ok" : reply["error.code"] ?? "without a code"
    }
}
