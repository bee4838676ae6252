import Auth
import Base
import Testing

@testable import Gateway

@Suite("The words of an upload") struct UploadWordTests {
    @Test(arguments: [
        ("", "file"), ("filename aGVsbG8udHh0", "hello.txt"), ("name aGVsbG8udHh0,filetype dGV4dA==", "hello.txt"),
        ("is_confidential,filename  YQ==", "a"), ("filename", "file"), ("filename Li4vLi4vZXRjL3Bhc3N3ZA==", "passwd"),
        ("filename 5pel5pysLnR4dA==", "日本.txt"), (" filename YQ== , x ", "a"),
    ])
    func `say a name, which is nothing but a name`(text: String, name: String) throws {
        let metadata = try #require(UploadMetadata(parsing: text))
        #expect(metadata.name(bytesMax: 255) == name)
        #expect(metadata.text == text)
    }

    @Test(arguments: [
        "filename !", "filename YQ", "filename YQ== YQ==", ",", "filename YQ==,", "a YQ==,a YQ==", "\u{E4} YQ==",
        "filename " + String(repeating: "YWFh", count: 1_024),
    ])
    func `that are malformed, doubled or too long are refused`(text: String) {
        #expect(UploadMetadata(parsing: text) == nil)
    }

    @Test func `are refused where the name is no text`() throws {
        #expect(try #require(UploadMetadata(parsing: "filename /w==")).name(bytesMax: 255) == nil)
    }

    @Test func `have a checksum of a known kind and length`() throws {
        let sha1 = try #require(UploadChecksum(parsing: "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00="))
        #expect(sha1.kind == .sha1)
        let digest = RunningDigest(.sha1)
        digest.update(Array("hello".utf8))
        #expect(digest.finish() == sha1.value)
        let sha256 = "sha256 " + Base64.encode(Digest.sha256([1]))
        #expect(UploadChecksum(parsing: sha256)?.value == Digest.sha256([1]))
        for text in ["", "sha1", "md5 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha1 qvTG", "sha1  qvTGHdzF6KLavt4PO0gs2a6pQ00="]
        {
            #expect(UploadChecksum(parsing: text) == nil)
        }
    }
}

@Suite("A link to a file") struct FileLinkTests {
    @Test func `is good for its file, its maker and its end, and for nothing that was changed`() throws {
        let key = try ProofKey([UInt8](repeating: 7, count: 32)), other = try ProofKey([UInt8](repeating: 8, count: 32))
        let link = FileLink(
            file: "file", maker: try #require(UserID(rawValue: 42)), expiresAt: Timestamp(milliseconds: 1_234_567))
        let text = link.text(key: key)
        #expect(FileLink(text, to: "file", key: key) == link)
        #expect(FileLink(text, to: "another", key: key) == nil)
        #expect(FileLink(text, to: "file", key: other) == nil)
        var bytes = try #require(Base64.decodeURLSafe(text.utf8))
        for index in bytes.indices {
            bytes[index] ^= 1
            #expect(FileLink(Base64.encodeURLSafe(bytes), to: "file", key: key) == nil)
            bytes[index] ^= 1
        }
        for cut in ["", "a", String(text.dropLast()), text + "A", "\u{0}"] {
            #expect(FileLink(cut, to: "file", key: key) == nil)
        }
    }
}
