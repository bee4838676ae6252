import TestClient
import TestSupport
import Testing

@Suite("Audit trail of a server") struct AuditTests {
    @Test func `tells administrators who came in and went out, and from where`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), admin = try Person.staff("admin", on: server).token
        #expect(try ann.call("POST", "/auth/logout").status == 204)
        let page = try server.call("GET", "/api/v1/logs?target=user:\(ann.id)", token: admin)
        #expect(page.status == 200)
        let json = try page.json()
        #expect(json["items.0.action"] == "login.succeeded")
        #expect(json["items.0.address"] == "127.0.0.1")
        #expect(json["items.1.action"] == "user.created")
        let ended = try server.call("GET", "/api/v1/logs?action=login.ended&limit=1", token: admin)
        #expect(try ended.json()["items.0.action"] == "login.ended")
        #expect(try ended.json()["next_cursor"] != "null")
        #expect(ended["link"]?.contains("rel=\"next\"") == true)
        #expect(try server.call("GET", "/api/v1/logs/verify", token: admin).json()["verdict"] == "whole")
    }

    @Test func `is for those alone who may read it`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), moderator = try Person.staff("moderator", on: server).token
        for token in [ann.token, moderator] {
            #expect(try server.call("GET", "/api/v1/logs", token: token).status == 403)
            #expect(try server.call("GET", "/api/v1/logs/verify", token: token).status == 403)
        }
        #expect(try server.call("GET", "/api/v1/logs").status == 401)
    }

    @Test(arguments: ["actor=x", "action=nothing", "since=yesterday", "limit=0", "limit=201", "cursor=-1"])
    func `a filter that means nothing is refused`(query: String) throws {
        let server = try RunningServer()
        let answer = try server.call("GET", "/api/v1/logs?\(query)", token: try Person.staff("admin", on: server).token)
        #expect(answer.status == 422)
    }

    @Test func `is checked from the command line, also while the server runs`() throws {
        let server = try RunningServer()
        _ = try Person("ann", on: server)
        func verify() throws -> Program.Ended { try Program.run(["audit", "verify", "--dev", "--data", server.data]) }
        var ended = try verify()
        #expect(ended.status == 0)
        #expect(ended.output == "2 rows, all as they were written\n")
        #expect(try server.stop() == 0)
        ended = try verify()
        #expect(ended.status == 0)
        // Another key is noticed, and where nobody knows what it was, as good as none.
        Files.write(String(repeating: "x", count: 32), to: server.data + "/audit.key")
        ended = try verify()
        #expect(ended.status == 1 && ended.complaints.contains("audit.key is damaged"))
        Files.remove(server.data + "/keys/sums")
        ended = try verify()
        #expect(ended.status == 1)
        #expect(ended.complaints == "row 1 is not what was written, or is not there\n")
    }
}
