/// Where backups go, and what is in them besides the data.
public struct BackupSettings: Sendable {
    /// The data directory.
    public var data: String
    /// The directory for backups; made when it is first needed.
    public var directory: String
    /// So many stay in it, the newest.
    public var keptCount: Int
    /// The settings as a file of them would have them.
    public var settings: [UInt8]

    public init(data: String, directory: String? = nil, keptCount: Int = 7, settings: [UInt8] = []) {
        self.data = data
        self.directory = directory ?? data + "/backups"
        self.keptCount = keptCount
        self.settings = settings
    }
}
