internal import Auth
public import Base
internal import Channels
internal import Glibc
internal import Reactor

/// Makes a data directory out of a backup.
public enum Restoring {
    /// The database as long as not everything is there. A server does not start beside it.
    static let unfinishedName = "confab.db.restoring"

    /// Refuses a directory in which a restore was cut short.
    static func check(_ data: String) throws(StoreFailure) {
        guard access(data + "/" + unfinishedName, F_OK) != 0 else {
            throw .broken("a restore into \(data) did not end: empty the directory and restore again")
        }
    }

    /// Fills an empty data directory, whose lock is held. The history gets a new epoch, so that every client hears that
    /// what it has seen last may not have happened.
    /// - Throws: when the directory is not empty, or the backup is damaged; then the directory is empty again.
    /// - Returns: when the backup was made.
    public static func restore(_ file: String, into data: borrowing DataDirectory) throws(BackupFault) -> Timestamp {
        let path = data.path
        let others = names(in: path)
        guard others.isEmpty else { throw BackupFault("\(path) is not empty: \(others[0]) is there") }
        let reader = try BackupReader(path: file)
        guard reader.title.schema <= Migration.newest else {
            throw BackupFault("\(file) was made by a newer confab (schema \(reader.title.schema))")
        }
        do throws(BackupFault) {
            try extract(reader, into: path)
            try begin(path, of: reader.title, from: file)
        } catch {
            for name in names(in: path) { remove(path + "/" + name) }
            throw error
        }
        return reader.title.madeAt
    }

    private static func extract(_ reader: BackupReader, into path: String) throws(BackupFault) {
        var hasDatabase = false
        while let entry = try reader.next() {
            switch entry.name {
            case BackupFormat.databaseName:
                hasDatabase = true
                _ = try write(reader, to: path + "/" + unfinishedName)
            case BackupFormat.sumsName:
                while try reader.piece() != nil {}
            default:
                if BackupFormat.hash(ofFileNamed: entry.name) != nil {
                    let directory = BackupWriter.directory(of: path + "/" + entry.name)
                    try make(path + "/files")
                    try make(directory)
                    // One that was damaged before the backup was made is so here: its download fails, as it did there.
                    _ = try write(reader, to: path + "/" + entry.name)
                } else {
                    guard BackupFormat.isSmallName(entry.name) else {
                        throw BackupFault("the backup has an entry that does not belong there: \(entry.name)")
                    }
                    if entry.name.hasPrefix("keys/") { try make(path + "/keys") }
                    _ = try write(reader, to: path + "/" + entry.name)
                }
            }
        }
        guard hasDatabase else { throw BackupFault("the backup has no database") }
    }

    /// Gives the database its new epoch, and then its name.
    private static func begin(_ path: String, of title: BackupTitle, from file: String) throws(BackupFault) {
        let unfinished = path + "/" + unfinishedName
        do throws(StoreFailure) {
            let database = try Database(path: unfinished, .writer)
            try Migration.run(on: database)
            try database.execute("BEGIN IMMEDIATE")
            try database.execute("UPDATE meta SET value = lower(hex(randomblob(8))) WHERE name IN ('epoch', 'run')")
            if let key = SmallFiles.read(path + "/audit.key") {
                let name = file.split(separator: "/").last.map(String.init) ?? file
                let now = TimeSource.system.now()
                let transaction = Transaction(database: database, chain: AuditChain(key: Secret(key)), now: now)
                try transaction.record(
                    .backupRestored, by: .server, target: "backup:\(name)", detail: "made at \(title.madeAt.rfc3339)")
            }
            try database.execute("COMMIT")
            guard try database.checkpoint(emptying: true) else { throw .broken("the database is in use") }
        } catch {
            throw BackupFault("the database of the backup cannot be used: \(error)")
        }
        do throws(SystemError) {
            for part in DiskFileStore.names(in: path + "/files") { try DiskFileStore.sync(path + "/files/" + part) }
            for directory in ["/files", "/keys"] where access(path + directory, F_OK) == 0 {
                try DiskFileStore.sync(path + directory)
            }
            try DiskFileStore.sync(path)
            guard rename(unfinished, path + "/" + BackupFormat.databaseName) == 0 else { throw SystemError("rename") }
            try DiskFileStore.sync(path)
        } catch {
            throw BackupFault("\(path): \(error)")
        }
    }

    /// - Returns: the SHA-256 of what was written.
    static func write(_ reader: BackupReader, to path: String) throws(BackupFault) -> [UInt8] {
        let raw = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else { throw BackupFault("\(path): \(SystemError("open"))") }
        let descriptor = Descriptor(raw), digest = RunningDigest()
        while let piece = try reader.piece() {
            digest.update(piece)
            do throws(SystemError) { try descriptor.write(piece) } catch { throw BackupFault("\(path): \(error)") }
        }
        guard fsync(raw) == 0 else { throw BackupFault("\(path): \(SystemError("fsync"))") }
        return digest.finish()
    }

    private static func make(_ directory: String) throws(BackupFault) {
        do throws(SystemError) {
            try DiskFileStore.makeDirectory(directory)
        } catch {
            throw BackupFault("\(directory): \(error)")
        }
    }

    /// What is in the directory beside its lock, hidden things too.
    private static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if ![".", "..", "confab.lock"].contains(name) { names.append(name) }
        }
        return names
    }

    /// What this has written: files, and directories of at most two levels.
    private static func remove(_ path: String) {
        guard unlink(path) != 0, errno == EISDIR else { return }
        for name in DiskFileStore.names(in: path) { remove(path + "/" + name) }
        rmdir(path)
    }
}
