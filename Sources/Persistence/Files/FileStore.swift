internal import Base
internal import Channels
internal import Glibc

/// Keeps the bytes of files, each content once, under its SHA-256. Every call may wait for the disk, and where the
/// store is elsewhere for the network, so that they are for threads that may.
protocol FileStore: Sendable {
    func begin() throws(FileFailure) -> any IncomingBlob
    /// Puts what lies in a file of this machine in its place as well, where it stays however the machine ends. The file
    /// is on disk, and nobody writes to it any more.
    func place(fileAt path: String, _ blob: Blob) throws(FileFailure)
    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile
    /// The same where that takes no asking elsewhere; `nil` where it does.
    func openAtHand(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile?
    /// Throws away a copy that is not what it should be; false when what there is is the original.
    func dropCopy(_ sha256: [UInt8]) -> Bool
    /// Nothing is left of it. What is not there is no failure; false when it could not be done now.
    func remove(_ sha256: [UInt8]) -> Bool

    /// Everything that is kept on this machine lies in one of these parts.
    func parts() -> [String]
    func hashes(in part: String) -> [[UInt8]]

    /// What keeps the rest elsewhere, as it is told to operators; `nil` where everything is on this machine.
    var place: String? { get }
    /// What is kept elsewhere, in the order of the hashes.
    /// - Parameter sha256: those behind it; the first ones when it is `nil`.
    func elsewhere(after sha256: [UInt8]?) throws(FileFailure) -> FarPage
    /// Whether it is there: on this machine or elsewhere.
    func has(_ sha256: [UInt8]) throws(FileFailure) -> Bool
    /// Throws away what a process that is gone has begun to put elsewhere.
    func removeUnfinished() throws(FileFailure)
    /// Ends what is under way elsewhere.
    func close()
}

/// Some of what is kept elsewhere.
struct FarPage: Equatable, Sendable {
    var hashes: [[UInt8]]
    /// Where the next page begins; `nil` behind the last one.
    var end: [UInt8]?
}

/// A store all of which is on this machine.
extension FileStore {
    func openAtHand(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile? { try open(sha256) }
    func dropCopy(_ sha256: [UInt8]) -> Bool { false }
    var place: String? { nil }
    func elsewhere(after sha256: [UInt8]?) throws(FileFailure) -> FarPage { FarPage(hashes: []) }
    func has(_ sha256: [UInt8]) throws(FileFailure) -> Bool { (try? open(sha256)) != nil }
    func removeUnfinished() throws(FileFailure) {}
    func close() {}

    func place(fileAt path: String, _ blob: Blob) throws(FileFailure) { try copy(fileAt: path, blob) }

    /// The way where there is no shorter one.
    func copy(fileAt path: String, _ blob: Blob) throws(FileFailure) {
        let raw = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0, let file = OpenFile(adopting: raw) else { throw .broken }
        let incoming = try begin()
        var offset = 0
        while offset < file.byteCount {
            let end = min(file.byteCount, offset + BackupFormat.pieceByteCount)
            guard let piece = file.read(offset..<end) else { throw .broken }
            try incoming.write(piece)
            offset = end
        }
        let copy = try incoming.seal()
        guard copy.sha256 == blob.sha256 else { throw .broken }
        try incoming.place(copy)
    }
}

/// Bytes on their way into the store. Used by one thread at a time.
protocol IncomingBlob: Sendable {
    func write(_ bytes: [UInt8]) throws(FileFailure)
    /// No more comes: what came is safe to be put in its place when this returns.
    func seal() throws(FileFailure) -> Blob
    /// Puts it in its place, where it stays however the machine ends.
    func place(_ blob: Blob) throws(FileFailure)
    /// Throws away what is not in its place.
    func discard()
}

/// Bytes that are in the store.
struct Blob: Equatable, Sendable {
    var sha256: [UInt8]
    var byteCount: Int64
    /// The first bytes, which tell what it is.
    var start: [UInt8]

    var contentType: String {
        ContentSignature.contentType(of: start, isWhole: Int64(start.count) == byteCount)
    }
}
