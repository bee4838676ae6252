import Glibc
import TestClient
import Testing

@Suite("The log") struct LogTests {
    @Test func `is JSON, line by line, however long what it tells of is`() throws {
        let server = try RunningServer(["CONFAB_LOG_LEVEL": "debug"])
        for byteCount in [10, 3_000, 4_000, 15_000] {
            #expect(try server.call("GET", "/" + String(repeating: "a", count: byteCount)).status == 404)
        }
        let lines = server.log.split(separator: "\n")
        #expect(lines.count { $0.contains("\"answered\"") } == 4)
        for line in lines {
            #expect(line.utf8.count < 4_096)
            #expect(try JSONText(Array(line.utf8))["level"] != nil)
        }
    }
}
