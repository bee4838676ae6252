import Glibc

/// `loadtest run` and `loadtest needs`.
enum RunCommand {
    static func run(_ options: RunOptions) throws -> Int32 {
        let plan = try Self.plan(options)
        // A worker that ends must not take us with it.
        signal(SIGPIPE, SIG_IGN)
        let result = try Conductor(plan, options, tokens: Self.tokens(options, plan)).run()
        File.write(result.table, to: STDOUT_FILENO)
        if let directory = options.outDirectory {
            mkdir(directory, 0o755)
            for (name, text) in [("result.json", result.json), ("latency.hlog", result.log)] {
                let path = "\(directory)/\(name)"
                guard File.write(text, to: path) else { throw Failure("\(path): \(Failure.words(errno))") }
            }
        }
        return result.isGood ? 0 : 1
    }

    /// Says what a scenario needs, for a script that makes it ready.
    static func needs(_ options: RunOptions) throws -> Int32 {
        let plan = try Self.plan(options)
        File.write(
            """
            users=\(plan.sockets)
            members=\(plan.membersMax)
            seconds=\(plan.stages.reduce(0) { $0 + $1.seconds })\n
            """, to: STDOUT_FILENO)
        return 0
    }

    private static func plan(_ options: RunOptions) throws -> Plan {
        guard let bytes = File.read(options.scenarioFile) else {
            throw Failure("\(options.scenarioFile): \(Failure.words(errno))")
        }
        let plan = try Plan(ScenarioFile(bytes), settings: options.settings, requirements: options.requirements)
        let names = Figures.names(ofStages: plan.stages.map(\.name))
        for requirement in plan.requirements where !names.contains(requirement.figure) {
            throw UsageError("no figure is called \(requirement.figure)")
        }
        return plan
    }

    private static func tokens(_ options: RunOptions, _ plan: Plan) throws(Failure) -> [[UInt8]] {
        let path = options.tokensFile.isEmpty ? options.usersFile : options.tokensFile
        guard let lines = File.read(path) else { throw Failure("\(path): \(Failure.words(errno))") }
        if options.tokensFile.isEmpty { return try Logins.tokens(lines, countMax: plan.sockets, options) }
        return Tokens.read(lines)
    }
}
