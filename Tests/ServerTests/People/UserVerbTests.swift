import TestClient
import TestSupport
import Testing

@Suite("Users at the command line") struct UserVerbTests {
    private func run(_ words: [String], on data: String, input: String? = nil) throws -> Program.Ended {
        try Program.run(words + ["--dev", "--data", data], input: input)
    }

    @Test func `are made, listed, changed and kept out, with a server and without`() throws {
        for runs in [true, false] {
            let server = try RunningServer()
            if !runs { #expect(try server.stop() == 0) }
            let made = try run(
                ["user", "create", "ann", "--email", "ann@example.org", "--role=moderator", "--password-stdin"],
                on: server.data, input: Person.password + "\nnot this\n")
            #expect(made.output == "1\tann\tann@example.org\t-\tmoderator\tactive\n", "\(made.complaints)")
            #expect(try run(["user", "create", "bob"], on: server.data).output == "2\tbob\t-\t-\tmember\tactive\n")
            let taken = try run(["user", "create", "ANN"], on: server.data)
            #expect(taken.status == 1 && taken.complaints.contains("taken"))
            #expect(try run(["user", "list"], on: server.data).lines.count == 2)
            #expect(try run(["user", "list", "--role", "moderator"], on: server.data).lines.count == 1)
            let renewed = try run(["user", "passwd", "bob"], on: server.data, input: Person.password + "\n")
            #expect(renewed.status == 0, "\(renewed.complaints)")
            #expect(
                try run(["user", "role", "bob", "instructor"], on: server.data).output
                    == "2\tbob\t-\t-\tinstructor\tactive\n")
            #expect(try run(["user", "role", "bob", "emperor"], on: server.data).status == 1)
            #expect(
                try run(["user", "suspend", "ann@example.org", "--reason", "spam"], on: server.data).output
                    .hasSuffix("suspended\n"))
            #expect(try run(["user", "suspend", "nobody"], on: server.data).complaints.contains("no user nobody"))
            if !runs { try server.start() }
            #expect(throws: Program.Failure.self) { try Person(loggingInAs: "ann", on: server) }
            #expect(try run(["user", "restore", "ann"], on: server.data).output.hasSuffix("active\n"))
            #expect(try Person(loggingInAs: "ann", on: server).id == "1")
            #expect(try Person(loggingInAs: "bob", on: server).id == "2")
        }
    }

    @Test func `passwords are no words of a command line`() throws {
        let place = TemporaryDirectory()
        for words in [
            ["user"], ["user", "create", "ann", "secret pass"], ["user", "create", "ann", "--password", "secret pass"],
            ["user", "passwd", "ann", "secret pass"], ["user", "passwd"], ["user", "role", "ann"], ["user", "dance"],
            ["user", "create", "ann", "--role"],
        ] {
            let ended = try run(words, on: place.path + "/data")
            #expect(ended.status == 2, "\(words): \(ended.complaints)")
            #expect(!ended.complaints.contains("secret"))
        }
        let empty = try run(["user", "create", "ann", "--password-stdin"], on: place.path + "/data")
        #expect(empty.status == 2)
    }

    @Test func `come with the hashes of other systems, which are replaced at the first login`() throws {
        let server = try RunningServer(), place = TemporaryDirectory(), file = place.path + "/users.csv"
        let hashes = [
            "pbkdf2_sha256$1000$saltsalt$2vLrmxK8YFROnGTL6oinO4bfT02gvTppeFbz7HWz5X0=",
            "pbkdf2:sha256:1000$saltsalt$daf2eb9b12bc60544e9c64cbea88a73b86df4f4da0bd3a697856f3ec75b3e57d",
            "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
        ]
        let rows = hashes.enumerated().map { "user\($0),\($1)" }
        Files.write("username,password_hash\n" + rows.joined(separator: "\n") + "\n", to: file)
        #expect(try run(["user", "import", file], on: server.data).output == "3 created, 0 already there, 0 refused\n")
        for number in 0..<3 {
            let wrong = #"{"login":"user\#(number)","password":"wrong password"}"#
            #expect(try server.call("POST", "/api/v1/auth/login", wrong).status == 401)
            for _ in 1...2 { #expect(try Person(loggingInAs: "user\(number)", on: server).id == "\(number + 1)") }
        }
        #expect(try server.stop() == 0)
        let kept = Files.text(of: server.data + "/confab.db")
        for hash in hashes { #expect(!kept.contains(hash)) }
    }
}
