internal import CSQLite
internal import Channels

/// What a connection has to do with the seals of its pages. They are a `SealingFileSystem`'s; in another one there are
/// none.
extension Database {
    /// A new file, and one that is written anew, has room in each page.
    func reserveSeals() {
        guard sealedFile(SQLITE_FCNTL_FILE_POINTER) != nil else { return }
        var count = CInt(PageSeal.byteCount)
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &count)
    }

    /// Whether each page that is read is held to its seal.
    var isSealed: Bool { sealedFile(SQLITE_FCNTL_FILE_POINTER)?.pointee.isSealed ?? true }

    /// Has every page sealed, by writing the whole file anew where it comes from a server that did not. Must not be
    /// called in a transaction.
    func seal() throws(StoreFailure) {
        guard !isSealed else { return }
        try execute("VACUUM")
        guard try checkpoint(emptying: true) else { throw .broken("another process has the database open") }
        try requireSeal()
    }

    /// A file that should have seals and says that it has none says so because of damage: whoever believed it would ask
    /// for none.
    func requireSeal() throws(StoreFailure) {
        guard !isSealed else { return }
        throw .broken("\(path): page 1 is damaged: it says that pages have no checksums")
    }

    /// What was found to be damaged last; `nil` when that was not found by a checksum.
    func takeDamage() -> String? {
        for (pointer, what) in [
            (SQLITE_FCNTL_FILE_POINTER, "page"), (SQLITE_FCNTL_JOURNAL_POINTER, "in its write-ahead log, frame"),
        ] {
            guard let file = sealedFile(pointer), file.pointee.damaged > 0 else { continue }
            defer { file.pointee.damaged = 0 }
            return "\(what) \(file.pointee.damaged) is damaged"
        }
        return nil
    }

    /// Whether something was asked for, since this was last asked, that the disk did not give back.
    func takeUnread() -> Bool {
        var isUnread = false
        for pointer in [SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER] {
            guard let file = sealedFile(pointer) else { continue }
            if file.pointee.isUnread { isUnread = true }
            file.pointee.isUnread = false
        }
        return isUnread
    }

    private func sealedFile(_ pointer: CInt) -> SealedFile.Pointer? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(handle, "main", pointer, &file) == SQLITE_OK else { return nil }
        return SealingFileSystem.file(file)
    }
}
