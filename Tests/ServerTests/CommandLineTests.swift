import Base
import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Command line") struct CommandLineTests {
    @Test(arguments: ["version", "--version"]) func `says its version`(verb: String) throws {
        let ended = try Program.run([verb])
        #expect(ended.status == 0)
        #expect(ended.output == "confab 0.1.0\n")
    }

    @Test func `helps with every verb and setting`() throws {
        let ended = try Program.run(["help"])
        #expect(ended.status == 0)
        for word in ["serve", "user import", "token", "version", "--listen", "--data", "--config", "--allowed-origins"]
        {
            #expect(ended.output.contains(word), "\(word)")
        }
        #expect(!ended.output.contains("jwt-secret"))
        #expect(try Program.run([]).status == 2)
    }

    static let misuses: [([String], [String: String], String)] = [
        (["sreve"], [:], "sreve"), (["serve", "--lisen", "x"], [:], "--lisen"),
        (["serve", "--listen"], [:], "--listen"),
        (["serve", "--dev=yes"], [:], "--dev"), (["serve", "word"], [:], "words"),
        (["serve", "--jwt-secret", "x"], [:], "--jwt-secret"), (["serve", "--listen", "nowhere"], [:], "listen"),
        (["serve", "--loops", "65"], [:], "loops"), (["serve", "--log-level", "loud"], [:], "log-level"),
        (["serve", "--scrypt-log-n", "16"], [:], "scrypt-log-n"), (["serve"], [:], "scrypt-log-n"),
        (["serve", "--scrypt-log-n", "17"], [:], "rate-limits"),
        (["serve", "--dev"], ["CONFAB_JWT_SECRET": "short"], "jwt-secret"),
        (["serve", "--config", "/nowhere/file"], [:], "/nowhere/file"), (["user"], [:], "user import"),
        (["user", "import"], [:], "user import"), (["token"], [:], "token USER"),
    ]

    @Test(arguments: misuses) func `refuses what it does not understand, and names it`(
        arguments: [String], variables: [String: String], word: String
    ) throws {
        let ended = try Program.run(arguments, variables)
        #expect(ended.status == 2)
        #expect(ended.output.isEmpty)
        #expect(ended.complaints.hasPrefix("confab: "))
        #expect(ended.complaints.contains(word))
    }

    @Test func `a file of settings with a secret in it is refused while others may read it`() throws {
        let place = TemporaryDirectory(), path = place.file("settings")
        Files.write("CONFAB_JWT_SECRET=short\n", to: path)
        func run() throws -> Program.Ended { try Program.run(["serve", "--dev", "--config", path]) }
        #expect(chmod(path, 0o640) == 0)
        #expect(try run().complaints.contains("others may read it"))
        #expect(chmod(path, 0o600) == 0)
        #expect(try !run().complaints.contains("others may read it"))
        Files.write("CONFAB_JWT_SECRET=\nCONFAB_LOOPS=65\n", to: path)
        #expect(chmod(path, 0o644) == 0)
        #expect(try run().complaints.contains("loops"), "what holds no secret may be read")
    }

    @Test func `a file that is no settings file is refused`() throws {
        let place = TemporaryDirectory()
        Files.write([UInt8](repeating: 0x23, count: 1 << 20), to: place.file("settings"))
        let ended = try Program.run(["serve", "--config", place.file("settings")])
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("no file of settings"))
    }

    @Test func `a second server on the same data is refused at once`() throws {
        let server = try RunningServer()
        let begun = TimeSource.system.instant()
        let ended = try Program.run(["serve", "--dev", "--listen", "127.0.0.1:0", "--data", server.data])
        #expect(TimeSource.system.instant().milliseconds(since: begun) < 1_000)
        #expect(ended.status != 0)
        #expect(ended.output.isEmpty)
        #expect(ended.complaints.contains("in use by another confab server"))
        #expect(try server.call("GET", "/health").status == 200)
    }

    @Test func `a port that is in use is refused`() throws {
        let server = try RunningServer(), place = TemporaryDirectory()
        let ended = try Program.run(
            ["serve", "--dev", "--listen", "127.0.0.1:\(server.port)", "--data", place.path + "/data"])
        #expect(ended.status != 0)
        #expect(ended.complaints.contains("127.0.0.1:\(server.port)"))
    }

    @Test func `settings come from flags, then variables, then the file`() throws {
        let place = TemporaryDirectory(), file = place.path + "/settings"
        Files.write(
            "# who may\r\n\n CONFAB_ALLOWED_HOSTS = from.file \r\nCONFAB_ALLOWED_ORIGINS=https://file.example\r\n",
            to: file)
        func status(_ server: RunningServer, host: String) throws -> Int? {
            let client = try TCPClient(port: server.port)
            try client.send("GET /health HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            return try client.readAnswer()?.status
        }
        let byFile = try RunningServer(flags: ["--config", file])
        #expect(try status(byFile, host: "from.file") == 200)
        #expect(try status(byFile, host: "from.flag") == 421)
        let byVariable = try RunningServer(["CONFAB_ALLOWED_HOSTS": "from.variable"], flags: ["--config", file])
        #expect(try status(byVariable, host: "from.variable") == 200)
        #expect(try status(byVariable, host: "from.file") == 421)
        let byFlag = try RunningServer(
            ["CONFAB_ALLOWED_HOSTS": "from.variable"], flags: ["--config=\(file)", "--allowed-hosts", "from.flag"])
        #expect(try status(byFlag, host: "from.flag") == 200)
        #expect(try status(byFlag, host: "from.variable") == 421)
    }

    @Test(arguments: ["CONFAB_LISTN=1", "listen=1", "CONFAB_LISTEN"]) func `a line that is no setting is named`(
        line: String
    ) throws {
        let place = TemporaryDirectory(), file = place.path + "/settings"
        Files.write("# fine\nCONFAB_LOOPS=1\n\(line)\n", to: file)
        let ended = try Program.run(["serve", "--dev", "--config", file, "--data", place.path + "/data"])
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("\(file):3: "))
    }

    @Test func `a line that is no setting is not shown, since it may hold a secret`() throws {
        let place = TemporaryDirectory(), file = place.path + "/settings"
        Files.write("CONFAB_JWT_SECRET: canary-0123456789abcdef0123456789\n", to: file)
        let ended = try Program.run(["serve", "--dev", "--config", file, "--data", place.path + "/data"])
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("\(file):1: "))
        #expect(!ended.complaints.contains("canary"))
    }
}
