import Base
import Glibc
import Reactor
import TestClient
import Testing

@testable import WSServer

/// A file that only these tests have, gone from its directory at once.
private final class TestFile {
    let file: OpenFile
    let bytes: [UInt8]
    private let writing: Descriptor

    init(byteCount: Int) throws {
        var template = Array("/tmp/confab-test-XXXXXX".utf8CString)
        let raw = mkstemp(&template)
        guard raw >= 0 else { throw SystemError("mkstemp") }
        writing = Descriptor(raw)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        #expect(bytes.withUnsafeBytes { pwrite(raw, $0.baseAddress, $0.count, 0) } == byteCount)
        file = try #require(OpenFile(adopting: open(path, O_RDONLY | O_CLOEXEC)))
    }

    func shorten(to byteCount: Int) { #expect(ftruncate(writing.raw, off_t(byteCount)) == 0) }
}

@Suite("Server, sending files") struct ServerFileTests {
    private func get(_ path: String, _ fields: String = "", method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    @Test(arguments: [0, 1, 64 << 10, (64 << 10) + 1, 3_000_000])
    func `sends the whole of it, and answers what was asked behind it`(byteCount: Int) throws {
        let echo = try EchoServer(), file = try TestFile(byteCount: byteCount)
        defer { echo.server.drain() }
        echo.probe.file.withLock { $0 = file.file }
        let client = try echo.connect()
        try client.send(get("/file") + get("/file") + get("/a"))
        for _ in 0..<2 {
            let answer = try #require(try client.readAnswer())
            #expect(answer.status == 200)
            #expect(answer["content-length"] == "\(byteCount)")
            #expect(answer.body == file.bytes)
        }
        #expect(try client.readAnswer()?.text == "GET /a ")
    }

    @Test func `tells of it in answer to HEAD and sends nothing of it`() throws {
        let echo = try EchoServer(), file = try TestFile(byteCount: 100_000)
        defer { echo.server.drain() }
        echo.probe.file.withLock { $0 = file.file }
        let client = try echo.connect()
        try client.send(get("/file", method: "HEAD") + get("/a"))
        #expect(try client.readAnswer(isForHead: true)?["content-length"] == "100000")
        #expect(try client.readAnswer()?.text == "GET /a ")
    }

    @Test func `ends the connection behind it when the client asks for that, or has finished sending`() throws {
        let echo = try EchoServer(), file = try TestFile(byteCount: 500_000)
        defer { echo.server.drain() }
        echo.probe.file.withLock { $0 = file.file }
        for field in ["Connection: close\r\n", ""] {
            let client = try echo.connect()
            try client.send(get("/file", field))
            if field.isEmpty { client.finishSending() }
            #expect(try client.readAnswer()?.body == file.bytes)
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func `cuts the connection when there is less of it than was promised`() throws {
        let echo = try EchoServer(), file = try TestFile(byteCount: 8_000_000)
        defer { echo.server.drain() }
        echo.probe.file.withLock { $0 = file.file }
        let client = try echo.connect(receiveBufferBytes: 4_096)
        try client.send(get("/file"))
        while client.buffered.count < 100_000 { #expect(try client.receiveMore()) }
        file.shorten(to: 200_000)
        let received = try client.readToEnd()
        #expect(received.count < 8_000_000)
        // Others are served on.
        let other = try echo.connect()
        try other.send(get("/a"))
        #expect(try other.readAnswer()?.status == 200)
    }

    @Test func `goes on at the pace of a slow reader, and serves others meanwhile`() throws {
        let echo = try EchoServer { $0.stalledMillisecondsMax = 1_500 }, file = try TestFile(byteCount: 1_500_000)
        defer { echo.server.drain() }
        echo.probe.file.withLock { $0 = file.file }
        let slow = try echo.connect(receiveBufferBytes: 4_096), other = try echo.connect()
        try slow.send(get("/file"))
        for _ in 0..<20 {
            usleep(120_000)
            _ = try slow.receiveMore()
            try other.send(get("/a"))
            #expect(try other.readAnswer()?.status == 200)
        }
        #expect(try slow.readAnswer()?.body == file.bytes)
    }

    @Test func `gives up a reader that takes nothing`() throws {
        let echo = try EchoServer { limits in
            limits.stalledMillisecondsMax = 500
            limits.httpHeadMillisecondsMax = 300
        }
        let file = try TestFile(byteCount: 8_000_000)
        defer { echo.server.drain() }
        echo.probe.file.withLock { $0 = file.file }
        let client = try echo.connect(receiveBufferBytes: 4_096)
        try client.send(get("/file"))
        usleep(2_500_000)
        #expect(try client.readToEnd().count < 8_000_000)
    }
}
