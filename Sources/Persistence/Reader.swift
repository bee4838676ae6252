internal import Channels
internal import Telemetry

/// What one reading thread has: a read-only connection and its statements, opened when they are first used.
package struct Reader {
    let path: String
    let vfs: String?
    let leash: SnapshotLeash?
    let recent: RecentEvents
    let log: Logger
    private var opened: (archive: ArchiveReader, accounts: AccountReader)?

    init(path: String, vfs: String? = nil, leash: SnapshotLeash? = nil, recent: RecentEvents, log: Logger) {
        self.path = path
        self.vfs = vfs
        self.leash = leash
        self.recent = recent
        self.log = log
    }

    /// Runs `body`; a failure is logged, and the connection is opened anew the next time. Who is cut short because the
    /// write-ahead log had to be emptied is asked once more, and reads what is there now.
    mutating func use<Value>(
        _ body: (ArchiveReader, AccountReader) throws(StoreFailure) -> Value
    ) -> Result<Value, StoreFailure> {
        do throws(StoreFailure) {
            return .success(try look(body))
        } catch {
            if let first = opened {
                opened = nil
                if first.archive.wasCutShort || first.accounts.database.wasCutShort {
                    do throws(StoreFailure) { return .success(try look(body)) } catch { return failed(error) }
                }
            }
            return failed(error)
        }
    }

    private mutating func failed<Value>(_ failure: StoreFailure) -> Result<Value, StoreFailure> {
        log.error("reading failed", ["why": "\(failure)"])
        opened = nil
        return .failure(failure)
    }

    private mutating func look<Value>(
        _ body: (ArchiveReader, AccountReader) throws(StoreFailure) -> Value
    ) throws(StoreFailure) -> Value {
        if let opened { return try body(opened.archive, opened.accounts) }
        let both = (
            archive: try ArchiveReader(path: path, vfs: vfs, leash: leash, recent: recent),
            accounts: try AccountReader(path: path, vfs: vfs, leash: leash)
        )
        opened = both
        return try body(both.archive, both.accounts)
    }
}
