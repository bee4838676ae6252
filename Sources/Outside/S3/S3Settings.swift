public import Auth

/// Where a bucket is, and who we are there.
public struct S3Settings: Sendable {
    /// `https://host` or `http://host:port`, without a path.
    public var endpoint: String
    public var region: String
    public var bucket: String
    /// What all names in the bucket begin with: empty, or ended by a slash.
    public var prefix: String
    public var accessKey: String
    public var secretKey: Secret
    /// Whether the bucket is named in the path, and not before the host.
    public var isPathStyle: Bool
    /// A file (PEM) by whose certificates the service is known; empty for the system's.
    public var trustedCertificates: String

    public init(
        endpoint: String, region: String, bucket: String, prefix: String = "", accessKey: String, secretKey: Secret,
        isPathStyle: Bool = true, trustedCertificates: String = ""
    ) {
        self.endpoint = endpoint
        self.region = region
        self.bucket = bucket
        self.prefix = prefix
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.isPathStyle = isPathStyle
        self.trustedCertificates = trustedCertificates
    }

    var isPlain: Bool { endpoint.hasPrefix("http://") }

    /// Name and port of the service, as its requests say in `Host`.
    var authority: String {
        let host = String(endpoint.drop { $0 != ":" }.dropFirst(3))
        return isPathStyle ? host : "\(bucket).\(host)"
    }

    /// What a request of an object asks for; without a name, of the bucket itself.
    func path(_ name: String = "") -> String { isPathStyle ? "/\(bucket)/\(name)" : "/\(name)" }

    var url: String { (isPlain ? "http://" : "https://") + authority }

    // MARK: What can be told to be wrong before anything is asked

    /// Why these settings cannot be; `nil` when they can. Names are held to letters that nobody encodes in two ways.
    public var fault: (setting: String, why: String)? {
        let host = endpoint.drop { $0 != ":" }.dropFirst(3)
        let isHost: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber || "-.:[]_".contains($0)) }
        guard endpoint.hasPrefix("https://") || endpoint.hasPrefix("http://"), !host.isEmpty, host.allSatisfy(isHost)
        else { return ("s3-endpoint", "\(endpoint) is none of https://host or http://host:port") }
        let isName: (Character) -> Bool = { $0.isASCII && ($0.isLowercase || $0.isNumber || "-.".contains($0)) }
        guard (3...63).contains(bucket.utf8.count), bucket.allSatisfy(isName) else {
            return ("s3-bucket", "3 to 63 small letters, digits, dots and hyphens")
        }
        let isRegion: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
        guard !region.isEmpty, region.allSatisfy(isRegion) else { return ("s3-region", "letters, digits and hyphens") }
        let isPath: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber || "/._~-".contains($0)) }
        guard prefix.utf8.count <= 512, prefix.allSatisfy(isPath), prefix.isEmpty || prefix.hasSuffix("/"),
            !prefix.hasPrefix("/"), !prefix.contains("//"),
            !prefix.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else { return ("s3-prefix", "letters, digits and ._~- in parts that each end with a slash, such as chat/") }
        let isPlain: (Character) -> Bool = { $0.isASCII && !$0.isWhitespace && !$0.isNewline && $0 != "/" && $0 != "," }
        guard !accessKey.isEmpty, accessKey.allSatisfy(isPlain) else { return ("s3-access-key", "is needed") }
        guard secretKey.count > 0 else { return ("s3-secret-key", "is needed") }
        return nil
    }
}
