internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor

/// What was found in a backup or a data directory, in words for the operator.
public struct Verification: Sendable, Equatable {
    /// What there is.
    public private(set) var lines: [String] = []
    /// What is wrong with it.
    public private(set) var faults: [String] = []

    public var isSound: Bool { faults.isEmpty }

    private init(_ check: DatabaseCheck) {
        lines = check.lines
        faults = check.faults
    }

    // MARK: A backup

    /// Checks a backup. Its database is unpacked beside it, and removed again.
    /// - Throws: when there is nothing that could be looked at.
    public static func backup(_ file: String) throws(BackupFault) -> Verification {
        let reader = try BackupReader(path: file)
        let scratch = file + ".verifying"
        guard mkdir(scratch, 0o700) == 0 else { throw BackupFault("\(scratch): \(SystemError("mkdir"))") }
        let path = scratch + "/" + BackupFormat.databaseName
        defer {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
            rmdir(scratch)
        }
        return try backup(reader, unpackedTo: path)
    }

    private static func backup(_ reader: BackupReader, unpackedTo path: String) throws(BackupFault) -> Verification {
        var database: Database?, seen: Statement?
        var auditKey: Secret?, damaged: [String] = [], fileCount = 0
        while let entry = try reader.next() {
            switch entry.name {
            case BackupFormat.databaseName:
                _ = try Restoring.write(reader, to: path)
                (database, seen) = try asking { () throws(StoreFailure) in try open(path) }
            case "audit.key":
                auditKey = Secret(try reader.content(of: entry))
            default:
                guard let sha256 = BackupFormat.hash(ofFileNamed: entry.name) else {
                    while try reader.piece() != nil {}
                    continue
                }
                let digest = RunningDigest()
                while let piece = try reader.piece() { digest.update(piece) }
                fileCount += 1
                if digest.finish() != sha256 { damaged.append(sha256.hexadecimal) }
                try asking { () throws(StoreFailure) in
                    try seen?.bind(blob: sha256).bind(entry.byteCount).run()
                }
            }
        }
        guard let database else { throw BackupFault("the backup has no database") }
        return try asking { () throws(StoreFailure) in
            var check = DatabaseCheck(database)
            check.say("a backup of \(reader.title.madeAt.rfc3339), whole and as it was written")
            try check.run(auditKey: auditKey)
            for name in damaged { check.found("the file \(name) is not what was uploaded") }
            if check.faults.isEmpty { try compareFiles(&check, database) }
            check.say("\(fileCount) uploaded files")
            return Verification(check)
        }
    }

    private static func open(_ path: String) throws(StoreFailure) -> (Database, Statement) {
        let database = try Database(path: path, .writer)
        // In a file of SQLite's own choice, so that a million of them take no memory.
        try database.execute("PRAGMA temp_store = FILE")
        try database.execute("CREATE TEMP TABLE seen (sha256 BLOB PRIMARY KEY, byte_count INTEGER) WITHOUT ROWID")
        return (database, try database.prepare("INSERT INTO temp.seen VALUES (?, ?) ON CONFLICT DO NOTHING"))
    }

    /// Each file that there is a row of has to be there, or to be kept elsewhere.
    private static func compareFiles(_ check: inout DatabaseCheck, _ database: Database) throws(StoreFailure) {
        let place = try FilePlace.of(database)
        let missing = try database.prepare(
            """
            SELECT lower(hex(f.sha256)) FROM files f LEFT JOIN temp.seen s ON s.sha256 = f.sha256
            WHERE s.byte_count IS NOT f.byte_count AND (s.byte_count NOT NULL OR ? IS NULL)
            LIMIT \(DatabaseCheck.faultsMax)
            """
        ).bind(place).all { row throws(StoreFailure) in row.string(0) }
        for name in missing { check.found("the file \(name) is missing or not as long as it was") }
        guard let place else { return }
        let count = try database.integer(
            """
            SELECT count(DISTINCT f.sha256) FROM files f LEFT JOIN temp.seen s ON s.sha256 = f.sha256
            WHERE s.sha256 IS NULL
            """)
        check.say("\(count) more are kept in \(place), which is not looked at")
    }

    // MARK: A directory

    /// Checks the data directory of a stopped server, whose lock is held. Changes nothing in it.
    public static func directory(_ data: borrowing DataDirectory) throws(BackupFault) -> Verification {
        let path = data.path, databasePath = data.databasePath, filesPath = data.filesPath
        guard access(databasePath, F_OK) == 0 else { throw BackupFault("\(path) has no data") }
        return try asking { () throws(StoreFailure) in
            let mends = try RunMark(database: databasePath).check()
            let database = try Database(path: databasePath, .reader)
            var check = DatabaseCheck(database)
            for mend in mends {
                check.found("frame \(mend.frame) of the write-ahead log has a flipped bit, which a start sets right")
            }
            try check.run(auditKey: SmallFiles.read(path + "/audit.key").map { Secret($0) })
            if check.faults.isEmpty { try readFiles(&check, database, filesPath) }
            for fault in KeySums.faults(in: path) { check.found(fault) }
            return Verification(check)
        }
    }

    private static func readFiles(
        _ check: inout DatabaseCheck, _ database: Database, _ filesPath: String
    ) throws(StoreFailure) {
        var count = 0, farCount = 0
        let place = try FilePlace.of(database)
        let rows = try database.prepare("SELECT sha256, max(byte_count) FROM files GROUP BY sha256")
        defer { rows.reset() }
        while try rows.step() {
            let sha256 = rows.bytes(0), name = sha256.hexadecimal
            let raw = Glibc.open("\(filesPath)/\(name.prefix(2))/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            if raw < 0, errno == ENOENT, place != nil {
                farCount += 1
                continue
            }
            count += 1
            guard raw >= 0, let file = OpenFile(adopting: raw) else {
                check.found("the file \(name) is missing")
                continue
            }
            let digest = RunningDigest()
            var offset = 0
            while offset < file.byteCount {
                let end = min(file.byteCount, offset + BackupFormat.pieceByteCount)
                guard let piece = file.read(offset..<end) else { break }
                digest.update(piece)
                offset = end
            }
            if digest.finish() != sha256 { check.found("the file \(name) is not what was uploaded") }
        }
        check.say("\(count) uploaded files")
        if let place { check.say("\(farCount) more are kept in \(place), which is not looked at") }
    }

    private static func asking<Value>(
        _ body: () throws(StoreFailure) -> Value
    ) throws(BackupFault) -> Value {
        do throws(StoreFailure) {
            return try body()
        } catch {
            throw BackupFault("\(error)")
        }
    }
}
