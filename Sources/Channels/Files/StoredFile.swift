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
    /// Of an image that says how large it is.
    public var image: ImageSize?

    public init(
        id: String, owner: UserID, name: String, byteCount: Int64, contentType: String, sha256: [UInt8],
        createdAt: Timestamp, image: ImageSize? = nil
    ) {
        self.id = id
        self.owner = owner
        self.name = name
        self.byteCount = byteCount
        self.contentType = contentType
        self.sha256 = sha256
        self.createdAt = createdAt
        self.image = image
    }

    public static func newID(_ random: inout RandomSource) -> String { Base64.encodeURLSafe(random.bytes(18)) }

    /// Where it is found by REST.
    public var url: String { Self.url(of: id) }

    public static func url(of id: String) -> String { "/api/v1/files/\(id)" }
    public static func thumbnailURL(of id: String) -> String { url(of: id) + "/thumbnail" }
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
            image?.writeMembers(of: id, to: &json)
            json.member("owner", owner)
            json.member("created_at", createdAt)
        }
    }
}

extension ImageSize {
    /// What is told of an image: how large it is, and where a small one is.
    func writeMembers(of file: String, to json: inout JSONWriter) {
        json.member("width", width)
        json.member("height", height)
        json.member("thumbnail_url", StoredFile.thumbnailURL(of: file))
    }
}
