import TestClient
import Testing

@Suite("Dashboard and health") struct DashboardTests {
    private func admin(on server: RunningServer) throws -> String {
        try Person.staff("admin", on: server).token
    }

    @Test func `shows how the server stands, and how it came to that`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let socket = try ann.socket(), channel = try ann.direct(with: bob)
        for index in 1...5 { _ = try socket.send("hi", as: "m\(index)", to: channel) }
        let answer = try server.call("GET", "/api/v1/dashboard?window=30m", token: try admin(on: server))
        #expect(answer.status == 200)
        let json = try answer.json()
        #expect(json["window"] == "30m")
        #expect(json["step_s"] == "60")
        #expect(json["now.users"] == "3")
        #expect(json["now.sockets"] == "1")
        #expect(json["now.online"] == "1")
        for name in ["users", "active", "messages", "deliveries", "commit_us", "storage_bytes", "courses"] {
            #expect(json.count("series.\(name)") == json.count("series.at"), "\(name)")
            #expect(Int(json["total.\(name)"] ?? "") != nil, "\(name)")
        }
        #expect((Int(json["now.storage_bytes"] ?? "") ?? 0) > 100_000)
        #expect(try server.call("GET", "/api/v1/dashboard", token: ann.token).status == 403)
    }

    @Test func `refuses a window that is none`() throws {
        let server = try RunningServer(), token = try admin(on: server)
        for window in ["1w", "0h", "9999d", ""] {
            #expect(try server.call("GET", "/api/v1/dashboard?window=\(window)", token: token).status == 422)
        }
    }

    @Test func `says of each part how it is`() throws {
        let server = try RunningServer(), token = try admin(on: server)
        let answer = try server.call("GET", "/api/v1/health-check", token: token)
        let json = try answer.json()
        for part in ["database", "log", "commits", "queues", "backup", "integrity"] {
            #expect(json["checks.\(part).status"] == "healthy", "\(part)")
        }
        #expect(["healthy", "degraded"].contains(json["checks.disk.status"] ?? ""))
        #expect((Int(json["checks.disk.free_bytes"] ?? "") ?? 0) > 0)
        #expect((Int(json["checks.log.bytes_max"] ?? "") ?? 0) > 0)
        #expect(json["checks.queues.journal"] == "0")
        #expect(json["checks.backup.made_at"] == "null")
    }

    @Test(arguments: ["confab", "auth_service", "admin_service", "education_service"])
    func `answers for each service by its name`(name: String) throws {
        let server = try RunningServer()
        for path in ["/health?service=\(name)", "/health/?service=\(name)"] {
            let answer = try server.call("GET", path), text = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 200)
            #expect(text.hasPrefix(#"{"status":"healthy","service":"\#(name)","version":"0.1.0""#))
        }
        #expect(try server.call("GET", "/health?service=other").status == 404)
    }
}
