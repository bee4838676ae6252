import Auth
import Base
import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Uploading by tus") struct ResumableUploadTests {
    private let content = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    @Test func `says what it can, begins, goes on, and comes to a file`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let offers = try server.call("OPTIONS", Person.uploads)
        #expect(offers.status == 204 && offers["tus-resumable"] == "1.0.0" && offers["tus-version"] == "1.0.0")
        #expect(offers["tus-extension"] == "creation,creation-with-upload,termination,checksum,expiration")
        #expect(offers["tus-max-size"] == "104857600" && offers["tus-checksum-algorithm"] == "sha1,sha256")
        let begun = try ann.tus(
            "POST", Person.uploads, ["Upload-Length: 400000", "Upload-Metadata: filename bW92ZXMuYmlu,x"])
        #expect(begun.status == 201 && begun["tus-resumable"] == "1.0.0" && begun["upload-offset"] == "0")
        #expect(begun["upload-expires"]?.hasSuffix(" GMT") == true)
        let place = try #require(begun["location"])
        #expect(place.hasPrefix("/api/v1/files/uploads/"))
        let first = try ann.addPiece(Array(content[..<150_000]), to: place, at: 0)
        #expect(first.status == 204 && first["upload-offset"] == "150000" && first["content-location"] == nil)
        let told = try ann.tus("HEAD", place)
        #expect(told.status == 200 && told["upload-offset"] == "150000" && told["upload-length"] == "400000")
        #expect(told["upload-metadata"] == "filename bW92ZXMuYmlu,x" && told["cache-control"] == "no-store")
        let last = try ann.addPiece(Array(content[150_000...]), to: place, at: 150_000)
        #expect(last.status == 204 && last["upload-offset"] == "400000")
        let file = try #require(last["content-location"])
        #expect(try ann.tus("HEAD", place)["content-location"] == file)
        let shown = try server.call("GET", place, token: ann.token).json()
        #expect(shown["received"] == "400000" && shown["file.url"] == file && shown["file.name"] == "moves.bin")
        #expect(shown["file.sha256"] == Digest.sha256(content).hexadecimal)
        #expect(try server.call("GET", file, token: ann.token).body == content)
        #expect(try ann.tus("DELETE", place).status == 204)
        #expect(try ann.tus("HEAD", place).status == 404)
        #expect(try server.call("GET", file, token: ann.token).status == 200)
        #expect(server.stored == (1, 0))
    }

    @Test func `refuses what is not as the protocol has it`() throws {
        let server = try RunningServer(["CONFAB_FILE_BYTES_MAX": "1000", "CONFAB_FILE_QUOTA_BYTES": "1500"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let piece = "Content-Type: \(Person.pieceType)"
        func create(_ fields: String..., version: String? = "Tus-Resumable: 1.0.0") throws -> HTTPAnswer {
            try ann.tus("POST", Person.uploads, fields, version: version)
        }
        for version in [nil, "Tus-Resumable: 0.2.2"] {
            let answer = try create("Upload-Length: 1", version: version)
            #expect(answer.status == 412 && answer["tus-version"] == "1.0.0" && answer["tus-resumable"] == "1.0.0")
        }
        #expect(try create().status == 400)
        #expect(try create("Upload-Defer-Length: 1").status == 400)
        #expect(try create("Upload-Length: -1").status == 400)
        #expect(try create("Upload-Length: 99999999999999999999").status == 400)
        #expect(try create("Upload-Length: 1001").status == 413)
        #expect(try create("Upload-Length: 1", "Upload-Metadata: filename !").status == 400)
        let place = try ann.beginUpload(1_000)
        #expect(try create("Upload-Length: 501").status == 409, "what is not whole has its place in the quota")
        for fields in [["Upload-Offset: 0"], ["Upload-Offset: 0", "Content-Type: text/plain"]] {
            #expect(try ann.tus("PATCH", place, fields, body: [1]).status == 415)
        }
        #expect(try ann.tus("PATCH", place, [piece], body: [1]).status == 400)
        let early = try ann.addPiece([1], to: place, at: 1)
        #expect(early.status == 409 && early["upload-offset"] == "0" && early["tus-resumable"] == "1.0.0")
        #expect(try ann.addPiece([UInt8](repeating: 1, count: 1_001), to: place, at: 0).status == 413)
        #expect(try ann.offset(of: place) == 0)
        // In chunks, it shows only while it comes.
        let client = try TCPClient(port: server.port)
        try client.send(ann.tusHead("PATCH", place, ["Upload-Offset: 0", piece, "Transfer-Encoding: chunked"]))
        try client.send("3E9\r\n" + String(repeating: "x", count: 1_001) + "\r\n0\r\n\r\n")
        #expect(try client.readAnswer()?.status == 413)
        for method in ["HEAD", "DELETE"] { #expect(try bob.tus(method, place).status == 404) }
        #expect(try bob.addPiece([1], to: place, at: 0).status == 404)
        #expect(try server.call("GET", place, token: bob.token).status == 404)
        let other = place.dropLast(32) + String(repeating: "0", count: 32)
        #expect(try ann.addPiece([1], to: String(other), at: 0).status == 404)
    }

    @Test func `keeps a piece with a checksum only when it is what it should be`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server), place = try ann.beginUpload(400_000)
        func checksum(_ bytes: [UInt8]) -> String { "Upload-Checksum: sha256 " + Base64.encode(Digest.sha256(bytes)) }
        let half = Array(content[..<200_000])
        let wrong = try ann.addPiece(half.reversed(), to: place, at: 0, [checksum(half)])
        #expect(wrong.status == 460)
        #expect(try ann.offset(of: place) == 0)
        for field in ["Upload-Checksum: md5 AAAA", "Upload-Checksum: sha1"] {
            #expect(try ann.addPiece(half, to: place, at: 0, [field]).status == 400)
        }
        // One that is cut off cannot be checked.
        let client = try TCPClient(port: server.port)
        let fields = ["Upload-Offset: 0", "Content-Type: \(Person.pieceType)", checksum(half)]
        try client.send(ann.tusHead("PATCH", place, fields, byteCount: half.count))
        try client.send(Array(half[..<100_000]))
        client.finishSending()
        #expect(try client.readAnswer()?.status == 400)
        #expect(try ann.offset(of: place) == 0)
        #expect(try ann.addPiece(half, to: place, at: 0, [checksum(half)]).status == 204)
        let rest = Array(content[200_000...])
        let digest = RunningDigest(.sha1)
        digest.update(rest)
        let last = try ann.addPiece(
            rest, to: place, at: 200_000, ["Upload-Checksum: sha1 " + Base64.encode(digest.finish())])
        #expect(last.status == 204)
        let file = try #require(last["content-location"])
        #expect(try server.call("GET", file, token: ann.token).body == content)
    }

    @Test func `is one request's at a time, and who asks where to go on has the others end`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server), place = try ann.beginUpload(400_000)
        let silent = try TCPClient(port: server.port)
        let fields = ["Upload-Offset: 0", "Content-Type: \(Person.pieceType)"]
        try silent.send(ann.tusHead("PATCH", place, fields, byteCount: content.count))
        try silent.send(Array(content[..<150_000]))
        for _ in 1...200 where server.stored.count == 0 { usleep(20_000) }
        #expect(server.stored.count == 1)
        let other = try ann.addPiece([UInt8](repeating: 0xFF, count: 400_000), to: place, at: 0)
        #expect(other.status == 423 && other["retry-after"] == "1")
        let offset = try #require(try ann.offset(of: place))
        #expect(offset > 0 && offset <= 150_000)
        #expect(try silent.readAnswer()?.status == 409)
        let last = try ann.addPiece(Array(content[offset...]), to: place, at: offset)
        #expect(last.status == 204)
        let file = try #require(last["content-location"])
        #expect(try server.call("GET", file, token: ann.token).body == content)
    }

    @Test func `takes the first piece with the beginning, nothing for an empty file, and a method by its name`() throws
    {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let piece = "Content-Type: \(Person.pieceType)"
        let begun = try ann.tus(
            "POST", Person.uploads, ["Upload-Length: 10", piece], body: Array("hello".utf8))
        #expect(begun.status == 201 && begun["upload-offset"] == "5")
        let place = try #require(begun["location"])
        let last = try ann.tus(
            "POST", place, ["Upload-Offset: 5", piece, "X-HTTP-Method-Override: PATCH"], body: Array("world".utf8))
        #expect(last.status == 204)
        let file = try #require(last["content-location"])
        #expect(try server.call("GET", file, token: ann.token).text == "helloworld")
        #expect(try ann.tus("POST", place).status == 400)
        #expect(try ann.tus("POST", place, ["X-HTTP-Method-Override: DELETE"]).status == 204)
        #expect(try ann.tus("HEAD", place).status == 404)
        let empty = try ann.tus("POST", Person.uploads, ["Upload-Length: 0"])
        #expect(empty.status == 201 && empty["upload-offset"] == "0")
        let nothing = try #require(empty["content-location"])
        #expect(try server.call("GET", nothing, token: ann.token).body == [])
        let tooMuch = try ann.tus("POST", Person.uploads, ["Upload-Length: 1", piece], body: [1, 2])
        #expect(tooMuch.status == 413)
    }

    @Test func `is over when nothing is added for too long, and leaves nothing behind`() throws {
        let server = try RunningServer(["CONFAB_OPEN_UPLOAD_SECONDS": "1", "CONFAB_PURGE_SECONDS": "1"])
        let ann = try Person("ann", on: server), place = try ann.beginUpload(10)
        #expect(try ann.addPiece([1], to: place, at: 0).status == 204)
        #expect(try server.comesToStore(0))
        #expect(try ann.tus("HEAD", place).status == 404)
        #expect(try ann.addPiece([1], to: place, at: 1).status == 404)
    }

    @Test func `goes on where it was told to be after the server was killed`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server), place = try ann.beginUpload(400_000)
        var offset = 0
        for round in 1... where offset < content.count {
            let end = min(content.count, offset + 90_000)
            let told = try ann.addPiece(Array(content[offset..<end]), to: place, at: offset)
            #expect(told["upload-offset"] == "\(end)")
            offset = end
            guard offset < content.count else { break }
            // Killed while the next is on its way: what comes of it is kept or not, but never something else.
            let client = try TCPClient(port: server.port)
            let fields = ["Upload-Offset: \(offset)", "Content-Type: \(Person.pieceType)"]
            try client.send(ann.tusHead("PATCH", place, fields, byteCount: content.count - offset))
            try client.send(Array(content[offset..<min(content.count, offset + 20_000 * round)]))
            _ = try server.stop(SIGKILL)
            try server.start()
            let found = try #require(try ann.offset(of: place))
            #expect(found >= offset)
            offset = found
        }
        let file = try #require(try ann.tus("HEAD", place)["content-location"])
        #expect(try server.call("GET", file, token: ann.token).body == content)
        #expect(try server.comesToStore(1))
    }
}
