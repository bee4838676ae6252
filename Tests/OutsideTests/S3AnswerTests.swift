import Base
import Testing

@testable import Outside

@Suite("What S3 answers") struct S3AnswerTests {
    private let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    private func answer(_ text: String) -> S3Answer { S3Answer(Array((head + text).utf8)) }

    @Test func `is a page of objects, whose names are told without what all begin with`() {
        let page = answer(
            """
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>chat/</Prefix>
            <KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>true</IsTruncated>
            <Contents><Key>chat/ab/abcd</Key><LastModified>2026-11-22T00:00:00.000Z</LastModified><ETag>"x"</ETag>
            <Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>
            <Contents><Key>chat/cd/cdef</Key><Size>0</Size></Contents></ListBucketResult>
            """
        ).page(without: "chat/")
        #expect(
            page
                == ObjectPage(
                    entries: [.init(name: "ab/abcd", byteCount: 12), .init(name: "cd/cdef", byteCount: 0)],
                    isLast: false))
    }

    @Test func `is an empty page, or none at all`() {
        let empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        #expect(answer(empty).page(without: "") == ObjectPage(entries: [], isLast: true))
        for text in [
            "", "<html>hello</html>", "<ListBucketResult></ListBucketResult>",
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>x</Size></Contents>",
        ] {
            #expect(answer(text).page(without: "") == nil)
        }
    }

    @Test func `says why it does not do what it was asked for`() {
        let text = "<Error><Code>SignatureDoesNotMatch</Code><Message>The key is wrong.</Message></Error>"
        #expect(answer(text).reason == "SignatureDoesNotMatch: The key is wrong.")
        #expect(answer("<Error>").reason == nil)
        #expect(answer("<CompleteMultipartUploadResult><ETag>1</ETag>").reason == nil)
    }

    @Test func `lists uploads that were never ended`() {
        let list = answer(
            """
            <ListMultipartUploadsResult xmlns="x"><Upload><Key>a/b</Key><UploadId>1</UploadId></Upload>
            <Upload><Key>a/c</Key><UploadId>2</UploadId></Upload></ListMultipartUploadsResult>
            """
        ).unfinished
        #expect(list?.map(\.key) == ["a/b", "a/c"] && list?.map(\.id) == ["1", "2"])
        #expect(answer("<Error/>").unfinished == nil)
    }

    @Test func `may be anything without harm`() {
        var random = RandomSource(seed: 7)
        let words = ["<Key>", "</Key>", "<Contents>", "</Contents>", "<Size>", "1", "<", ">", "é", "<IsTruncated>"]
        for _ in 0..<2_000 {
            let text = (0..<20).map { _ in words.randomElement(using: &random)! }.joined()
            _ = answer("<ListBucketResult" + text).page(without: "a")
            _ = S3Answer(random.bytes(40)).page(without: "")
        }
    }
}
