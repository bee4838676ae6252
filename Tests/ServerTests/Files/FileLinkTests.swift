import Glibc
import TestClient
import TestSupport
import Testing

@Suite("A link to a file, for whoever has it") struct FileLinkTests {
    /// A link as it is told, and the path that it leads to.
    private func link(_ id: String, by person: Person, _ body: String = "{}") throws -> (path: String, end: String) {
        let answer = try person.server.call("POST", "/api/v1/files/\(id)/link", token: person.token, body)
        guard answer.status == 201, let url = try answer.json()["url"], let end = try answer.json()["expires_at"],
            let path = url.firstRange(of: "/api/v1/")
        else { throw Program.Failure(description: "\(answer.status): \(answer.text)") }
        #expect(url.hasPrefix("http://127.0.0.1:"))
        return (String(url[path.lowerBound...]), end)
    }

    @Test func `gives the file without an account, also in parts, and to be kept by nobody else`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let id = try ann.upload(Array("0123456789".utf8)), path = try link(id, by: ann).path
        let whole = try server.call("GET", path)
        #expect(whole.status == 200 && whole.text == "0123456789")
        #expect(whole["cache-control"] == "private, no-cache" && whole["referrer-policy"] == "no-referrer")
        #expect(whole["content-disposition"] == #"attachment; filename="a.txt""#)
        #expect(whole["content-security-policy"] == "sandbox; default-src 'none'")
        #expect(whole["x-content-type-options"] == "nosniff")
        let part = try server.call("GET", path, fields: ["Range: bytes=2-4"])
        #expect(part.status == 206 && part.text == "234" && part["content-range"] == "bytes 2-4/10")
        let head = try server.call("HEAD", path)
        #expect(head.status == 200 && head["content-length"] == "10")
        // It opens this file alone, and nothing that was changed opens anything.
        let other = try ann.upload([1])
        #expect(try server.call("GET", path.replacing(id, with: other)).status == 404)
        #expect(try server.call("GET", path + "A").status == 404)
        #expect(try server.call("GET", String(path.dropLast(4)) + "AAAA").status == 404)
        #expect(try server.call("DELETE", path).status == 405)
    }

    @Test func `ends by itself, and never lasts longer than it may`() throws {
        let server = try RunningServer(["CONFAB_FILE_LINK_SECONDS_MAX": "5"]), ann = try Person("ann", on: server)
        let id = try ann.upload([1])
        for seconds in ["0", "6", "-1", "1.5", "\"1\""] {
            let answer = try server.call(
                "POST", "/api/v1/files/\(id)/link", token: ann.token, #"{"expires_in":\#(seconds)}"#)
            #expect(answer.status == 422)
        }
        let path = try link(id, by: ann, #"{"expires_in":2}"#).path
        #expect(try server.call("GET", path).status == 200)
        var status = 200
        for _ in 1...200 where status == 200 {
            usleep(50_000)
            status = try server.call("GET", path).status
        }
        #expect(status == 404)
    }

    @Test func `is dead while who made it is suspended, and ends with their account`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let ann = try Person("ann", on: server), path = try link(try ann.upload([1]), by: ann).path
        #expect(try server.call("GET", path).status == 200)
        #expect(try root.outcome("PUT", "/users/\(ann.id)/suspension", "{}") == "200")
        for fields in [[], ["Range: bytes=0-0"]] {
            #expect(try server.call("GET", path, fields: fields).status == 404)
        }
        #expect(try server.call("HEAD", path).status == 404)
        #expect(try root.outcome("DELETE", "/users/\(ann.id)/suspension") == "200")
        #expect(try server.call("GET", path).status == 200)
        #expect(try root.call("DELETE", "/users/\(ann.id)", "{}").status < 300)
        #expect(try server.call("GET", path).status == 404)
    }

    @Test func `ends with the file, and with the right of who made it`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let id = try ann.upload([1])
        #expect(try server.call("POST", "/api/v1/files/\(id)/link", token: bob.token, "{}").status == 404)
        let opened = try server.call(
            "POST", "/api/v1/channels", token: ann.token, #"{"name":"g","members":["\#(bob.id)"]}"#)
        let channel = try #require(try opened.json()["channel"])
        let sent = try server.call(
            "POST", "/api/v1/channels/\(channel)/messages", token: ann.token,
            #"{"type":"file","attachments":[{"file_id":"\#(id)"}]}"#)
        #expect(sent.status == 201)
        let anns = try link(id, by: ann).path, bobs = try link(id, by: bob).path
        #expect(try server.call("GET", bobs).status == 200)
        let left = try server.call("DELETE", "/api/v1/channels/\(channel)/members/\(bob.id)", token: bob.token)
        #expect(left.status == 204)
        #expect(try server.call("GET", bobs).status == 404)
        #expect(try server.call("GET", anns).status == 200)
        // Over a restart too: it is kept nowhere.
        _ = try server.stop()
        try server.start()
        #expect(try server.call("GET", anns).status == 200)
        #expect(try server.call("DELETE", "/api/v1/files/\(id)", token: ann.token).status == 204)
        #expect(try server.call("GET", anns).status == 404)
    }
}
