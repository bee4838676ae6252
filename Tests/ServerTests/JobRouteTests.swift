import TestClient
import Testing

@Suite("Jobs by HTTP") struct JobRouteTests {
    /// The server's own housekeeping is the first job of all.
    @Test func `are shown to who sees the server, and to nobody else whose they are not`() throws {
        let server = try RunningServer()
        let admin = try Person.staff("admin", on: server), ann = try Person("ann", on: server)
        let answer = try admin.call("GET", "/jobs/1")
        #expect(answer.status == 200)
        let job = try answer.json()
        #expect(
            job.names() == [
                "id", "kind", "state", "progress", "result", "errors", "created_at", "updated_at",
            ])
        #expect(job["id"] == "1")
        #expect(job["kind"] == "prune")
        #expect(job["state"] == "queued")
        #expect(job["progress.total"] == "0")
        for id in ["1", "2", "0", "-1", "x", "99999999999999999999"] {
            #expect(try ann.call("GET", "/jobs/\(id)").status == 404)
            #expect(try ann.call("DELETE", "/jobs/\(id)").status == 404)
        }
    }

    @Test func `are ended by who may, and stay as they ended`() throws {
        let server = try RunningServer()
        let admin = try Person.staff("admin", on: server)
        for _ in 0..<2 {
            let ended = try admin.call("DELETE", "/jobs/1")
            #expect(ended.status == 200)
            #expect(try ended.json()["state"] == "cancelled")
        }
        #expect(try admin.call("GET", "/logs").text.contains("job.cancelled"))
    }
}
