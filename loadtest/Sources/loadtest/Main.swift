import Glibc

/// Drives a running server and says how fast and how correctly it answered.
@main
struct Main {
    static func main() {
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        if arguments.first == "--help" || arguments.first == "-h" {
            File.write(Options.usage, to: STDOUT_FILENO)
            return 0
        }
        do {
            let rest = Array(arguments.dropFirst())
            switch arguments.first {
            case "run": return try RunCommand.run(RunOptions(arguments: rest))
            case "needs": return try RunCommand.needs(RunOptions(arguments: rest, isNeeds: true))
            case "worker": return Worker.run()
            case "check": return try CheckCommand(arguments: rest).run()
            case "history": return try HistoryCommand.run(HistoryOptions(arguments: rest), isAudit: false)
            case "audit": return try HistoryCommand.run(HistoryOptions(arguments: rest), isAudit: true)
            default: break
            }
            let options = try Options(arguments: arguments)
            guard let lines = File.read(options.tokensFile) else {
                throw Failure("\(options.tokensFile): \(Failure.words(errno))")
            }
            let report = try run(options, tokens: Tokens.read(lines))
            File.write(report.table, to: STDOUT_FILENO)
            if let path = options.jsonFile, !File.write(report.json, to: path) {
                throw Failure("\(path): \(Failure.words(errno))")
            }
            return report.isGood ? 0 : 1
        } catch let error as UsageError {
            File.write("loadtest: \(error.what)\n\n\(Options.usage)", to: STDERR_FILENO)
            return 2
        } catch let error as Failure {
            File.write("loadtest: \(error.what)\n", to: STDERR_FILENO)
            return 1
        } catch {
            File.write("loadtest: \(error)\n", to: STDERR_FILENO)
            return 1
        }
    }

    private static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        switch options.scenario {
        case .pairs: try Pairs.run(options, tokens: tokens)
        case .fanout: try Fanout.run(options, tokens: tokens)
        case .stopped: try StoppedReaders.run(options, tokens: tokens)
        case .crowd: try Crowd.run(options, tokens: tokens)
        case .overload: try Overload.run(options, tokens: tokens)
        }
    }
}
