import Base
import Glibc
import Testing

@testable import Reactor

@Suite("Another program") struct SubprocessTests {
    private func input(_ text: String) throws -> OpenFile {
        var path = Array("/tmp/confab-subprocess-XXXXXX".utf8CString)
        let raw = mkstemp(&path)
        unlink(path)
        _ = write(raw, text, text.utf8.count)
        return try #require(OpenFile(adopting: raw))
    }

    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1_000)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }

    private func run(_ script: String, milliseconds: Int = 10_000, _ text: String = "") throws -> Subprocess.End {
        try Subprocess.run(
            ["/bin/sh", "-c", script], environment: ["A=b"], reading: try input(text), milliseconds: milliseconds)
    }

    @Test func `says how it has ended`() throws {
        #expect(try run("exit 0") == .exited(0))
        #expect(try run("exit 77") == .exited(77))
        #expect(try run("kill -9 $$") == .killed)
        #expect(throws: SystemError.self) {
            try Subprocess.run(["/no/such/program"], reading: try input(""), milliseconds: 1_000)
        }
    }

    @Test func `is ended when it takes too long, however it may stand against it`() throws {
        #expect(try run("trap '' TERM INT HUP; exec sleep 60", milliseconds: 100) == .tookTooLong)
        #expect(try run("exec yes", milliseconds: 100) == .tookTooLong)
        #expect(try run("exec >&- 2>&-; exec sleep 60", milliseconds: 100) == .tookTooLong)
    }

    @Test func `takes with it what it has started, when it takes too long`() throws {
        let path = "/tmp/confab-subprocess-child-\(getpid())"
        defer { unlink(path) }
        #expect(try run("sleep 60 & echo $! > \(path); wait", milliseconds: 2_000) == .tookTooLong)
        let child = try #require(Self.text(path).flatMap { pid_t($0.dropLast()) })
        var isThere = true
        // Whoever adopted it may take a moment to notice.
        for _ in 1...200 where isThere {
            isThere = kill(child, 0) == 0 && Self.text("/proc/\(child)/stat")?.contains(") Z ") == false
            if isThere { usleep(10_000) }
        }
        #expect(!isThere)
    }

    @Test func `may close what it says, and ends as it ends`() throws {
        #expect(try run("exec >&- 2>&-; sleep 0.1; exit 5") == .exited(5))
    }

    @Test func `has its input and its environment, and not ours`() throws {
        setenv("CONFAB_TEST_SECRET", "x", 1)
        defer { unsetenv("CONFAB_TEST_SECRET") }
        #expect(try run("test \"$(cat /proc/self/fd/0)\" = hello", "hello") == .exited(0))
        #expect(try run("test \"$A\" = b && test -z \"$CONFAB_TEST_SECRET\"") == .exited(0))
    }

    @Test func `may say as much as it likes`() throws {
        #expect(try run("head -c 10000000 /dev/zero; exit 3") == .exited(3))
    }
}
