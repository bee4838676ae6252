import Base
import Glibc
import TestClient
import TestSupport

/// The built program, run as others would run it.
enum Program {
    struct Failure: Error, CustomStringConvertible { let description: String }

    struct Ended {
        var status: Int32
        var output: String
        var complaints: String

        var lines: [Substring] { output.split(separator: "\n") }
    }

    /// A process whose standard output is read here, and whose complaints go to a file.
    struct Running {
        var pid: pid_t
        var output: CInt
    }

    /// One at a time, so that no process inherits another's pipe and keeps it open.
    private static let starting = Guarded(())

    /// It stands beside the tests.
    private static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/confab"
    }()

    /// Nothing of the settings of whoever runs the tests is passed on.
    /// What sanitizers are told by whoever runs the tests holds for what the tests run.
    private static let passedOn: [String: String] = {
        var found: [String: String] = [:]
        for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE"] {
            if let value = getenv(name) { found[name] = String(cString: value) }
        }
        return found
    }()

    private static let environment = [
        "PATH": "/usr/bin:/bin", "CONFAB_SCRYPT_LOG_N": "12", "CONFAB_RATE_LIMITS": "off",
    ]

    /// - Parameters:
    ///   - input: the file that is its standard input.
    ///   - descriptorsMax: what the process may open, where that matters.
    static func start(
        _ arguments: [String], _ variables: [String: String] = [:], complaintsTo file: String,
        input: String = "/dev/null", descriptorsMax: Int? = nil, withoutPrivileges: Bool = false
    ) throws -> Running {
        var words = [path] + arguments
        // Whose rights are checked: root may do everything.
        if withoutPrivileges, geteuid() == 0 {
            words = ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"] + words
        }
        if let descriptorsMax { words = ["/bin/sh", "-c", "ulimit -n \(descriptorsMax); exec \"$@\"", "sh"] + words }
        let settings = environment.merging(passedOn) { $1 }.merging(variables) { $1 }.map { "\($0)=\($1)" }
        return try starting.withLock { (_: inout Void) -> Result<Running, Failure> in
            Result { () throws(Failure) in try spawn(words, settings, complaintsTo: file, input: input) }
        }.get()
    }

    private static func spawn(
        _ words: [String], _ settings: [String], complaintsTo file: String, input: String
    ) throws(Failure) -> Running {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var arguments = words.map { strdup($0) } + [nil], variables = settings.map { strdup($0) } + [nil]
        defer {
            for text in arguments + variables { free(text) }
        }
        var pid = pid_t()
        let status = posix_spawn(&pid, words[0], &actions, nil, &arguments, &variables)
        guard status == 0 else {
            close(ends[0])
            throw Failure(description: "\(words[0]): errno \(status)")
        }
        return Running(pid: pid, output: ends[0])
    }

    /// Reads from a process until it has nothing more to say, or until `isEnough`; `nil` when that takes too long.
    static func read(
        _ running: Running, seconds: Int = 30, until isEnough: (String) -> Bool = { _ in false }
    ) -> String? {
        let deadline = TimeSource.system.instant().adding(milliseconds: seconds * 1_000)
        var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 64 << 10)
        while !isEnough(String(decoding: bytes, as: UTF8.self)) {
            let left = deadline.milliseconds(since: TimeSource.system.instant())
            var waiting = pollfd(fd: running.output, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&waiting, 1, CInt(left)) > 0 else { return nil }
            let count = Glibc.read(running.output, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How a process ended that has closed its output: its exit code, or minus the signal that ended it.
    static func status(of running: Running) -> Int32 {
        var status: Int32 = 0
        while waitpid(running.pid, &status, 0) < 0, errno == EINTR {}
        close(running.output)
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }

    /// Runs to the end.
    /// - Parameter input: what it reads from standard input.
    static func run(
        _ arguments: [String], _ variables: [String: String] = [:], input: String? = nil,
        withoutPrivileges: Bool = false
    ) throws -> Ended {
        let place = TemporaryDirectory()
        if let input { Files.write(input, to: place.path + "/input") }
        let running = try start(
            arguments, variables, complaintsTo: place.path + "/complaints",
            input: input == nil ? "/dev/null" : place.path + "/input", withoutPrivileges: withoutPrivileges)
        guard let output = read(running) else {
            kill(running.pid, SIGKILL)
            _ = status(of: running)
            throw Failure(description: "\(arguments) did not end")
        }
        let status = status(of: running)
        return Ended(status: status, output: output, complaints: Files.text(of: place.path + "/complaints"))
    }
}
