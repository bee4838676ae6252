internal import Glibc

/// A program that runs beside the test; what it says goes to a file.
final class Program {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let pid: pid_t
    private var status: CInt?

    init(_ arguments: [String], output: String, complaints: String, environment: [String: String] = [:]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, flags, 0o600)
        if complaints == output {
            posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, complaints, flags, 0o600)
        }
        var variables = environment.map { strdup("\($0.key)=\($0.value)") }
        var next = environ
        while let entry = next.pointee {
            variables.append(strdup(entry))
            next += 1
        }
        var words = arguments.map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        words.append(nil)
        variables.append(nil)
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], &actions, nil, words, variables)
        guard code == 0 else { throw Failure(description: "\(arguments[0]): \(String(cString: strerror(code)))") }
        pid = child
    }

    deinit {
        if status == nil { kill(pid, SIGKILL) }
        _ = exitStatus()
    }

    func signal(_ number: CInt) { if status == nil { kill(pid, number) } }

    /// Waits for its end: its exit status, or 128 and the number of the signal that ended it.
    func exitStatus() -> CInt {
        if let status { return status }
        var raw: CInt = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        let status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        self.status = status
        return status
    }

    /// Runs a program to its end, a minute at most, and returns everything it said.
    static func run(_ arguments: [String], in directory: TestDirectory) throws -> (status: CInt, text: String) {
        let output = directory.newName()
        let program = try Program(["timeout", "60"] + arguments, output: output, complaints: output)
        let status = program.exitStatus()
        return (status, text(of: output))
    }

    static func text(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, file), count > 0 { bytes.append(contentsOf: part[..<count]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
