import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Nearly out of descriptors") struct DescriptorTests {
    /// Who is turned away may find the connection closed before anything could be sent.
    private func crowd(_ count: Int, on server: RunningServer, asking request: String = "") throws -> [TCPClient] {
        try (0..<count).map { _ in
            let client = try TCPClient(port: server.port, receiveBufferBytes: 4_096)
            try? client.send(request)
            return client
        }
    }

    /// Many at once make Swift's pool start threads and count them, which takes descriptors.
    private func expectAnswers(to guests: [TCPClient]) throws {
        for _ in 0..<20 {
            for guest in guests { try guest.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n") }
            for guest in guests { #expect(try guest.readAnswer()?.status == 200) }
        }
    }

    @Test func `however many are turned away, guests are answered and the operator's door is open`() throws {
        let server = try RunningServer(flags: ["--loops", "2"], descriptorsMax: 200)
        _ = try Person("ann", on: server)
        let guests = try (0..<40).map { _ in try TCPClient(port: server.port) }
        try expectAnswers(to: guests)
        let others = try crowd(300, on: server)
        try expectAnswers(to: guests)
        #expect(try Program.run(["token", "ann", "--dev", "--data", server.data]).status == 0)
        #expect(!server.log.contains("left waiting"))
        withExtendedLifetime(others) {}
    }

    @Test func `downloads take none of the last, and leave theirs when they end`() throws {
        let page = TemporaryDirectory()
        Files.write("<!doctype html>", to: page.file("index.html"))
        Files.write([UInt8](repeating: 0x61, count: 4 << 20), to: page.file("large.bin"))
        let server = try RunningServer(
            ["CONFAB_PAGE_DIR": page.path], flags: ["--loops", "1"], descriptorsMax: 260)
        let guests = try (0..<20).map { _ in try TCPClient(port: server.port) }
        try expectAnswers(to: guests)
        var readers = try crowd(120, on: server, asking: "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        try expectAnswers(to: guests)
        let heard = readers.filter { (try? $0.receiveMore()) == true }.map { $0.buffered.prefix(12) }
        #expect(heard.contains { $0.elementsEqual("HTTP/1.1 200".utf8) })
        #expect(heard.contains { $0.elementsEqual("HTTP/1.1 503".utf8) })
        #expect(!server.log.contains("left waiting"))
        readers = []
        for _ in 0..<100 where try server.call("GET", "/large.bin").status != 200 { usleep(20_000) }
        #expect(try server.call("GET", "/large.bin").status == 200)
    }
}
