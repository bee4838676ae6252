internal import Auth
internal import Base
internal import CCurl

/// One request to a bucket, before it is signed.
struct S3Request: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// With the SHA-256 of exactly this part.
        case file(OpenFile, Range<Int>, sha256: [UInt8])
    }

    var method: String
    /// In the bucket, with what all names begin with; empty for the bucket itself.
    var key = ""
    var query: [(name: String, value: String)] = []
    var body = Body.bytes([])
    var sink: (@Sendable ([UInt8]) -> Bool)?
    /// `nil` for as long as it moves.
    var timeoutMilliseconds: Int? = S3Request.usualMilliseconds

    /// For what is small.
    static let usualMilliseconds = 30_000
    /// For putting the parts of a large object together.
    static let completingMilliseconds = 300_000
    /// Bytes of an answer that is no object: a list of a thousand names has 400 KB.
    private static let answerBytesMax = 4 << 20

    /// Without a type of ours libcurl calls a body a form, and some services read it as one.
    private static func headers(_ userAgent: String) -> [String] {
        ["User-Agent: \(userAgent)", "Content-Type: application/octet-stream"]
    }

    func order(_ settings: S3Settings, userAgent: String, at now: Timestamp) -> CurlOrder {
        let signature = S3Signature(
            accessKey: settings.accessKey, secretKey: settings.secretKey, region: settings.region)
        let path = settings.path(key)
        let payload: [UInt8], content: CurlOrder.Body
        switch body {
        case .bytes(let bytes): (payload, content) = (Digest.sha256(bytes), .bytes(bytes))
        case .file(let file, let range, let sha256): (payload, content) = (sha256, .file(file, range))
        }
        let fields = signature.fields(
            method, authority: settings.authority, path: path, query: query, payload: payload, at: now)
        let queryText = query.isEmpty ? "" : "?" + S3Signature.encoded(query)
        var order = CurlOrder(
            url: settings.url + path + queryText,
            kind: .http(
                method: method, headers: Self.headers(userAgent) + fields.map { "\($0.name): \($0.value)" },
                body: content),
            isPlain: settings.isPlain, rules: nil, trustedCertificates: settings.trustedCertificates,
            timeoutMilliseconds: timeoutMilliseconds, answerBytesMax: Self.answerBytesMax)
        order.sink = sink
        return order
    }
}
