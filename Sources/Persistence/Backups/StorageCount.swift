internal import Auth
internal import Base
internal import CSQLite
internal import Channels
internal import Glibc

/// Counts where the disk goes, on the thread of the backups: it reads every page of the database.
struct StorageCount {
    let database: Database
    let path: String
    let shelf: BackupShelf

    /// What a table is for; those that are not here are "other".
    private static let purposes: [String: String] = [
        "journal": "messages", "log_index": "indexes", "message_index": "indexes", "retry_index": "indexes",
        "heads": "indexes", "channels": "channels", "members": "channels", "invites": "channels",
        "deleted": "channels", "hidden": "channels", "mentions": "channels", "reactions": "channels",
        "pins": "channels", "replies": "channels", "reports": "channels", "users": "people", "logins": "people",
        "refresh_tokens": "people", "blocks": "people", "identities": "people", "proofs": "people",
        "verified_addresses": "people", "totp": "people", "recovery_codes": "people", "invitations": "people",
        "api_keys": "people", "erasures": "people", "roles": "people", "files": "files", "file_usage": "files",
        "file_references": "files", "orphans": "files", "uploads": "files", "images": "files",
        "jobs": "jobs", "outbox": "jobs",
        "webhooks": "jobs", "deliveries": "jobs", "text_budget": "jobs", "search_stale": "indexes",
        "notifications": "notifications", "notification_marks": "notifications",
        "notification_preferences": "notifications",
        "devices": "notifications", "pushes": "notifications", "contacts": "people", "contact_addresses": "people",
        "contact_counts": "people", "audit": "audit", "meta": "other", "series": "series",
        "courses": "courses", "course_staff": "courses", "course_tags": "courses", "course_words": "courses",
        "lessons": "courses",
        "enrolments": "courses", "lesson_progress": "courses", "quizzes": "courses", "attempts": "courses",
        "certificates": "courses", "course_files": "files",
    ]

    func usage(at now: Timestamp) throws(StoreFailure) -> StorageUsage {
        var usage = StorageUsage(at: now)
        let pageByteCount = try database.integer("PRAGMA page_size")
        usage.databaseByteCount = Self.byteCount(of: path)
        usage.unusedByteCount = try database.integer("PRAGMA freelist_count") * pageByteCount
        usage.logByteCount = Self.byteCount(of: path + "-wal")
        let index = BackupWriter.directory(of: path) + "/" + DataDirectory.searchName
        usage.searchByteCount = Self.byteCount(of: index) + Self.byteCount(of: index + "-wal")
        usage.groups = try groups()
        usage.files = try count(
            """
            SELECT count(*), coalesce(sum(size), 0) FROM (
                SELECT max(byte_count) AS size FROM files GROUP BY sha256
                UNION ALL SELECT thumbnail_byte_count FROM images WHERE thumbnail_byte_count > 0)
            """)
        usage.uploads = try count("SELECT count(*), coalesce(sum(received), 0) FROM uploads WHERE file IS NULL")
        let backups = shelf.list()
        usage.backups = StorageUsage.Files(
            count: Int64(backups.count), byteCount: backups.reduce(0) { $0 + $1.byteCount })
        var disk = statvfs()
        if statvfs(path, &disk) == 0 {
            usage.freeByteCount = Int64(clamping: UInt64(disk.f_bavail) &* UInt64(disk.f_frsize))
            usage.diskByteCount = Int64(clamping: UInt64(disk.f_blocks) &* UInt64(disk.f_frsize))
        }
        return usage
    }

    private func count(_ sql: String) throws(StoreFailure) -> StorageUsage.Files {
        try database.prepare(sql).first { row throws(StoreFailure) in
            StorageUsage.Files(count: row.integer(0), byteCount: row.integer(1))
        } ?? StorageUsage.Files()
    }

    /// Tree by tree, so that no reader holds on to the write-ahead log for long. Nothing where SQLite was built without
    /// its `dbstat` table.
    private func groups() throws(StoreFailure) -> [StorageUsage.Group] {
        guard sqlite3_compileoption_used("ENABLE_DBSTAT_VTAB") != 0 else { return [] }
        let trees = try database.prepare("SELECT name, tbl_name FROM sqlite_schema WHERE rootpage > 0")
            .all { row throws(StoreFailure) in (name: row.string(0), table: row.string(1)) }
        var sums: [String: Int64] = [:]
        for tree in trees {
            let size = try database.prepare("SELECT pgsize FROM dbstat WHERE name = ? AND aggregate = TRUE")
                .bind(tree.name).first { row throws(StoreFailure) in row.integer(0) }
            sums[Self.purposes[tree.table] ?? "other", default: 0] += size ?? 0
        }
        return sums.map { StorageUsage.Group(name: $0.key, byteCount: $0.value) }
            .sorted { ($1.byteCount, $0.name) < ($0.byteCount, $1.name) }
    }

    private static func byteCount(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
