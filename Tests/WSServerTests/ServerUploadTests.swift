import Base
import Reactor
import TestClient
import Testing
import Wire

@testable import WSServer

@Suite("Server, taking bodies in pieces") struct ServerUploadTests {
    /// For a test that waits for a thread beside all the others.
    private static let patienceMilliseconds = 300_000

    private func head(_ length: Int, _ fields: String = "") -> String {
        "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(fields)\r\n"
    }

    /// The body that is on its way, once its head has been understood.
    private func stream(of echo: EchoServer) throws -> HTTPBodyStream {
        #expect(!echo.probe.wait(for: .asked("/upload")).isEmpty)
        return try #require(echo.probe.uploads.withLock { $0.popLast() })
    }

    private func readAll(_ stream: HTTPBodyStream) async throws(HTTPViolation) -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await stream.next() { bytes += piece }
        return bytes
    }

    /// A client on a thread of its own, so that it may wait while the test reads; gives what it has heard.
    private func withClient(
        of echo: EchoServer, _ client: @escaping @Sendable (TCPClient) throws -> [String],
        while body: () async throws -> Void
    ) async throws -> [String] {
        let heard = Guarded<[String]>([]), port = echo.port
        let thread = Thread(named: "client") {
            do {
                // However long the test waits for a thread beside all the others.
                let words = try client(try TCPClient(port: port, patienceSeconds: Self.patienceMilliseconds / 1_000))
                heard.withLock { $0 = words }
            } catch {
                let why = "\(error)"
                heard.withLock { $0 = [why] }
            }
        }
        try await body()
        thread.join()
        return heard.withLock { $0 }
    }

    @Test func `hands over every byte in order, and answers what was asked behind it`() async throws {
        let echo = try EchoServer {
            $0.uploadAheadBytesMax = 100_000
            $0.httpBodyGraceMilliseconds = Self.patienceMilliseconds
        }
        defer { echo.server.drain() }
        let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let heard = try await withClient(of: echo) { client in
            try client.send(head(bytes.count))
            try client.send(bytes)
            try client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            return try (1...2).map { _ in try client.readAnswer()?.text ?? "nothing" }
        } while: {
            let received = try await readAll(try stream(of: echo))
            #expect(received == bytes)
            echo.server.post(.answer, to: 0)
        }
        #expect(heard == ["POST /upload ", "GET /next "])
    }

    @Test func `reads no more than a little ahead of whoever takes the body`() async throws {
        let echo = try EchoServer {
            $0.uploadAheadBytesMax = 64 << 10
            $0.httpBodyGraceMilliseconds = Self.patienceMilliseconds
        }
        defer { echo.server.drain() }
        let client = try echo.connect(patienceSeconds: 1)
        let bytes = [UInt8](repeating: 7, count: 20 << 20)
        try client.send(head(bytes.count))
        let stream = try stream(of: echo)
        #expect(client.offer([7]) == 1)
        let first = try await stream.next()
        #expect(first == [7])
        // The kernel's buffers take some megabytes at most; then the client has to wait.
        let sent = client.offer(bytes)
        #expect(sent < bytes.count, "\(sent) bytes were taken")
        var count = 0
        while count < sent { count += try await stream.next()?.count ?? bytes.count }
        #expect(count == sent)
    }

    @Test func `gives leave to send only when the body is wanted`() async throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let heard = try await withClient(of: echo) { client in
            try client.send(head(5, "Expect: 100-continue\r\n"))
            var statuses = ["\(try client.readAnswer()?.status ?? 0)"]
            try client.send("hello")
            statuses.append("\(try client.readAnswer()?.status ?? 0)")
            // Whoever does not want it answers at once; the rest of the body is nobody's.
            try client.send(head(5, "Expect: 100-continue\r\n"))
            let answer = try client.readAnswer()
            statuses += ["\(answer?.status ?? 0)", answer?["connection"] ?? "goes on"]
            return statuses + ["\(try client.readToEnd().count)"]
        } while: {
            let received = try await readAll(try stream(of: echo))
            #expect(received.elementsEqual("hello".utf8))
            echo.server.post(.answer, to: 0)
            let second = try stream(of: echo)
            echo.server.post(.answer, to: 0)
            await #expect(throws: HTTPViolation.self) { try await second.next() }
        }
        #expect(heard == ["100", "200", "200", "close", "0"])
    }

    @Test func `says why a body will never be whole`() async throws {
        let echo = try EchoServer {
            $0.httpBodyGraceMilliseconds = 1_000
            $0.bodyBytesPerSecondMin = 1_000
        }
        defer { echo.server.drain() }
        func fault(_ text: String, _ then: (TCPClient) throws -> Void = { _ in }) async throws -> Int? {
            let client = try echo.connect()
            try client.send(text)
            try then(client)
            let stream = try stream(of: echo)
            do throws(HTTPViolation) {
                _ = try await readAll(stream)
                return nil
            } catch {
                echo.server.post(.answer, to: 0)
                return error.status
            }
        }
        #expect(try await fault(head(10) + "hal") { $0.finishSending() } == 400)
        #expect(try await fault(head(10) + "slow") == 408)
        #expect(try await fault(head(101 << 20)) == 413)
        let chunked = "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try await fault(chunked + "5\r\nhello\r\nx\r\n") == 400)
        #expect(try await fault(chunked + "5\r\nhello\r\n0\r\n\r\n") == nil)
        // A client that is gone for good.
        #expect(try await fault(head(10) + "hal") { $0.reset() } == 400)
    }
}
