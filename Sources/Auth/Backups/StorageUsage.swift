public import Base

/// Where the disk goes, in bytes.
public struct StorageUsage: Sendable, Equatable {
    /// Tables of one purpose, with their indexes.
    public struct Group: Sendable, Equatable {
        public var name: String
        public var byteCount: Int64

        public init(name: String, byteCount: Int64) {
            self.name = name
            self.byteCount = byteCount
        }
    }

    public struct Files: Sendable, Equatable {
        public var count: Int64
        public var byteCount: Int64

        public init(count: Int64 = 0, byteCount: Int64 = 0) {
            self.count = count
            self.byteCount = byteCount
        }
    }

    /// When it was counted.
    public var at: Timestamp
    public var databaseByteCount: Int64 = 0
    /// Of the database, what nothing stands in.
    public var unusedByteCount: Int64 = 0
    /// The largest first; empty where this SQLite cannot say.
    public var groups: [Group] = []
    /// The write-ahead log.
    public var logByteCount: Int64 = 0
    /// The search's index with its own log.
    public var searchByteCount: Int64 = 0
    /// Uploaded ones and small images of them, each content once.
    public var files = Files()
    /// Uploads that are not whole, and what there is of them.
    public var uploads = Files()
    public var backups = Files()
    /// What is free on the disk for this user, and how large it is.
    public var freeByteCount: Int64 = 0
    public var diskByteCount: Int64 = 0

    public init(at: Timestamp) { self.at = at }
}
