import Glibc
import TestClient
import TestSupport
import Testing

@Suite("A page of one's own") struct PageDirectoryTests {
    private let place = TemporaryDirectory()
    private static let script = String(repeating: "console.log('hello')\n", count: 200)

    private func serve() throws -> RunningServer {
        for (name, text) in [
            ("index.html", "<!doctype html><title>Ours</title>"), ("app.js", Self.script), ("data.xyz", "1"),
        ] { Files.write(Array(text.utf8), to: place.file(name)) }
        mkdir(place.file("img"), 0o755)
        Files.write(Array("GIF89a".utf8), to: place.file("img/dot.gif"))
        Files.write(Array("secret".utf8), to: place.file(".secret"))
        symlink("/etc/passwd", place.file("passwd.txt"))
        return try RunningServer(["CONFAB_PAGE_DIR": place.path])
    }

    @Test func `is served as it lies there, and no longer the built-in one`() throws {
        let server = try serve()
        let root = try server.call("GET", "/")
        #expect(root.status == 200)
        #expect(root.text == "<!doctype html><title>Ours</title>")
        for (path, type) in [
            ("/", "text/html; charset=utf-8"), ("/index.html", "text/html; charset=utf-8"),
            ("/app.js", "text/javascript; charset=utf-8"), ("/img/dot.gif", "image/gif"),
            ("/data.xyz", "application/octet-stream"),
        ] {
            let answer = try server.call("GET", path)
            #expect(answer.status == 200)
            #expect(answer["content-type"] == type)
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["content-security-policy"]?.hasPrefix("default-src 'self'") == true)
            #expect(answer["etag"] != nil && answer["last-modified"] != nil)
            let head = try server.call("HEAD", path)
            #expect(head["content-length"] == answer["content-length"])
            #expect(head["etag"] == answer["etag"])
        }
        #expect(try server.call("GET", "/api.js").status == 404)
    }

    @Test(arguments: [
        "/img", "/img/", "/.secret", "/passwd.txt", "/nothing", "/%2e%2e/secret", "/img/..%2f.secret", "/img//dot.gif",
        "/api/v1/nothing", "/api", "/api/v1/auth/nothing", "/operator/tokens",
    ])
    func `gives nothing that is not of it`(path: String) throws {
        let answer = try serve().call("GET", path)
        #expect(answer.status == 404 || answer.status == 400)
        #expect(answer["content-type"] == "application/problem+json")
        #expect(!answer.text.contains("root:"))
    }

    @Test func `leaves the API where it is`() throws {
        let server = try serve()
        #expect(try server.call("GET", "/health").status == 200)
        #expect(try server.call("GET", "/api/v1/users/me").status == 401)
        #expect(try server.call("POST", "/api/v1/nothing", "{}").status == 404)
        #expect(try server.call("POST", "/app.js", "{}").status == 405)
    }

    @Test func `is kept by browsers until it changes`() throws {
        let server = try serve()
        let first = try server.call("GET", "/app.js")
        let tag = try #require(first["etag"]), modified = try #require(first["last-modified"])
        for field in ["If-None-Match: \(tag)", "If-Modified-Since: \(modified)"] {
            #expect(try server.call("GET", "/app.js", fields: [field]).status == 304)
        }
        Files.write(Array(Self.script.reversed().map { "\($0)" }.joined().utf8), to: place.file("app.js"))
        let second = try server.call("GET", "/app.js", fields: ["If-None-Match: \(tag)"])
        #expect(second.status == 200)
        #expect(second["etag"] != tag)
    }

    @Test func `is sent compressed or in parts to who asks for that`() throws {
        let server = try serve()
        let whole = try server.call("GET", "/app.js")
        #expect(whole.text == Self.script)
        let compressed = try server.call("GET", "/app.js", fields: ["Accept-Encoding: gzip"])
        #expect(compressed["content-encoding"] == "gzip")
        #expect(compressed.body.count < 1_000)
        #expect(compressed["etag"] != whole["etag"])
        let head = try server.call("HEAD", "/app.js", fields: ["Accept-Encoding: gzip"])
        #expect(head["content-length"] == "\(compressed.body.count)")
        let part = try server.call("GET", "/app.js", fields: ["Range: bytes=8-10", "If-Range: \(whole["etag"] ?? "")"])
        #expect(part.status == 206)
        #expect(part.text == "log")
        #expect(part["content-range"] == "bytes 8-10/\(Self.script.utf8.count)")
        let none = try server.call("GET", "/app.js", fields: ["Range: bytes=99999-"])
        #expect(none.status == 416)
        #expect(none["content-range"] == "bytes */\(Self.script.utf8.count)")
    }

    @Test func `is downloaded by many slow readers at little cost`() throws {
        let server = try serve()
        let large = (0..<10 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 10) }
        Files.write(large, to: place.file("large.bin"))
        #expect(try server.call("GET", "/large.bin").body == large)
        let before = try server.residentBytes()
        let readers = try (0..<40).map { _ in try TCPClient(port: server.port, receiveBufferBytes: 4_096) }
        for reader in readers {
            try reader.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try reader.receiveMore())
        }
        // 400 MB are on their way.
        let each = (try server.residentBytes() - before) / readers.count
        #expect(each <= 256 << 10, "\(each >> 10) KiB each")
        #expect(try readers[0].readAnswer()?.body == large)
    }

    @Test func `has to be a directory with a page, and without the server's secrets`() throws {
        let program = TemporaryDirectory()
        func complaint(_ directory: String, data: String) throws -> String {
            let ended = try Program.run([
                "serve", "--dev", "--listen", "127.0.0.1:0", "--data", data, "--page-dir", directory,
            ])
            #expect(ended.status == 2)
            return ended.complaints
        }
        let data = program.file("data"), empty = program.file("empty")
        mkdir(empty, 0o755)
        #expect(try complaint(program.file("nothing"), data: data).contains("No such file"))
        #expect(try complaint(empty, data: data).contains("has no index.html"))
        Files.write(Array("x".utf8), to: program.file("index.html"))
        #expect(try complaint(program.path, data: data).contains("everybody could read it"))
        // A file of settings may hold the key that signs tokens.
        let settings = program.file("settings")
        Files.write("CONFAB_PAGE_DIR=\(program.path)\n", to: settings)
        let elsewhere = TemporaryDirectory()
        let ended = try Program.run([
            "serve", "--dev", "--listen", "127.0.0.1:0", "--data", elsewhere.file("data"), "--config", settings,
        ])
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("settings lies in"))
    }
}
