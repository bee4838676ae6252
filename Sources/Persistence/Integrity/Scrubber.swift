internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Reads all that is stored again and again, slowly, so that damage is found while there is a backup without it: each
/// row of the journal by its checksum, each uploaded file by its hash, and the other tables by SQLite's own check.
///
/// A thread of its own that lets others go first; it works for a moment and rests for the rest of a second.
final class Scrubber: Sendable {
    private let path: String
    private let leash: SnapshotLeash
    private let store: any FileStore
    private let verified: VerifiedFiles
    private let integrity: Integrity
    private let rates: Rates
    private let time: TimeSource
    private let isStopping = Guarded(false)
    private let bell = Semaphore()
    private let ended = Semaphore()

    /// How much is read in a second.
    struct Rates: Sendable {
        var rows: Int
        var fileBytes: Int
        /// Seconds between the end of one round and the beginning of the next.
        var pauseSeconds: Int
        /// Milliseconds after the start before the first round.
        var delayMilliseconds: Int

        init(_ limits: Limits, delayMilliseconds: Int) {
            self.delayMilliseconds = delayMilliseconds
            rows = limits.scrubRowsPerSecond
            fileBytes = limits.scrubFileBytesPerSecond
            pauseSeconds = limits.scrubPauseSeconds
        }
    }

    /// Tables whose rows are told by more than their pages: they are read row by row, or derived from those.
    private static let large: Set<String> = ["journal", "log_index", "message_index", "retry_index"]

    init(
        path: String, leash: SnapshotLeash, store: any FileStore, verified: VerifiedFiles, integrity: Integrity,
        rates: Rates,
        time: TimeSource
    ) {
        self.path = path
        self.leash = leash
        self.store = store
        self.verified = verified
        self.integrity = integrity
        self.rates = rates
        self.time = time
    }

    func start() {
        _ = Thread(named: "scrubber", niceness: 10) { [self] in
            run()
            ended.signal()
        }
    }

    /// Waits until it has ended, which is soon.
    func stop() {
        isStopping.withLock { $0 = true }
        bell.signal()
        ended.wait()
    }

    private func run() {
        guard rates.rows > 0, rest(rates.delayMilliseconds) else { return }
        repeat {
            guard round() else { return }
            integrity.hasLooked(at: time.now())
        } while rest(max(1, rates.pauseSeconds) * 1_000)
    }

    /// One look through everything; false when it was cut short.
    private func round() -> Bool {
        // Opened for a round: a connection that stays would be one more to hold on to the log.
        if let database = open() {
            let looks: [(Database) throws(StoreFailure) -> Bool] = [checkPages, checkRows, checkTables]
            for look in looks {
                do throws(StoreFailure) {
                    guard try look(database) else { return false }
                } catch {
                    // Others needed the log. What was not looked at is looked at in the next round. What is damaged so
                    // that it cannot be read does not keep the rest from being looked at.
                    if database.wasCutShort {
                        integrity.couldNotLook(error)
                    } else {
                        integrity.found("the database: \(error)")
                    }
                }
            }
        }
        return checkFiles()
    }

    private func checkPages(_ database: Database) throws(StoreFailure) -> Bool {
        var check = try PageCheck(of: database)
        while try check.next() {
            for page in check.takeDamaged() { integrity.found("page \(page) of the database") }
            let byteCount = PageCheck.stride * Database.pageByteCount
            guard rest(1_000 * byteCount / max(1, rates.fileBytes)) else { return false }
        }
        return true
    }

    /// `nil` when there is no descriptor for it; that is no damage.
    private func open() -> Database? {
        do throws(StoreFailure) {
            let database = try Database(path: path, .reader, leash: leash)
            _ = try database.integer("PRAGMA schema_version")
            return database
        } catch {
            integrity.couldNotLook(error)
            return nil
        }
    }

    private func checkRows(_ database: Database) throws(StoreFailure) -> Bool {
        var check = JournalCheck()
        while try check.next(in: database) {
            for position in check.takeDamaged() { integrity.found("row \(position) of the journal") }
            guard rest(1_000 * JournalCheck.stride / max(1, rates.rows)) else { return false }
        }
        return true
    }

    private func checkTables(_ database: Database) throws(StoreFailure) -> Bool {
        let tables = try database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .all { row throws(StoreFailure) in row.string(0) }
        for table in tables where !Self.large.contains(table) && !table.hasPrefix("sqlite_") {
            let verdict = try database.text("PRAGMA quick_check('\(table)')")
            if verdict != "ok" { integrity.found("the table \(table): \(verdict)") }
            guard rest(10) else { return false }
        }
        return true
    }

    private func checkFiles() -> Bool {
        for part in store.parts() {
            for sha256 in store.hashes(in: part) {
                guard check(sha256) else { return false }
            }
        }
        return true
    }

    /// False when it was cut short.
    private func check(_ sha256: [UInt8]) -> Bool {
        // One that is not there any more was removed by whoever may; one that cannot be opened now is opened next time.
        guard let file = try? store.open(sha256) else { return true }
        let digest = RunningDigest()
        var offset = 0
        while offset < file.byteCount {
            let end = min(file.byteCount, offset + BackupFormat.pieceByteCount)
            guard let piece = file.read(offset..<end) else { break }
            digest.update(piece)
            let milliseconds = 1_000 * Int64(piece.count) / Int64(max(1, rates.fileBytes))
            offset = end
            guard rest(Int(milliseconds)) else { return false }
        }
        if digest.finish() == sha256 {
            verified.remember(sha256, file)
        } else {
            verified.forget(sha256)
            integrity.found("the file \(sha256.hexadecimal)")
        }
        return true
    }

    /// False when it is to stop.
    private func rest(_ milliseconds: Int) -> Bool {
        if milliseconds > 0 { bell.wait(milliseconds: milliseconds) }
        return !isStopping.withLock { $0 }
    }
}
