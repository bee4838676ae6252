import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Backups by HTTP") struct BackupRouteTests {
    /// Waits for a job's end.
    private func end(of job: String, for person: Person) throws -> JSONText {
        for _ in 1...600 {
            let job = try person.call("GET", "/jobs/\(job)").json()
            if ["done", "failed", "cancelled"].contains(job["state"]) { return job }
            usleep(50_000)
        }
        throw Program.Failure(description: "the job does not end")
    }

    @Test func `are jobs, whose file is listed and can be verified`() throws {
        let server = try RunningServer(), admin = try Person.staff("admin", on: server)
        let asked = try admin.call("POST", "/admin/backup", "{}")
        #expect(asked.status == 202)
        let id = try #require(try asked.json()["id"])
        #expect(asked["location"] == "/api/v1/jobs/\(id)")
        let job = try end(of: id, for: admin)
        #expect(job["state"] == "done" && job["kind"] == "backup")
        let name = try #require(job["result.name"])
        let list = try admin.call("GET", "/admin/backups").json()
        #expect(list["items.0.name"] == name)
        #expect(list["items.0.size"] == job["result.size"])
        #expect(try Program.run(["verify", "\(server.data)/backups/\(name)", "--dev"]).status == 0)
        let trail = try admin.call("GET", "/logs").text
        #expect(trail.contains("backup.asked") && trail.contains("backup.made"))
    }

    @Test func `come by themselves, and only as many stay as are wanted`() throws {
        let place = TemporaryDirectory()
        let server = try RunningServer(
            ["CONFAB_BACKUP_EVERY_HOURS": "1", "CONFAB_BACKUP_DIR": place.file("kept"), "CONFAB_BACKUP_KEEP": "1"])
        let admin = try Person.staff("admin", on: server)
        let job = try admin.call("GET", "/jobs/2").json()
        #expect(job["kind"] == "backup" && job["state"] == "queued")
        #expect(Files.names(in: place.path) == [])
        _ = try end(of: try #require(try admin.call("POST", "/admin/backup", "{}").json()["id"]), for: admin)
        #expect(Files.names(in: place.file("kept")).count == 1)
    }

    @Test func `and everything else have their place on the disk`() throws {
        let server = try RunningServer(), admin = try Person.staff("admin", on: server)
        _ = try admin.upload(Array("Hello, file".utf8))
        _ = try admin.addPiece([1, 2, 3], to: try admin.beginUpload(10), at: 0)
        let usage = try admin.call("GET", "/admin/storage").json()
        #expect(usage["uploads.count"] == "1" && usage["uploads.bytes"] == "3")
        #expect(usage["files.count"] == "1" && usage["files.bytes"] == "11")
        for name in ["database.bytes", "database.groups.0.bytes", "log.bytes", "disk.free_bytes", "disk.bytes"] {
            #expect(usage[name].flatMap { Int($0) } ?? 0 > 0, "\(name)")
        }
        #expect(usage["backups.count"] == "0")
    }

    @Test func `a file that is damaged on the disk is not sent, and the health says so`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let id = try ann.upload([UInt8](repeating: 5, count: 100_000))
        #expect(try ann.download(id).status == 200)
        #expect(try server.call("GET", "/health").status == 200)
        let directory = server.data + "/files/"
        let inner = try #require(Files.names(in: directory).first { $0 != "incoming" })
        let name = try #require(Files.names(in: directory + inner).first), path = directory + inner + "/" + name
        var content = try #require(Files.read(path))
        content[70_000] ^= 1
        Files.write(content, to: path)
        for fields in [[], ["Range: bytes=0-9"]] {
            #expect(try ann.download(id, fields: fields).status == 500)
        }
        #expect(try ann.download(id, "HEAD").status == 500)
        let health = try server.call("GET", "/health")
        #expect(health.status == 503)
        #expect(try health.json()["checks.integrity.status"] == "unhealthy")
        #expect(try health.json()["checks.journal.status"] == "healthy")
        #expect(try server.call("GET", "/readyz").status == 200, "everything else goes on")
        #expect(server.log.contains("stored data is damaged"))
    }

    @Test func `a server whose write-ahead log was taken away does not start`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        _ = try server.stop(SIGKILL)
        #expect(unlink(server.data + "/confab.db-wal") == 0)
        let ended = try Program.run(["serve", "--dev", "--listen", "127.0.0.1:0", "--data", server.data])
        #expect(ended.status == 1)
        #expect(ended.complaints.contains("confab.db-wal is not there"))
        #expect(!ann.id.isEmpty)
    }

    @Test func `data that may not be written is refused, and nothing of it is changed`() throws {
        let server = try RunningServer()
        _ = try server.stop()
        let path = server.data + "/confab.db", before = Files.read(path)
        // Root may write everything, unless it gives its privileges away.
        #expect(chmod(server.data, 0o500) == 0)
        defer { chmod(server.data, 0o700) }
        let ended = try Program.run(
            ["serve", "--dev", "--listen", "127.0.0.1:0", "--data", server.data], withoutPrivileges: true)
        #expect(ended.status == 1)
        #expect(ended.complaints.contains(server.data))
        #expect(Files.read(path) == before)
    }
}
