public import Base
internal import CLinux
internal import Glibc

/// Runs another program to its end, with nothing of ours but the file that it reads: no environment but what is given,
/// no descriptor but its input, and nobody to speak to.
public enum Subprocess: Sendable {
    public enum End: Equatable, Sendable {
        /// It has ended by itself.
        case exited(CInt)
        /// A signal has ended it, as one does that uses more than it may.
        case killed
        /// It took too long, and was ended.
        case tookTooLong
    }

    /// Waits until it has ended, so that it is for threads that may.
    /// - Parameters:
    ///   - words: the program's absolute path, and what it is told.
    ///   - environment: as in `NAME=value`.
    ///   - milliseconds: after which it is killed.
    public static func run(
        _ words: [String], environment: [String] = [], reading input: OpenFile, milliseconds: Int
    ) throws(SystemError) -> End {
        // The other end is closed when the program has ended, and that can be waited for with a time limit.
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemError("socketpair")
        }
        let ours = Descriptor(ends[0])
        let pid: pid_t
        do {
            let theirs = Descriptor(ends[1])
            pid = try spawn(words, environment, input, output: theirs.raw)
        }
        let end = TimeSource.system.instant().adding(milliseconds: milliseconds)
        waitForSilence(of: ours.raw, until: end)
        if let status = status(of: pid, until: end) {
            return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed
        }
        // And what it may have started.
        kill(-pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return .tookTooLong
    }

    /// Microseconds between two looks at one that is silent and has not ended.
    private static let lookMicroseconds: UInt32 = 1_000

    private static func spawn(
        _ words: [String], _ environment: [String], _ input: OpenFile, output: CInt
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // Everything else that is open is closed by what opened it (O_CLOEXEC).
        input.withDescriptor { _ = posix_spawn_file_actions_adddup2(&actions, $0, 0) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // Our threads block signals, which a child would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        let arguments = words.map { strdup($0) } + [nil], variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid = pid_t()
        errno = posix_spawn(&pid, words[0], &actions, &attributes, arguments, variables)
        guard errno == 0 else { throw SystemError("posix_spawn") }
        return pid
    }

    /// Until the other end is closed, as it is when a program has ended. What the program says is read, so that it need
    /// not wait, and thrown away.
    private static func waitForSilence(of descriptor: CInt, until end: Instant) {
        var rubbish = [UInt8](repeating: 0, count: 4_096)
        while true {
            let left = end.milliseconds(since: TimeSource.system.instant())
            guard left > 0 else { return }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, CInt(clamping: left)) > 0 else { continue }
            if read(descriptor, &rubbish, rubbish.count) == 0 { return }
        }
    }

    /// How it has ended; `nil` when it has not. One that closes what it says lives on until its time is over.
    private static func status(of pid: pid_t, until end: Instant) -> CInt? {
        var status: CInt = 0
        while true {
            if waitpid(pid, &status, WNOHANG) == pid { return status }
            guard TimeSource.system.instant() < end else { return nil }
            usleep(lookMicroseconds)
        }
    }
}
