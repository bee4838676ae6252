internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// A backup in the making, a piece at a time: one thread's, for as long as it takes.
final class BackupRun {
    /// What is copied, and from where.
    struct Source {
        var data: String
        var database: Database
        var store: any FileStore
        /// As the file of settings would have them; nothing where there is nothing to say.
        var settings: [UInt8]
    }

    private enum Stage { case database, smallFiles, files, rows, end, done }

    private let source: Source
    private let image: DatabaseImage
    private let hold: CheckpointHold
    private let writer: BackupWriter
    private let title: BackupTitle
    private let databaseByteCount: Int64
    private var stage = Stage.database
    private var offset: Int64 = 0
    private var parts: [String] = []
    private var hashes: [[UInt8]] = []
    private var file: (opened: OpenFile, sha256: [UInt8], offset: Int)?
    private var rows = JournalCheck()
    private(set) var faults: [String] = []
    /// Bytes that are done, of about how many.
    private(set) var done: Int64 = 0
    var total: Int64 { databaseByteCount + fileByteCount }
    private let fileByteCount: Int64

    /// Faults that are told one by one; what is more is only counted.
    private static let faultsMax = 100

    /// - Parameter hold: is held; everything up to the last byte of the database is read under it.
    init(_ source: Source, under hold: CheckpointHold, at path: String, now: Timestamp) throws(BackupFailure) {
        self.source = source
        self.hold = hold
        do throws(StoreFailure) {
            image = try DatabaseImage(of: source.database)
            title = BackupTitle(
                madeAt: now, schema: try source.database.integer("PRAGMA user_version"),
                epoch: try source.database.text("SELECT value FROM meta WHERE name = 'epoch'"))
            // What is kept elsewhere stays there.
            fileByteCount =
                source.store.place == nil
                ? try source.database.integer("SELECT coalesce(sum(byte_count), 0) FROM file_usage") : 0
        } catch {
            throw .failed("\(error)")
        }
        do throws(SystemError) {
            databaseByteCount = try image.byteCount()
        } catch {
            throw BackupFailure(error, at: "the data file")
        }
        writer = try BackupWriter(path: path, at: now)
        try writer.add(BackupFormat.titleName, title.bytes)
        try writer.begin(BackupFormat.databaseName, byteCount: databaseByteCount)
    }

    /// The database is copied, so that it need not be held any more.
    var isPastDatabase: Bool { stage != .database }

    var byteCount: Int64 { writer.byteCount }

    /// Copies the next piece; false when the backup is finished.
    func step() throws(BackupFailure) -> Bool {
        switch stage {
        case .database: try copyDatabase()
        case .smallFiles: try copySmallFiles()
        case .files: try copyFile()
        case .rows: try checkRows()
        case .end:
            try writer.finish()
            stage = .done
        case .done: break
        }
        return stage != .done
    }

    // MARK: Stages

    private func copyDatabase() throws(BackupFailure) {
        let count = Int(min(Int64(BackupFormat.pieceByteCount), databaseByteCount - offset))
        let piece: [UInt8]
        do throws(SystemError) {
            piece = try image.read(at: offset, count: count)
        } catch {
            throw BackupFailure(error, at: "the data file")
        }
        // Asked afterwards: what was read before it ended is of the one instant.
        guard hold.isHeld else {
            throw .failed("so much was written meanwhile that the write-ahead log became too large; try again")
        }
        if image.isSealed {
            let first = offset / Int64(Database.pageByteCount)
            for number in PageCheck.damaged(in: piece) { found("page \(first + number) of the database is damaged") }
        }
        try writer.write(piece)
        offset += Int64(count)
        done += Int64(count)
        guard offset == databaseByteCount else { return }
        try writer.end()
        stage = .smallFiles
    }

    private func copySmallFiles() throws(BackupFailure) {
        for fault in KeySums.faults(in: source.data) { found(fault) }
        for name in SmallFiles.names(in: source.data) {
            // A socket, or what went away meanwhile.
            guard let bytes = SmallFiles.read(source.data + "/" + name) else { continue }
            try writer.add(name, bytes)
        }
        if !source.settings.isEmpty { try writer.add(BackupFormat.settingsName, source.settings) }
        parts = source.store.parts()
        stage = .files
    }

    private func copyFile() throws(BackupFailure) {
        guard let (opened, sha256, offset) = file else { return try openNext() }
        let end = min(opened.byteCount, offset + BackupFormat.pieceByteCount)
        guard let piece = opened.read(offset..<end) else {
            throw .failed("the file \(sha256.hexadecimal) cannot be read")
        }
        try writer.write(piece)
        done += Int64(piece.count)
        file = (opened, sha256, end)
        guard end == opened.byteCount else { return }
        file = nil
        let digest = try writer.end()
        if digest != sha256 { found("the file \(sha256.hexadecimal) is not what was uploaded") }
    }

    private func openNext() throws(BackupFailure) {
        guard let sha256 = hashes.popLast() else {
            if let part = parts.popLast() { hashes = source.store.hashes(in: part) } else { stage = .rows }
            return
        }
        let opened: OpenFile
        do throws(FileFailure) {
            opened = try source.store.open(sha256)
        } catch {
            // There is no descriptor, or it cannot be read: the row that names it tells when the backup is verified.
            return found("the file \(sha256.hexadecimal) cannot be opened")
        }
        try writer.begin(BackupFormat.name(ofFile: sha256), byteCount: Int64(opened.byteCount))
        file = (opened, sha256, 0)
    }

    private func checkRows() throws(BackupFailure) {
        do throws(StoreFailure) {
            if try !rows.next(in: source.database) { stage = .end }
        } catch {
            throw .failed("\(error)")
        }
        for position in rows.takeDamaged() { found("row \(position) of the journal is damaged") }
    }

    private func found(_ fault: String) {
        if faults.count < Self.faultsMax { faults.append(fault) }
    }
}
