internal import Base
public import Glibc

/// A program that a test has started, in a process group of its own, so that ending it ends what it started as well.
public final class ServerProcess {
    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    public let pid: pid_t
    private let output: CInt
    private var text: [UInt8] = []
    private var status: CInt?

    /// The `confab` that was built together with the tests: it lies beside them.
    public static let executable: String = {
        let own = Files.target(of: "/proc/self/exe") ?? ""
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/confab"
    }()

    /// Starts a program with its standard output coming here. Its environment is this process's and `environment`.
    public init(_ arguments: [String], environment: [String: String] = [:]) throws(Failure) {
        var pipe: [CInt] = [0, 0]
        // Unlike a pipe's, its ends can be made so that no other process started at this moment inherits them.
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pipe) == 0 else {
            throw Failure("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(pipe[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)

        var words = arguments.map { strdup($0) }
        var variables = Self.inherited(without: Set(environment.keys)).map { strdup($0) }
        variables += environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for word in words + variables { free(word) } }
        words.append(nil)
        variables.append(nil)
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], &actions, &attributes, words, variables)
        guard code == 0 else {
            close(pipe[0])
            throw Failure("\(arguments[0]): \(String(cString: strerror(code)))")
        }
        pid = child
        output = pipe[0]
    }

    deinit {
        kill()
        close(output)
    }

    private static func inherited(without names: Set<String>) -> [String] {
        var all: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let name = text.split(separator: "=", maxSplits: 1).first, !names.contains(String(name)) {
                all.append(text)
            }
            next += 1
        }
        return all
    }

    // MARK: What it says

    /// The next line of its output; `nil` when it has ended without one.
    public func line(within milliseconds: Int) throws(Failure) -> String? {
        let deadline = TimeSource.system.instant().adding(milliseconds: milliseconds)
        while true {
            if let end = text.firstIndex(of: UInt8(ascii: "\n")) {
                defer { text.removeSubrange(...end) }
                return String(decoding: text[..<end], as: UTF8.self)
            }
            guard try readMore(until: deadline) else { return nil }
        }
    }

    /// Everything it says until it ends.
    public func wholeOutput(within milliseconds: Int) throws(Failure) -> String {
        let deadline = TimeSource.system.instant().adding(milliseconds: milliseconds)
        while try readMore(until: deadline) {}
        return String(decoding: text, as: UTF8.self)
    }

    /// False at the end, which comes when the process and all that it started are gone.
    private func readMore(until deadline: Instant) throws(Failure) -> Bool {
        let left = deadline.milliseconds(since: TimeSource.system.instant())
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        let ready = poll(&waiting, 1, CInt(clamping: left))
        if ready < 0, errno == EINTR { return true }
        guard ready > 0 else { throw Failure("process \(pid) said nothing more in time") }
        var part = [UInt8](repeating: 0, count: 1 << 16)
        let count = part.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
        guard count > 0 else { return false }
        text.append(contentsOf: part[..<count])
        return true
    }

    // MARK: Its end

    /// Kills it without warning (SIGKILL), and waits until it is gone.
    public func kill() {
        guard status == nil else { return }
        Glibc.kill(-pid, SIGKILL)
        reap()
    }

    /// Asks it to stop (SIGTERM). A tracer is passed over: it is the traced server that is asked.
    public func terminate() {
        guard status == nil else { return }
        let children = Files.read("/proc/\(pid)/task/\(pid)/children").map { String(decoding: $0, as: UTF8.self) } ?? ""
        Glibc.kill(children.split(separator: " ").first.flatMap { pid_t($0) } ?? pid, SIGTERM)
    }

    /// Its exit status once it has ended by itself; a signal's number and 128 when one ended it.
    public func exitStatus(within milliseconds: Int) throws(Failure) -> CInt {
        if status == nil {
            _ = try wholeOutput(within: milliseconds)
            reap()
        }
        guard let status else { throw Failure("process \(pid) cannot be waited for") }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private func reap() {
        var result: CInt = 0
        while waitpid(pid, &result, 0) < 0 {
            guard errno == EINTR else { return }
        }
        status = result
    }
}
