internal import Channels
internal import Telemetry

/// What one reading thread has: a read-only connection and its statements, opened when they are first used.
struct Reader {
    let path: String
    let vfs: String?
    let recent: RecentEvents
    let log: Logger
    private var opened: (archive: ArchiveReader, accounts: AccountReader)?

    init(path: String, vfs: String? = nil, recent: RecentEvents, log: Logger) {
        self.path = path
        self.vfs = vfs
        self.recent = recent
        self.log = log
    }

    /// Runs `body`; a failure is logged, and the connection is opened anew the next time.
    mutating func use<Value>(
        _ body: (ArchiveReader, AccountReader) throws(StoreFailure) -> Value
    ) -> Result<Value, StoreFailure> {
        do throws(StoreFailure) {
            let both: (archive: ArchiveReader, accounts: AccountReader)
            if let opened {
                both = opened
            } else {
                both = (
                    try ArchiveReader(path: path, vfs: vfs, recent: recent), try AccountReader(path: path, vfs: vfs)
                )
                opened = both
            }
            return .success(try body(both.archive, both.accounts))
        } catch {
            log.error("reading failed", ["why": "\(error)"])
            opened = nil
            return .failure(error)
        }
    }
}
