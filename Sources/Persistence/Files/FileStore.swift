internal import Base
internal import Channels

/// Keeps the bytes of files, each content once, under its SHA-256. Every call may wait for the disk, so that they are
/// for threads that may.
protocol FileStore: Sendable {
    func begin() throws(FileFailure) -> any IncomingBlob
    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile
    /// Nothing is left of it on the disk. What is not there is no failure.
    func remove(_ sha256: [UInt8])
    /// Everything that is there lies in one of these parts.
    func parts() -> [String]
    func hashes(in part: String) -> [[UInt8]]
}

extension FileStore {
    /// Everything that is there, by hash, a part at a time, until `body` returns false.
    func forEachPart(_ body: ([[UInt8]]) -> Bool) {
        for part in parts() {
            guard body(hashes(in: part)) else { return }
        }
    }
}

/// Bytes on their way into the store. Used by one thread at a time.
protocol IncomingBlob: Sendable {
    func write(_ bytes: [UInt8]) throws(FileFailure)
    /// No more comes: what came is on disk when this returns, though not in its place.
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
}
