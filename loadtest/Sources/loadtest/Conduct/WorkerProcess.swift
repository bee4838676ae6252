import CEpoll
import Glibc

/// One process that generates load, at the other end of two pipes.
final class WorkerProcess {
    private let process: Int32
    private let input: Int32
    private let output: Int32
    private var waiting: [UInt8] = []

    /// A copy of this program, with nothing but what it is told.
    init() throws(Failure) {
        var input: Int32 = -1, output: Int32 = -1
        let process = loadtest_spawn("/proc/self/exe", "worker", &input, &output)
        guard process > 0 else { throw Failure("a worker cannot be started: \(Failure.words(-process))") }
        self.process = process
        self.input = input
        self.output = output
    }

    /// It ends when its input does, and is not waited for longer than that takes.
    deinit {
        close(input)
        close(output)
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }

    func tell(_ line: String) throws(Failure) {
        guard File.write(line + "\n", to: input) else { throw Failure("a worker has ended") }
    }

    /// The next line that it says until `deadline`; `nil` when there is none by then.
    func line(until deadline: Nanoseconds) throws(Failure) -> WordLine? {
        while true {
            if let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let text = String(decoding: waiting[..<end], as: UTF8.self)
                waiting.removeFirst(end + 1)
                if text.hasPrefix("failed ") { throw Failure(String(text.dropFirst("failed ".count))) }
                return WordLine(text)
            }
            let now = Clock.now
            var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let milliseconds = deadline > now ? min((deadline - now) / 1_000_000 + 1, 1_000) : 0
            guard poll(&ready, 1, Int32(milliseconds)) > 0 else {
                if Clock.now >= deadline { return nil }
                continue
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(output, &chunk, chunk.count)
            guard count > 0 else { throw Failure("a worker has ended") }
            waiting += chunk[..<count]
        }
    }

    /// The next line, which must begin with this word.
    func answer(_ word: String, secondsMax: Double) throws(Failure) -> WordLine {
        guard let line = try line(until: Clock.after(seconds: secondsMax)) else {
            throw Failure("a worker did not answer within \(Int(secondsMax)) s")
        }
        guard line.word == word else { throw Failure("a worker says \(line.word) instead of \(word)") }
        return line
    }
}
