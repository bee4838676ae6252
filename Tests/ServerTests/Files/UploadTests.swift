import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Uploading") struct UploadTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array("pixels".utf8)

    @Test func `takes a file, says what it is, and gives it back`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let answer = try ann.post(
            Self.png, fields: [#"Content-Type: text/html"#, #"Content-Disposition: attachment; filename="../me.png""#])
        #expect(answer.status == 201)
        let file = try answer.json(), id = try #require(file["id"])
        #expect(file["name"] == "me.png" && file["size"] == "14" && file["content_type"] == "image/png")
        #expect(file["owner"] == ann.id && file["sha256"]?.count == 64 && file["created_at"] != nil)
        #expect(file["url"] == "/api/v1/files/\(id)")
        #expect(answer["location"] == "/api/v1/files/\(id)")
        #expect(id.utf8.count == 24)
        let back = try ann.download(id)
        #expect(back.status == 200)
        #expect(back.body == Self.png)
        #expect(server.stored == (1, 0))
    }

    @Test func `takes a file in chunks, and of no length at all`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let client = try TCPClient(port: server.port)
        try client.send(
            "POST /api/v1/files?name=c HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(ann.token)\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")
        let answer = try #require(try client.readAnswer())
        #expect(answer.status == 201)
        #expect(try ann.download(try #require(try answer.json()["id"])).text == "hello!")
        let empty = try ann.upload([])
        #expect(try ann.download(empty).body == [])
        #expect(try ann.download(empty, fields: ["Range: bytes=0-9223372036854775807"]).status == 416)
    }

    @Test func `goes straight to the disk, however large the file is`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        _ = try ann.upload([1])
        let before = try server.residentBytes()
        let client = try TCPClient(port: server.port, receiveBufferBytes: 64 << 10, patienceSeconds: 60)
        let piece = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }, count = 90
        try client.send(ann.uploadHead(piece.count * count))
        var most = before
        for index in 0..<count {
            try client.send(piece)
            if index % 10 == 0 { most = max(most, try server.residentBytes()) }
        }
        let answer = try #require(try client.readAnswer())
        #expect(answer.status == 201, "\(answer.text)")
        most = max(most, try server.residentBytes())
        #expect(most - before < 16 << 20, "\((most - before) >> 20) MiB more")
        // And back, to one who reads slowly.
        let id = try #require(try answer.json()["id"])
        try client.send(
            "GET /api/v1/files/\(id) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(ann.token)\r\n\r\n")
        #expect(try client.receiveMore())
        usleep(300_000)
        #expect(try server.residentBytes() - before < 16 << 20)
        let back = try #require(try client.readAnswer())
        #expect(back.body.count == piece.count * count)
        #expect(back.body.suffix(piece.count).elementsEqual(piece))
    }

    @Test func `is refused at the head, before the body is asked for`() throws {
        let server = try RunningServer(["CONFAB_FILE_BYTES_MAX": "1000", "CONFAB_FILE_QUOTA_BYTES": "1500"])
        let ann = try Person("ann", on: server)
        func refusal(_ byteCount: Int, token: String? = nil) throws -> String {
            let client = try TCPClient(port: server.port)
            var asking = ann
            asking.token = token ?? ann.token
            try client.send(asking.uploadHead(byteCount, ["Expect: 100-continue"]))
            let answer = try #require(try client.readAnswer())
            let code = answer.status == 100 ? "" : try answer.json()["code"] ?? ""
            if answer.status >= 400 { #expect(answer["connection"] == "close") }
            return "\(answer.status) \(code)"
        }
        #expect(try refusal(10, token: "nonsense") == "401 invalid_token")
        #expect(try refusal(1_001) == "413 too_large")
        #expect(try refusal(1 << 30) == "413 too_large")
        #expect(try refusal(1_000) == "100 ")
        _ = try ann.upload([UInt8](repeating: 1, count: 1_000))
        #expect(try refusal(501) == "409 quota_exceeded")
        #expect(try refusal(500) == "100 ")
        // Also where the length shows only while it comes.
        let client = try TCPClient(port: server.port)
        try client.send(
            "POST /api/v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(ann.token)\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + "3E9\r\n" + String(repeating: "x", count: 1_001)
                + "\r\n0\r\n\r\n")
        #expect(try client.readAnswer()?.status == 413)
        #expect(try server.comesToStore(1))
    }

    @Test func `that is cut off or too slow leaves nothing behind`() throws {
        let server = try RunningServer([
            "CONFAB_HTTP_BODY_GRACE_MILLISECONDS": "1000", "CONFAB_BODY_BYTES_PER_SECOND_MIN": "1000",
        ])
        let ann = try Person("ann", on: server)
        let cut = try TCPClient(port: server.port)
        try cut.send(ann.uploadHead(100))
        try cut.send("half")
        cut.reset()
        let ended = try TCPClient(port: server.port)
        try ended.send(ann.uploadHead(100))
        try ended.send("half")
        ended.finishSending()
        #expect(try ended.readAnswer()?.status == 400)
        let slow = try TCPClient(port: server.port)
        try slow.send(ann.uploadHead(100_000))
        try slow.send("half")
        #expect(try slow.readAnswer()?.status == 408)
        #expect(try server.comesToStore(0))
        // It holds nobody up, and the places of those uploads are free again.
        for _ in 1...10 { _ = try ann.upload([1]) }
    }

    @Test func `that was under way when the server was killed leaves nothing behind`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let kept = try ann.upload(Self.png)
        let client = try TCPClient(port: server.port)
        try client.send(ann.uploadHead(1_000_000))
        try client.send([UInt8](repeating: 1, count: 500_000))
        for _ in 1...100 where server.stored.incoming == 0 { usleep(20_000) }
        #expect(server.stored.incoming == 1)
        _ = try server.stop(SIGKILL)
        // What stands between bytes and row.
        let stray = String(repeating: "ab", count: 32)
        Files.makeDirectory(server.data + "/files/ab")
        Files.write([1, 2, 3], to: server.data + "/files/ab/\(stray)")
        try server.start()
        #expect(try server.comesToStore(1))
        #expect(try ann.download(kept).body == Self.png)
    }

    @Test func `takes the first file of a form, and throws the rest of it away`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        func form(_ parts: [String], end: String = "--b--\r\n") throws -> HTTPAnswer {
            let body = parts.map { "--b\r\n\($0)\r\n" }.joined() + end
            return try ann.post(Array(body.utf8), fields: ["Content-Type: multipart/form-data; boundary=b"])
        }
        let disposition = "Content-Disposition: form-data; name=\"x\""
        let answer = try form([
            "\(disposition)\r\n\r\nvalue",
            "\(disposition); filename=\"plän.txt\"\r\nContent-Type: text/html\r\n\r\nfirst",
            "\(disposition); filename=\"b.txt\"\r\n\r\nsecond",
        ])
        #expect(answer.status == 201)
        #expect(try answer.json()["name"] == "plän.txt")
        #expect(try ann.download(try #require(try answer.json()["id"])).text == "first")
        #expect(try form(["\(disposition)\r\n\r\nvalue"]).status == 422)
        #expect(try form(["\(disposition); filename=\"a\"\r\n\r\nhalf"], end: "").status == 400)
        #expect(try form(["no field\r\n\r\nx"]).status == 400)
        #expect(try ann.post([1], fields: ["Content-Type: multipart/mixed; boundary=b"]).status == 400)
        #expect(try server.comesToStore(1))
    }

    @Test func `ends with the login that began it`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let client = try TCPClient(port: server.port)
        try client.send(ann.uploadHead(10))
        try client.send("12345")
        for _ in 1...100 where server.stored.incoming == 0 { usleep(20_000) }
        #expect(try ann.call("POST", "/auth/logout").status == 204)
        try client.send("67890")
        #expect(try client.readAnswer()?.status == 401)
        #expect(try server.comesToStore(0))
    }
}
