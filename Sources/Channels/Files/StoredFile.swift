public import Base

/// A file that somebody has uploaded. Its bytes are kept once, however many files have the same.
public struct StoredFile: Equatable, Sendable {
    /// 144 random bits: nobody guesses it. To know it is no right to read the file.
    public var id: String
    public var owner: UserID
    /// A plain name, never a path.
    public var name: String
    public var byteCount: Int64
    /// What its first bytes say that it is; see `ContentSignature`.
    public var contentType: String
    public var sha256: [UInt8]
    public var createdAt: Timestamp

    public init(
        id: String, owner: UserID, name: String, byteCount: Int64, contentType: String, sha256: [UInt8],
        createdAt: Timestamp
    ) {
        self.id = id
        self.owner = owner
        self.name = name
        self.byteCount = byteCount
        self.contentType = contentType
        self.sha256 = sha256
        self.createdAt = createdAt
    }

    public static func newID(_ random: inout RandomSource) -> String { Base64.encodeURLSafe(random.bytes(18)) }

    /// Where it is found by REST.
    public var url: String { Self.url(of: id) }

    public static func url(of id: String) -> String { "/api/v1/files/\(id)" }
}

extension StoredFile {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("size", byteCount)
            json.member("content_type", contentType)
            json.member("sha256", sha256.hexadecimal)
            json.member("url", url)
            json.member("owner", owner)
            json.member("created_at", createdAt)
        }
    }
}
