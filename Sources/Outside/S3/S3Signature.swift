internal import Auth
internal import Base

/// Signs requests as S3 wants them signed (AWS Signature Version 4). A value: the time is told.
///
/// libcurl has this too (`CURLOPT_AWS_SIGV4`), but only from 7.75 on, and each version has paths, queries and bodies
/// that it signs wrongly; what is signed here is what was sent, whichever library carries it.
struct S3Signature {
    let accessKey: String
    let secretKey: Secret
    let region: String

    static let service = "s3"
    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The fields to send besides what libcurl adds: `Host` and those of `headers` are signed with the rest.
    /// - Parameters:
    ///   - path: of letters that need no encoding (`S3Settings.fault` sees to it).
    ///   - query: in any order; values as they are meant.
    ///   - payload: the SHA-256 of the body.
    func fields(
        _ method: String, authority: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], payload: [UInt8], at now: Timestamp
    ) -> [(name: String, value: String)] {
        let time = Self.time(now), hash = payload.hexadecimal
        let sent =
            [("host", authority), ("x-amz-content-sha256", hash), ("x-amz-date", time)]
            + headers.map { ($0.name.lowercased(), $0.value) }
        let signed = sent.sorted { $0.0 < $1.0 }
        let names = signed.map(\.0).joined(separator: ";")
        let request = [
            method, path, Self.encoded(query), signed.map { "\($0.0):\($0.1)\n" }.joined(), names, hash,
        ].joined(separator: "\n")
        let scope = "\(time.prefix(8))/\(region)/\(Self.service)/aws4_request"
        let text = [Self.algorithm, time, scope, Digest.sha256(Array(request.utf8)).hexadecimal]
        let signature = Digest.hmacSHA256(key: key(on: time.prefix(8)), text.joined(separator: "\n").utf8)
        let authorization =
            "\(Self.algorithm) Credential=\(accessKey)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(signature.hexadecimal)"
        return sent + [("authorization", authorization)]
    }

    private func key(on day: Substring) -> Secret {
        var key = secretKey.withBytes { Secret(Array("AWS4".utf8) + $0) }
        for part in [String(day), region, Self.service, "aws4_request"] {
            key = Secret(Digest.hmacSHA256(key: key, part.utf8))
        }
        return key
    }

    /// Such as `20130524T000000Z`.
    private static func time(_ now: Timestamp) -> String {
        let text = now.rfc3339.filter { $0.isNumber || $0.isLetter }
        return text.prefix(15) + "Z"
    }

    /// In the order of their names, each with `=`, as they are signed and as they are sent.
    static func encoded(_ query: [(name: String, value: String)]) -> String {
        query.map { "\(encoded($0.name))=\(encoded($0.value))" }.sorted().joined(separator: "&")
    }

    /// Everything but what RFC 3986 section 2.3 calls unreserved.
    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { text, byte in
            let scalar = Character(Unicode.Scalar(byte))
            if byte < 0x80, scalar.isLetter || scalar.isNumber || "-._~".contains(scalar) {
                text.append(scalar)
            } else {
                text += "%" + [byte].hexadecimal.uppercased()
            }
        }
    }
}
