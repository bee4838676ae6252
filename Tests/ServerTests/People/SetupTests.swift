import Glibc
import TestClient
import TestSupport
import Testing

@Suite("The first superuser") struct SetupTests {
    private func token(_ server: RunningServer) throws -> String {
        try #require(server.log.split(separator: "/setup?token=").dropFirst().first.map { String($0.prefix(43)) })
    }

    private func setUp(_ server: RunningServer, _ token: String, _ name: String) throws -> HTTPAnswer {
        try server.call(
            "POST", "/api/v1/setup",
            #"{"token":"\#(token)","username":"\#(name)","password":"\#(Person.password)"}"#)
    }

    @Test func `is made by the printed link, once`() throws {
        let server = try RunningServer(), token = try token(server)
        let file = server.data + "/setup.token"
        #expect(Files.text(of: file) == token)
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let page = try server.call("GET", "/setup?token=\(token)")
        #expect(page.status == 200)
        #expect(!page.text.contains(token))
        #expect(try server.call("GET", "/setup?token=x").status == 404)
        #expect(try setUp(server, "wrong", "eve").status == 404)
        #expect(try setUp(server, token, "!").status == 422)
        let made = try setUp(server, token, "root")
        #expect(made.status == 201)
        #expect(try made.json()["is_superuser"] == "true")
        #expect(try setUp(server, token, "second").status == 404)
        #expect(access(file, F_OK) != 0)
        #expect(try Person(loggingInAs: "root", on: server).call("GET", "/users").status == 200)
        #expect(try server.stop() == 0)
        try server.start()
        #expect(server.log.split(separator: "/setup?token=").count == 2, "there is nothing to set up any more")
        #expect(try setUp(server, token, "third").status == 404)
    }

    @Test func `opens nothing by the link of an earlier start, or when somebody was there first`() throws {
        let server = try RunningServer(), old = try token(server)
        #expect(try server.stop() == 0)
        try server.start()
        #expect(try setUp(server, old, "eve").status == 404)
        let new = Files.text(of: server.data + "/setup.token")
        #expect(new != old)
        _ = try Person.staff("root", "superuser", on: server)
        #expect(try setUp(server, new, "eve").status == 404)
        #expect(access(server.data + "/setup.token", F_OK) != 0)
    }

    @Test func `is named by the settings of an empty directory, and no link is printed`() throws {
        let server = try RunningServer([
            "CONFAB_ADMIN_USERNAME": "root", "CONFAB_ADMIN_EMAIL": "root@example.org",
            "CONFAB_ADMIN_PASSWORD": Person.password,
        ])
        #expect(!server.log.contains("setup"))
        #expect(!server.log.contains(Person.password))
        let root = try Person(loggingInAs: "root@example.org", on: server)
        #expect(try root.call("GET", "/users/me").json()["is_superuser"] == "true")
        #expect(try server.stop() == 0)
        try server.start()
        #expect(try root.call("GET", "/users").json().count("items") == 1)
    }

    @Test(arguments: [
        ["CONFAB_ADMIN_USERNAME": "root"], ["CONFAB_ADMIN_PASSWORD": "long enough"],
        ["CONFAB_ADMIN_USERNAME": "root", "CONFAB_ADMIN_PASSWORD": "short"],
        ["CONFAB_ADMIN_EMAIL": "nobody", "CONFAB_ADMIN_PASSWORD": "long enough"],
    ])
    func `is refused when the settings cannot be obeyed`(variables: [String: String]) throws {
        let place = TemporaryDirectory()
        let ended = try Program.run(["serve", "--dev", "--data", place.path + "/data"], variables)
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("admin-"))
        #expect(!ended.complaints.contains("long enough"))
    }
}
