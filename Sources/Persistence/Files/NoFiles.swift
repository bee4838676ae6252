internal import Base
internal import Channels

/// A place for files in which none is and none comes.
struct NoFiles: FileStore {
    func begin() throws(FileFailure) -> any IncomingBlob { throw .broken }
    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile { throw .broken }
    func remove(_ sha256: [UInt8]) -> Bool { true }
    func parts() -> [String] { [] }
    func hashes(in part: String) -> [[UInt8]] { [] }
}
