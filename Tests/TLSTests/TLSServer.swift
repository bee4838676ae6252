internal import Glibc

/// A server that speaks TLS, as a process, with the certificates that were made for it.
final class TLSServer {
    let directory: TestDirectory
    let port: UInt16
    let process: Program
    private let log: String

    static let localhost = ["localhost", "127.0.0.1"]

    /// `names` are those of certificates that `directory` has; without any, one for localhost is made.
    init(_ directory: TestDirectory? = nil, showing names: [String] = [], loops: Int = 2, page: String = "") throws {
        var names = names
        self.directory = try directory ?? TestDirectory()
        if names.isEmpty {
            names = ["localhost"]
            try self.directory.makeCertificate("localhost", for: Self.localhost)
        }
        let output = self.directory.newName()
        log = self.directory.newName()
        process = try Program(
            [Self.confab] + Self.serve(self.directory, showing: names), output: output, complaints: log,
            environment: ["CONFAB_RATE_LIMITS": "off", "CONFAB_LOOPS": "\(loops)", "CONFAB_PAGE_DIR": page])
        var line = ""
        for _ in 0..<400 where !line.hasSuffix("\n") {
            usleep(50_000)
            line = Program.text(of: output)
        }
        guard line.hasPrefix("listening on https://127.0.0.1:"),
            let port = line.dropLast().split(separator: ":").last.flatMap({ UInt16($0) })
        else { throw Program.Failure(description: "no server: \(line) \(Program.text(of: log))") }
        self.port = port
    }

    /// It lies beside the tests.
    static var confab: String {
        var path = [CChar](repeating: 0, count: 4_096)
        let count = max(0, readlink("/proc/self/exe", &path, path.count))
        let own = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/confab"
    }

    static func serve(_ directory: TestDirectory, showing names: [String]) -> [String] {
        [
            "serve", "--dev", "--listen", "127.0.0.1:0", "--data", directory.file("data"), "--log-level", "debug",
            "--tls-cert", names.map { directory.file("\($0).crt") }.joined(separator: ","),
            "--tls-key", names.map { directory.file("\($0).key") }.joined(separator: ","),
        ]
    }

    var url: String { "https://localhost:\(port)" }
    var logText: String { Program.text(of: log) }

    func waitForLog(_ text: String) -> Bool {
        for _ in 0..<200 {
            if logText.contains(text) { return true }
            usleep(50_000)
        }
        return false
    }

    /// Makes users and gives each a token.
    func makeUsers(_ names: [String]) throws -> [String] {
        let list = directory.file("users.jsonl")
        guard let file = fopen(list, "we") else { throw Program.Failure(description: list) }
        fputs(names.map { "{\"username\":\"\($0)\"}\n" }.joined(), file)
        fclose(file)
        let data = ["--data", directory.file("data")]
        let made = try Program.run([Self.confab, "user", "import", list] + data, in: directory)
        let signed = try Program.run([Self.confab, "token"] + names + data, in: directory)
        let tokens = signed.text.split(separator: "\n").map(String.init)
        guard made.status == 0, tokens.count == names.count else {
            throw Program.Failure(description: made.text + signed.text)
        }
        return tokens
    }
}
