import Base
import TestClient
import TestSupport
import Testing

extension CrashTests {
    /// The calls that write the bytes of files, and no others, find no room.
    @Suite("A disk without room for a file") struct FullDiskUploadTests {
        private func upload(_ byteCount: Int, by token: String, port: UInt16) throws -> HTTPAnswer? {
            let client = try TCPClient(port: port)
            try client.send(
                "POST /api/v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n"
                    + "Content-Length: \(byteCount)\r\n\r\n")
            _ = client.offer([UInt8](repeating: 7, count: byteCount))
            return try client.readAnswer()
        }

        @Test(.timeLimit(.minutes(1))) func `answers 507, keeps nothing of the file, and goes on`() throws {
            let pair = try Pair()
            let traced = try Traced(
                pair.data, ["trace=writev", "inject=writev:error=ENOSPC:when=3+2"])
            let port = try traced.server.port()
            let refused = try #require(try upload(1 << 20, by: pair.tokens[0], port: port))
            #expect(refused.status == 507)
            #expect(refused.text.contains("storage_full"))
            #expect(Files.names(in: pair.data.file("data/files/incoming")) == [])
            #expect(Files.names(in: pair.data.file("data/files")).sorted() == ["incoming", "uploads"])
            #expect(traced.calls.contains { $0.contains("ENOSPC") })
            // Messages have their room, and so has the next small file. Each thread's calls are counted by themselves,
            // so that a small one may meet with the same once more.
            #expect(try pair.send("m", as: "1", try pair.enter(port)) == (1, false))
            let isTaken = try (1...4).contains { _ in
                try upload(1, by: pair.tokens[0], port: port)?.status == 201
            }
            #expect(isTaken)
        }
    }
}
