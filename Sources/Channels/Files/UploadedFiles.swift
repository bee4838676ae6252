public import Base

/// What users have uploaded: the bytes, and who may read them.
public protocol UploadedFiles: Sendable {
    /// Begins to receive a file. Refused when its owner, or all together, have too many uploads under way or too many
    /// files.
    /// - Parameter byteCount: how long it will be, where that is known: what would be too much is refused at once.
    func receive(
        for owner: UserID, byteCount: Int?, within limits: Limits
    ) async throws(FileFailure) -> any IncomingFile

    /// A file that the user may read: one's own, or one to which a message refers that the user may see at this moment.
    /// `nil` for all others, whether they are there or not.
    func file(_ id: String, for user: UserID) async throws(FileFailure) -> StoredFile?

    /// Opens the bytes of a file. Who has them open reads them to the end, also when the file is removed meanwhile.
    func open(_ file: StoredFile) async throws(FileFailure) -> OpenFile

    /// A small image of a file that is one; made when it is first asked for. `nil` when there is none: of what is no
    /// image, of one that is too large or broken, and where nothing makes them.
    func thumbnail(of file: StoredFile, within limits: Limits) async throws(FileFailure) -> Thumbnail?

    /// Removes a file, and its bytes when no other file has the same. Messages that refer to it keep its name and size.
    /// - Parameters:
    ///   - address: from where it is asked; written down when it is not one's own.
    ///   - isOperator: files of others too.
    func remove(
        _ id: String, by user: UserID, from address: String?, isOperator: Bool
    ) async throws(FileFailure)
}

/// A small image of a large one.
public struct Thumbnail: Sendable {
    public var content: OpenFile
    public var contentType: String
    public var sha256: [UInt8]

    public init(content: OpenFile, contentType: String, sha256: [UInt8]) {
        self.content = content
        self.contentType = contentType
        self.sha256 = sha256
    }
}

/// A file that is being received. What is not finished leaves nothing behind.
public protocol IncomingFile: Sendable {
    func write(_ bytes: [UInt8]) async throws(FileFailure)
    /// The file is whole. When this returns it is on disk, and known.
    func finish(as name: String) async throws(FileFailure) -> StoredFile
    /// Throws it away.
    func discard() async
}

/// Why nothing came of a file.
public enum FileFailure: Error, Equatable, Sendable {
    /// There is none that the user may read.
    case notFound
    /// It is somebody else's.
    case notOwner
    /// All files of the owner together would have more bytes, or be more, than they may.
    case overQuota
    /// The owner has too many uploads under way.
    case tooManyUploads
    /// The owner has too many uploads that are not whole.
    case tooManyOpenUploads
    /// Somebody else is adding to the upload at this moment.
    case inUse
    /// The upload has so many bytes, and not as many as its sender thinks.
    case notAtEnd(received: Int64)
    /// The server has too much to do.
    case overloaded
    /// Where the bytes are kept cannot be reached at this moment.
    case unavailable
    /// No room on the disk.
    case full
    /// The bytes are not as they were written, or the machine failed; the log says how.
    case broken
}
