import Base
import Testing

@testable import Auth
@testable import Outside

/// The examples of "Signature Calculations for the Authorization Header" of Amazon's reference of S3.
@Suite("A signed request to S3") struct S3SignatureTests {
    private let signature = S3Signature(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: Secret(Array("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".utf8)),
        region: "us-east-1")
    private let host = "examplebucket.s3.amazonaws.com"
    /// 2013-05-24T00:00:00Z.
    private let now = Timestamp(milliseconds: 1_369_353_600_000)

    private func signed(
        path: String, query: [(name: String, value: String)] = [], headers: [(name: String, value: String)] = []
    ) -> String {
        let fields = signature.fields(
            "GET", authority: host, path: path, query: query, headers: headers, payload: Digest.sha256([]), at: now)
        return fields.last { $0.name == "authorization" }?.value ?? "not signed"
    }

    @Test func `is signed as the example of reading a part of an object is`() {
        #expect(
            signed(path: "/test.txt", headers: [("Range", "bytes=0-9")])
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func `is signed as the examples with a query are`() {
        #expect(
            signed(path: "/", query: [("lifecycle", "")])
                .hasSuffix("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
        #expect(
            signed(path: "/", query: [("prefix", "J"), ("max-keys", "2")])
                .hasSuffix("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test func `has its query in order, with everything in it that could mean something else encoded`() {
        #expect(
            S3Signature.encoded([("uploads", ""), ("prefix", "a/b c+d=é~-._9"), ("a", "&")])
                == "a=%26&prefix=a%2Fb%20c%2Bd%3D%C3%A9~-._9&uploads=")
    }

    @Test func `is for settings that have one meaning only`() {
        let good = S3Settings(
            endpoint: "http://127.0.0.1:9000", region: "r", bucket: "abc", prefix: "a/b/", accessKey: "k",
            secretKey: Secret([1]))
        #expect(good.fault == nil)
        let bad: [(String, (inout S3Settings) -> Void)] = [
            ("s3-endpoint", { $0.endpoint = "ftp://a" }), ("s3-endpoint", { $0.endpoint = "https://a/b" }),
            ("s3-endpoint", { $0.endpoint = "https://me@a" }), ("s3-endpoint", { $0.endpoint = "https://" }),
            ("s3-bucket", { $0.bucket = "a" }), ("s3-bucket", { $0.bucket = "A_B_C" }),
            ("s3-region", { $0.region = "" }), ("s3-region", { $0.region = "a/b" }),
            ("s3-prefix", { $0.prefix = "a" }), ("s3-prefix", { $0.prefix = "/a/" }),
            ("s3-prefix", { $0.prefix = "a//" }), ("s3-prefix", { $0.prefix = "../" }),
            ("s3-prefix", { $0.prefix = "a b/" }), ("s3-access-key", { $0.accessKey = "" }),
            ("s3-access-key", { $0.accessKey = "a\r\nb" }), ("s3-secret-key", { $0.secretKey = Secret([]) }),
        ]
        for (name, change) in bad {
            var settings = good
            change(&settings)
            #expect(settings.fault?.setting == name)
        }
    }
}
