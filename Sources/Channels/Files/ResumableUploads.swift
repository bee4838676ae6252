public import Base

/// Files that come in pieces, over many requests, and go on where they were cut off, also after a restart. What is told
/// of an upload is on disk.
public protocol ResumableUploads: Sendable {
    /// Begins an upload. Refused when there is no room for the file in the owner's quota, of which it takes its place
    /// from now on, or when the owner has too many that are not whole.
    func create(_ new: NewUpload, within limits: Limits) async throws(FileFailure) -> ResumableUpload

    /// An upload of one's own; for everybody else there is none.
    func upload(_ id: String, of owner: UserID) async throws(FileFailure) -> ResumableUpload

    /// Begins to add to an upload. One request at a time may do that, and only at the end of what is there.
    /// - Parameters:
    ///   - offset: bytes that the sender thinks to be there.
    ///   - stop: has whoever sends the piece come to an end; called when somebody else wants to go on.
    func resume(
        _ id: String, of owner: UserID, at offset: Int64, within limits: Limits, stop: @escaping @Sendable () -> Void
    ) async throws(FileFailure) -> any IncomingPiece

    /// Ends the piece that is being added, if there is one, and returns when all that came of it is kept: its sender
    /// may be cut off without anybody here knowing, and want to go on.
    func interrupt(_ id: String, of owner: UserID) async throws(FileFailure)

    /// Ends an upload. What came of it leaves the disk; the file that a whole one has become stays.
    func remove(_ id: String, of owner: UserID) async throws(FileFailure)
}

/// What somebody wants to upload.
public struct NewUpload: Sendable {
    public var owner: UserID
    public var byteCount: Int64
    /// A plain name, never a path.
    public var name: String
    /// What its sender says of it, to be told again as it was said.
    public var metadata: String

    public init(owner: UserID, byteCount: Int64, name: String, metadata: String) {
        self.owner = owner
        self.byteCount = byteCount
        self.name = name
        self.metadata = metadata
    }
}

/// A file on its way.
public struct ResumableUpload: Equatable, Sendable {
    /// 128 random bits.
    public var id: String
    public var owner: UserID
    public var byteCount: Int64
    /// Bytes from the beginning that are on disk.
    public var received: Int64
    public var name: String
    public var metadata: String
    /// When it goes, unless something is added to it.
    public var expiresAt: Timestamp
    /// What it has become: there as soon as it is whole.
    public var file: StoredFile?

    public init(
        id: String, owner: UserID, byteCount: Int64, received: Int64, name: String, metadata: String,
        expiresAt: Timestamp, file: StoredFile? = nil
    ) {
        self.id = id
        self.owner = owner
        self.byteCount = byteCount
        self.received = received
        self.name = name
        self.metadata = metadata
        self.expiresAt = expiresAt
        self.file = file
    }

    public static func newID(_ random: inout RandomSource) -> String { random.bytes(16).hexadecimal }

    /// Where it is found by REST.
    public var url: String { "/api/v1/files/uploads/\(id)" }
}

extension ResumableUpload {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("size", byteCount)
            json.member("received", received)
            json.member("expires_at", expiresAt)
            guard let file else { return }
            json.name("file")
            file.write(to: &json)
        }
    }
}

/// A piece that is being added to an upload. Used by one task at a time.
public protocol IncomingPiece: Sendable {
    /// Bytes that the upload still takes.
    var room: Int64 { get }

    func write(_ bytes: [UInt8]) async throws(FileFailure)

    /// What came is on disk when this returns; and when the upload is whole, its file is known. More may come after it.
    func keep() async throws(FileFailure) -> ResumableUpload

    /// Lets go of the upload. What was not kept has never come.
    func end() async
}
