import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Operator") struct OperatorTests {
    private static let jsonLines = """
        {"username":"ann","email":"ann@example.org","password":"correct horse battery"}
        {"username":"b d","password":"correct horse battery"}
        {"username":"bob","role":"moderator"}
        not json
        {"username":"cid","password":"short"}
        {"username":"dan","role":"emperor"}

        """

    private static let csv = """
        username,email,phone,password,role
        ann,ann@example.org,,correct horse battery,
        b d,,,,
        bob,,,,moderator
        "dan,,,,
        """

    /// Runs verbs on a directory with a server running on it, and without one.
    private func everywhere(_ body: (_ data: String, _ server: RunningServer) throws -> Void) throws {
        let server = try RunningServer()
        try body(server.data, server)
        let stopped = try RunningServer()
        #expect(try stopped.stop() == 0)
        try body(stopped.data, stopped)
    }

    private func run(_ words: [String], on data: String) throws -> Program.Ended {
        try Program.run(words + ["--dev", "--data", data])
    }

    @Test func `users come from JSON lines, and rows that cannot are told by their line`() throws {
        let place = TemporaryDirectory(), file = place.path + "/users.jsonl"
        Files.write(Self.jsonLines, to: file)
        try everywhere { data, _ in
            let ended = try run(["user", "import", file], on: data)
            #expect(ended.status == 1)
            #expect(ended.output == "2 created, 0 already there, 4 refused\n")
            for line in [2, 4, 5, 6] { #expect(ended.complaints.contains("line \(line): "), "\(line)") }
            #expect(ended.complaints.split(separator: "\n").count == 4)
            let again = try run(["user", "import", file], on: data)
            #expect(again.status == 1)
            #expect(again.output == "0 created, 2 already there, 4 refused\n")
        }
    }

    @Test func `users come from CSV`() throws {
        let place = TemporaryDirectory(), file = place.path + "/users.csv"
        Files.write(Self.csv, to: file)
        try everywhere { data, _ in
            let ended = try run(["user", "import", file], on: data)
            #expect(ended.status == 1)
            #expect(ended.output == "2 created, 0 already there, 2 refused\n")
            for line in [3, 5] { #expect(ended.complaints.contains("line \(line): "), "\(line)") }
        }
    }

    @Test func `an import without faults ends with 0, and its users log in`() throws {
        let place = TemporaryDirectory(), file = place.path + "/users.jsonl"
        let count = 250
        let lines =
            (1...count).map { #"{"username":"user\#($0)"}"# } + [
                #"{"username":"ann","password":"\#(Person.password)"}"#
            ]
        Files.write(lines.joined(separator: "\n"), to: file)
        let server = try RunningServer()
        let ended = try run(["user", "import", file], on: server.data)
        #expect(ended.status == 0)
        #expect(ended.output == "\(count + 1) created, 0 already there, 0 refused\n")
        #expect(ended.complaints.isEmpty)
        let body = #"{"login":"ann","password":"\#(Person.password)"}"#
        #expect(try server.call("POST", "/api/v1/auth/login", body).status == 200)
        // Without a password nobody gets in, whatever is tried.
        for password in ["", "password"] {
            let body = #"{"login":"user1","password":"\#(password)"}"#
            #expect(try server.call("POST", "/api/v1/auth/login", body).status == 401)
        }
    }

    @Test func `a file that is none is refused by name`() throws {
        let place = TemporaryDirectory()
        let ended = try run(["user", "import", "/nowhere/users.csv"], on: place.path + "/data")
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("/nowhere/users.csv"))
    }

    @Test func `tokens are printed one a line, in order, and open sockets`() throws {
        let place = TemporaryDirectory(), file = place.path + "/users.jsonl"
        Files.write(#"{"username":"ann"}"# + "\n" + #"{"username":"bob","email":"bob@example.org"}"#, to: file)
        try everywhere { data, server in
            #expect(try run(["user", "import", file], on: data).status == 0)
            let ended = try run(["token", "ann", "bob@example.org", "ann"], on: data)
            #expect(ended.status == 0)
            #expect(ended.lines.count == 3 && Set(ended.lines).count == 3)
            if (try? TCPClient(port: server.port)) == nil { try server.start() }
            for (token, name) in zip(ended.lines, ["ann", "bob", "ann"]) {
                let socket = try ChatSocket(on: server)
                try socket.identify(String(token))
                #expect(socket.opening["data.user.username"] == name)
            }
        }
    }

    @Test func `a token for nobody is refused, and nobody named`() throws {
        try everywhere { data, _ in
            let unknown = try run(["token", "nobody"], on: data)
            #expect(unknown.status == 2)
            #expect(unknown.output.isEmpty)
            #expect(unknown.complaints == "confab: there is no user nobody\n")
        }
    }

    @Test func `what is for the operator is not there over the network`() throws {
        let server = try RunningServer()
        for path in ["/operator/tokens", "/operator/users/import", "/operator/keys/rotate"] {
            let answer = try server.call("POST", path, #"{"users":["ann"],"rows":[]}"#)
            #expect(answer.status == 404)
        }
        var status = stat()
        #expect(stat(server.data + "/control.sock", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(stat(server.data, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        #expect(stat(server.data + "/keys/signing.json", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(stat(server.data + "/keys", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }
}
