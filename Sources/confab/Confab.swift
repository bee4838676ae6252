internal import Glibc

/// The command line: the verb's first words, then its settings.
@main
struct Confab {
    static func main() async {
        umask(0o077)
        // Whoever starts us may have closed these; what is opened next must not be taken for them.
        while case let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC), descriptor >= 0 {
            guard descriptor > STDERR_FILENO else { continue }
            close(descriptor)
            break
        }
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try await run(arguments)
        } catch is ToldFailure {
            exit(1)
        } catch let error as UsageError {
            Output.complaint("confab: \(error)")
            exit(2)
        } catch {
            Output.complaint("confab: \(error)")
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        switch arguments.first {
        case "serve":
            try Serve.run(try values(arguments.dropFirst()))
        case "user":
            try await UserVerbs.run(Array(arguments.dropFirst()), values)
        case "token":
            try await Token.run(try values(arguments.dropFirst()))
        case "audit":
            guard arguments.dropFirst().first == "verify" else { throw UsageError("usage: confab audit verify") }
            try await AuditVerify.run(try values(arguments.dropFirst(2)))
        case "backup":
            try await BackupVerbs.backup(try values(arguments.dropFirst()))
        case "restore":
            try BackupVerbs.restore(try values(arguments.dropFirst()))
        case "verify":
            try BackupVerbs.verify(try values(arguments.dropFirst()))
        case "doctor":
            guard try Doctor.run(try values(arguments.dropFirst())) else { throw ToldFailure() }
        case "config":
            try ConfigVerbs.run(try values(arguments.dropFirst()))
        case "completion":
            try Completion.run(Array(arguments.dropFirst()))
        case "manual":
            Output.line(ManualPage.text)
        case "keys":
            try await Keys.run(try values(arguments.dropFirst()))
        case "version", "--version":
            Output.line("confab \(Assembly.version)")
        case "help", "--help", "-h":
            Output.line(arguments.dropFirst().first == "bounds" ? Help.bounds : Help.text)
        case nil:
            Output.complaint(Help.text)
            exit(2)
        case let verb?:
            throw UsageError("there is no verb \(verb); see confab help")
        }
    }

    private static func values(_ arguments: ArraySlice<String>) throws(UsageError) -> SettingValues {
        var environment: [String: String] = [:]
        for setting in Setting.all {
            if let value = getenv(setting.variable) { environment[setting.variable] = String(cString: value) }
        }
        return try SettingValues(arguments: Array(arguments), environment: environment)
    }
}
