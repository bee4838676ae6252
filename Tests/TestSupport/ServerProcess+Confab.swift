extension ServerProcess {
    /// Runs a verb to its end and gives what it printed.
    public static func run(_ arguments: [String], within milliseconds: Int = 20_000) throws(Failure) -> String {
        let process = try ServerProcess([executable] + arguments)
        let output = try process.wholeOutput(within: milliseconds)
        let status = try process.exitStatus(within: milliseconds)
        guard status == 0 else { throw Failure("confab \(arguments): exit status \(status)") }
        return output
    }

    /// Makes users, and gives each a token that lasts for two hours.
    public static func makeUsers(_ names: [String], in data: TemporaryDirectory) throws(Failure) -> [String] {
        let list = data.file("users.jsonl")
        Files.write(Array(names.map { "{\"username\":\"\($0)\"}\n" }.joined().utf8), to: list)
        _ = try run(["user", "import", list, "--data", data.file("data")])
        let tokens = try run(["token"] + names + ["--data", data.file("data")]).split(separator: "\n").map(String.init)
        guard tokens.count == names.count else { throw Failure("\(tokens.count) tokens") }
        return tokens
    }

    /// Starts a server for tests on a free port; `tracing` are words to put before its own.
    public static func serve(
        _ data: TemporaryDirectory, tracing: [String] = [], environment: [String: String] = [:]
    ) throws(Failure) -> ServerProcess {
        try ServerProcess(
            tracing + [
                executable, "serve", "--dev", "--listen", "127.0.0.1:0", "--data", data.file("data"), "--log-level",
                "off",
            ], environment: environment.merging(["CONFAB_RATE_LIMITS": "off"]) { given, _ in given })
    }

    /// The port on which it listens, once it does.
    public func port(within milliseconds: Int = 10_000) throws(Failure) -> UInt16 {
        guard let line = try line(within: milliseconds), line.hasPrefix("listening on http://"),
            let port = line.split(separator: ":").last.flatMap({ UInt16($0) })
        else { throw Failure("the server does not listen") }
        return port
    }
}
