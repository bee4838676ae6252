public import Base

/// Copies of everything, each of one instant, made while the server runs; and what the disk is used for.
public protocol Backups: Sendable {
    /// Makes one under a path that nobody has yet. It is there when it is whole and on disk, and not before.
    /// - Parameter goesOn: told how many bytes of how many are done; false ends it.
    func make(
        at path: String, by cause: Cause, goesOn: @escaping @Sendable (Int64, Int64) async -> Bool
    ) async throws(BackupFailure) -> Backup

    /// Makes one in the directory for them, named for the time, and takes away the oldest there that are too many.
    func make(
        by cause: Cause, goesOn: @escaping @Sendable (Int64, Int64) async -> Bool
    ) async throws(BackupFailure) -> Backup

    /// Those in the directory for them, the newest first.
    func list() async throws(BackupFailure) -> [Backup]

    /// Where the disk goes. Counted anew when it was last counted a while ago.
    func usage() async throws(BackupFailure) -> StorageUsage
}

/// One file with all that a server has at one instant: database, uploaded files, keys and settings.
public struct Backup: Sendable, Equatable {
    public var path: String
    public var byteCount: Int64
    public var madeAt: Timestamp
    /// What was found damaged while it was made; it has the rest all the same.
    public var faults: [String]

    public init(path: String, byteCount: Int64, madeAt: Timestamp, faults: [String] = []) {
        self.path = path
        self.byteCount = byteCount
        self.madeAt = madeAt
        self.faults = faults
    }

    /// Without its directory.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// Why there is no backup.
public enum BackupFailure: Error, Equatable, Sendable {
    /// Another one is being made, or the server is stopping.
    case busy
    /// Who asked does not want it any more.
    case cancelled
    /// There is something under that path.
    case exists(String)
    /// No room on the disk.
    case full
    /// In words for the operator.
    case failed(String)

    public var detail: String {
        switch self {
        case .busy: "another backup is being made, or the server has too much to do"
        case .cancelled: "it was cancelled"
        case .exists(let path): "\(path) is there already"
        case .full: "the disk has no room for it"
        case .failed(let why): why
        }
    }
}
