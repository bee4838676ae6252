import Base
import Glibc
import Reactor
import TestSupport
import Testing

@testable import Auth
@testable import Outside

/// Against a service that says what its test has it say; one that understands what it is told is in
/// `Tests/hostile/test_buckets.py`.
@Suite("A bucket of S3") struct S3BucketTests {
    private func bucket(_ server: ScriptedServer, secret: String = "s") -> S3Bucket {
        S3Bucket(
            S3Settings(
                endpoint: "http://127.0.0.1:\(server.port)", region: "us-east-1", bucket: "chat", prefix: "p/",
                accessKey: "k", secretKey: Secret(Array(secret.utf8))))
    }

    private func failure<Value>(_ body: () throws(ObjectFailure) -> Value) -> ObjectFailure? {
        do throws(ObjectFailure) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    private static func reply(_ status: Int, _ body: String = "", _ fields: String = "") -> String {
        "HTTP/1.1 \(status) So\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    @Test func `is told of the whole file at once, with its hash, and without the secret`() throws {
        let heard = Heard(), directory = TemporaryDirectory()
        let server = ScriptedServer { peer in
            let request = peer.readRequest()
            heard.note(request.head)
            heard.note(request.body)
            peer.write(Self.reply(200))
        }
        let bucket = bucket(server, secret: "do not tell")
        defer { bucket.close() }
        let bytes = Array("hello".utf8), hash = Digest.sha256(bytes)
        try bucket.put("ab/abc", try Self.file(bytes, in: directory), sha256: hash)
        let head = heard.all[0].split(separator: "\r\n").map(String.init)
        #expect(head[0] == "PUT /chat/p/ab/abc HTTP/1.1")
        #expect(head.contains("Content-Length: 5"))
        #expect(head.contains("x-amz-content-sha256: \(hash.hexadecimal)"))
        #expect(head.count { $0.lowercased().hasPrefix("host:") } == 1)
        #expect(!heard.all[0].contains("do not tell") && heard.all[1] == "hello")
    }

    @Test func `is asked again when it is in trouble, and not when it refuses`() throws {
        let replies = Guarded([
            Self.reply(503, "<Error><Code>SlowDown</Code></Error>"), Self.reply(500), Self.reply(204),
            Self.reply(403, "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>"),
            Self.reply(503), Self.reply(503), Self.reply(503), Self.reply(404), Self.reply(200, "yes"),
            Self.reply(404, "<Error><Code>NoSuchBucket</Code></Error>"),
        ])
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write(replies.withLock { $0.isEmpty ? "" : $0.removeFirst() })
        }
        let bucket = bucket(server)
        defer { bucket.close() }
        try bucket.remove("a")
        #expect(
            failure { () throws(ObjectFailure) in try bucket.remove("a") }
                == .refused("http://127.0.0.1:\(server.port) says SignatureDoesNotMatch: no"))
        #expect(
            failure { () throws(ObjectFailure) in try bucket.remove("a") } == .unavailable("status 503"))
        #expect(failure { () throws(ObjectFailure) in try bucket.get("a") { _ in true } } == .missing)
        let came = Guarded<[UInt8]>([])
        try bucket.get("a") { piece in
            came.withLock { $0 += piece }
            return true
        }
        #expect(came.withLock { $0 } == Array("yes".utf8))
        guard case .refused = failure({ () throws(ObjectFailure) in try bucket.list(after: nil) }) else {
            Issue.record("a bucket that is not there was taken for an empty one")
            return
        }
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "", "nonsense\r\n\r\n"])
    func `that breaks off has not given the object`(reply: String) {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            peer.write(reply)
        }
        let bucket = bucket(server)
        defer { bucket.close() }
        guard case .unavailable = failure({ () throws(ObjectFailure) in try bucket.get("a") { _ in true } }) else {
            Issue.record("\(reply) was taken")
            return
        }
    }

    @Test func `is told to throw the parts away when they do not become a whole`() throws {
        let heard = Heard(), directory = TemporaryDirectory()
        let server = ScriptedServer { peer in
            let head = peer.read(until: "\r\n\r\n"), line = head.split(separator: "\r\n")[0]
            let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            _ = peer.read(count: Int(length?.split(separator: " ").last ?? "") ?? 0)
            heard.note(String(line.dropLast(" HTTP/1.1".count)))
            switch true {
            case line.contains("uploads="):
                peer.write(Self.reply(200, "<R><UploadId>u1</UploadId></R>"))
            case line.hasPrefix("PUT"): peer.write(Self.reply(200, "", "ETag: \"t\"\r\n"))
            case line.hasPrefix("POST"):
                peer.write(Self.reply(200, "<Error><Code>InternalError</Code></Error>"))
            default: peer.write(Self.reply(204))
            }
        }
        let bucket = bucket(server)
        defer { bucket.close() }
        let bytes = [UInt8](repeating: 1, count: S3Bucket.wholeByteCountMax + 1)
        let file = try Self.file(bytes, in: directory)
        #expect(
            failure { () throws(ObjectFailure) in try bucket.put("a", file, sha256: Digest.sha256(bytes)) }
                == .unavailable("InternalError: "))
        #expect(
            heard.all == [
                "POST /chat/p/a?uploads=", "PUT /chat/p/a?partNumber=1&uploadId=u1",
                "PUT /chat/p/a?partNumber=2&uploadId=u1", "PUT /chat/p/a?partNumber=3&uploadId=u1",
                "POST /chat/p/a?uploadId=u1", "DELETE /chat/p/a?uploadId=u1",
            ])
    }

    @Test func `that is closed fails at once, also for who asks afterwards`() {
        let server = ScriptedServer { peer in
            _ = peer.readRequest()
            _ = peer.read(until: "never")
        }
        let bucket = bucket(server), ended = Guarded(false)
        let waiting = Thread(named: "asking") {
            _ = try? bucket.remove("a")
            ended.withLock { $0 = true }
        }
        _ = waiting
        while server.count.withLock({ $0 }) == 0 { usleep(1_000) }
        bucket.close()
        while !ended.withLock({ $0 }) { usleep(1_000) }
        guard case .unavailable = failure({ () throws(ObjectFailure) in try bucket.remove("a") }) else {
            Issue.record("a closed bucket was asked")
            return
        }
    }

    private static func file(_ bytes: [UInt8], in directory: TemporaryDirectory) throws -> OpenFile {
        let path = directory.file("content")
        Files.write(bytes, to: path)
        return try #require(OpenFile(adopting: open(path, O_RDONLY)))
    }
}
