import Glibc
import TestClient
import TestSupport

/// A server of its own for a test, on a free port and an empty directory.
final class RunningServer {
    private let place: TemporaryDirectory
    private let variables: [String: String]
    private let flags: [String]
    private let descriptorsMax: Int?
    private var running: Program.Running?
    private(set) var port: UInt16 = 0

    /// - Parameters:
    ///   - settings: the lines of a file of settings; without them there is none.
    ///   - backup: what its data are made of.
    init(
        _ variables: [String: String] = [:], flags: [String] = [], settings: String? = nil, descriptorsMax: Int? = nil,
        restoring backup: String? = nil
    ) throws {
        place = TemporaryDirectory()
        self.variables = variables
        self.flags = flags + (settings == nil ? [] : ["--config", place.path + "/settings"])
        if let settings { Files.write(settings, to: place.path + "/settings") }
        self.descriptorsMax = descriptorsMax
        if let backup {
            let ended = try Program.run(["restore", backup, "--dev", "--data", data])
            guard ended.status == 0 else { throw Program.Failure(description: ended.complaints) }
        }
        try start()
    }

    deinit {
        guard let running else { return }
        kill(running.pid, SIGKILL)
        _ = Program.status(of: running)
    }

    var data: String { place.path + "/data" }

    /// A file of settings for `--config`, which the server reads when it is started or told to.
    var config: String { place.path + "/settings" }

    /// Starts it, or starts it again on the same directory and port.
    func start() throws {
        let arguments = ["serve", "--dev", "--listen", "127.0.0.1:\(port)", "--data", data] + flags
        let running = try Program.start(
            arguments, variables, complaintsTo: place.path + "/log", descriptorsMax: descriptorsMax)
        self.running = running
        let line = Program.read(running) { $0.hasSuffix("\n") } ?? ""
        let start = "listening on http://127.0.0.1:"
        guard line.hasPrefix(start), let port = UInt16(line.dropFirst(start.count).dropLast()) else {
            throw Program.Failure(description: "the server said \(line): \(log)")
        }
        self.port = port
    }

    /// Ends it by a signal, and returns how it ended.
    func stop(_ signal: CInt = SIGTERM) throws -> Int32 {
        try ask(to: signal)
        return try waitForEnd()
    }

    func ask(to signal: CInt) throws {
        guard let running, kill(running.pid, signal) == 0 else { throw Program.Failure(description: "it is gone") }
    }

    func waitForEnd() throws -> Int32 {
        guard let running, Program.read(running) != nil else { throw Program.Failure(description: "it does not end") }
        self.running = nil
        return Program.status(of: running)
    }

    /// What the server has told its operator.
    var log: String { Files.text(of: place.path + "/log") }

    /// Memory that the process holds.
    func residentBytes() throws -> Int {
        guard let running else { throw Program.Failure(description: "it is gone") }
        let words = Files.text(of: "/proc/\(running.pid)/statm").split(separator: " ")
        return (Int(words[1]) ?? 0) * sysconf(CInt(_SC_PAGESIZE))
    }

    // MARK: Requests

    func call(
        _ method: String, _ path: String, token: String? = nil, _ body: String? = nil, fields more: [String] = []
    ) throws -> HTTPAnswer {
        let client = try TCPClient(port: port)
        var fields = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
        fields += more
        if let token { fields.append("Authorization: Bearer \(token)") }
        if let body { fields += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        try client.send((fields + ["", ""]).joined(separator: "\r\n") + (body ?? ""))
        guard let answer = try client.readAnswer(isForHead: method == "HEAD") else {
            throw Program.Failure(description: "\(method) \(path) was not answered")
        }
        return answer
    }
}

extension HTTPAnswer {
    func json() throws -> JSONText { try JSONText(body) }
}
