internal import CSQLite
internal import Channels
internal import Glibc
internal import Reactor

/// The bytes of the data file as they lie on the disk, to be read while a `CheckpointHold` keeps it still.
///
/// They are read by SQLite's own descriptor, because closing another one of the same file would drop the locks that
/// this process has on it (fcntl(2)). Damaged ones as well: whoever reads them asks for the pages' seals.
final class DatabaseImage {
    /// Whose descriptor it is.
    private let database: Database
    private let file: UnsafeMutablePointer<sqlite3_file>
    private let methods: sqlite3_io_methods
    /// Whether its pages have a `PageSeal`.
    let isSealed: Bool

    init(of database: Database) throws(StoreFailure) {
        // Opened when it is first asked.
        _ = try database.integer("PRAGMA schema_version")
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(database.handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        let sealed = SealingFileSystem.file(file)
        file = sealed?.pointee.below ?? file
        isSealed = sealed?.pointee.isSealed ?? false
        guard code == SQLITE_OK, let file, let methods = file.pointee.pMethods?.pointee else {
            throw database.failure(code)
        }
        self.database = database
        self.file = file
        self.methods = methods
    }

    func byteCount() throws(SystemError) -> Int64 {
        var size: sqlite3_int64 = 0
        let code = methods.xFileSize?(file, &size) ?? SQLITE_MISUSE
        guard code == SQLITE_OK else { throw SystemError("fstat", code: EIO) }
        return size
    }

    /// The whole of it, in order.
    func forEachPiece(_ body: ([UInt8]) throws(SystemError) -> Void) throws(SystemError) {
        let byteCount = try byteCount()
        var offset: Int64 = 0
        while offset < byteCount {
            let count = min(Int64(BackupFormat.pieceByteCount), byteCount - offset)
            try body(try read(at: offset, count: Int(count)))
            offset += count
        }
    }

    func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
        var code = SQLITE_MISUSE
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            code = methods.xRead?(file, room.baseAddress, CInt(count), offset) ?? SQLITE_MISUSE
            filled = code == SQLITE_OK ? count : 0
        }
        guard code == SQLITE_OK else { throw SystemError("pread", code: EIO) }
        return bytes
    }
}
