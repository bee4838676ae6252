import TestClient
import Testing

@Suite("Older spellings of people") struct OlderSpellingTests {
    private func call(_ method: String, _ path: String, _ body: String? = nil, as person: Person) throws -> HTTPAnswer {
        try person.server.call(method, path, token: person.token, body)
    }

    @Test func `users are a bare array of three members, one user such an object, and a deletion says so`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let ann = try Person("ann", on: server)
        #expect(
            try call("GET", "/api/users", as: root).text
                == #"[{"id":1,"username":"root","email":null},{"id":2,"username":"ann","email":null}]"#)
        #expect(try call("GET", "/api/users", as: ann).text == #"[{"id":2,"username":"ann","email":null}]"#)
        #expect(try call("GET", "/api/users/2", as: ann).text == #"{"id":2,"username":"ann","email":null}"#)
        let changed = try call("PUT", "/api/users/2", #"{"username":"anna"}"#, as: ann)
        #expect(changed.text == #"{"id":2,"username":"anna","email":null}"#)
        #expect(try call("PUT", "/api/users/1", #"{"username":"mine"}"#, as: ann).status == 403)
        #expect(try call("DELETE", "/api/users/1", as: ann).status == 403)
        let deleted = try call("DELETE", "/api/users/2", as: root)
        #expect(deleted.status == 200)
        #expect(deleted.text == #"{"message":"User deleted successfully"}"#)
        #expect(try call("GET", "/api/users/99", as: root).status == 404)
    }

    @Test func `a profile is one's own account`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        #expect(try call("PUT", "/api/v1/profile", #"{"bio":"b"}"#, as: ann).json()["bio"] == "b")
        #expect(try call("PATCH", "/api/v1/profile", #"{"locale":"de"}"#, as: ann).json()["bio"] == "b")
        #expect(try call("GET", "/api/v1/profile", as: ann).json()["locale"] == "de")
    }
}
