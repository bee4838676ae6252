internal import Auth
internal import Base

/// What a backup is: a tar archive, so that it can be read without Confab. In this order:
///
/// - `confab-backup.json`, the `BackupTitle`;
/// - `confab.db`, the SQLite database, without a write-ahead log;
/// - the small files of the data directory (keys), and `settings.env`;
/// - `files/ab/abcd…`, uploaded files, each named by the SHA-256 of its bytes;
/// - `SHA256SUMS` of all but the uploaded files, as sha256sum(1) writes and checks it;
/// - `confab-backup.end`, the `BackupSeal` with the SHA-256 of every byte of the archive before this entry;
/// - two blocks of zeros.
enum BackupFormat {
    static let number: Int64 = 1
    static let titleName = "confab-backup.json"
    static let databaseName = "confab.db"
    static let settingsName = "settings.env"
    static let sumsName = "SHA256SUMS"
    static let sealName = "confab-backup.end"
    static let filesPrefix = "files/"
    static let endByteCount = 2 * TarHeader.blockByteCount

    /// Bytes of an entry that is read as a whole: keys and settings.
    static let smallByteCountMax: Int64 = 1 << 20
    /// Of those, in one backup.
    static let smallCountMax = 64
    /// Bytes read and written at once: what a backup holds in memory, a few times over.
    static let pieceByteCount = 1 << 20

    static func name(ofFile sha256: [UInt8]) -> String {
        let digits = sha256.hexadecimal
        return "\(filesPrefix)\(digits.prefix(2))/\(digits)"
    }

    /// The hash that an uploaded file's name is made of; `nil` for any other name.
    static func hash(ofFileNamed name: String) -> [UInt8]? {
        guard name.hasPrefix(filesPrefix), let last = name.split(separator: "/").last,
            let hash = String(last).hexadecimalBytes, hash.count == Digest.byteCount,
            self.name(ofFile: hash) == name
        else { return nil }
        return hash
    }

    /// Whether an entry may become a file of a data directory: no way leads out of it, and nothing is hidden.
    static func isSmallName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 1 || (parts.count == 2 && parts[0] == "keys"), name.utf8.count <= 64 else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        } && ![titleName, databaseName, sumsName, sealName, "confab.lock", RunMark.name].contains(name)
    }
}

/// The first entry: what a backup is of.
struct BackupTitle: Equatable {
    var madeAt: Timestamp
    var schema: Int64
    var epoch: String

    var bytes: [UInt8] {
        JSONWriter.object { json in
            json.member("format", BackupFormat.number)
            json.member("made_at", madeAt)
            json.member("schema", schema)
            json.member("epoch", epoch)
        }
    }
}

extension BackupTitle {
    /// `nil` for what is no title, or one of a later form.
    init?(_ bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes).root,
            root["format"]?.integer == BackupFormat.number,
            let madeAt = root["made_at"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let schema = root["schema"]?.integer, let epoch = root["epoch"]?.string
        else { return nil }
        self.init(madeAt: madeAt, schema: schema, epoch: epoch)
    }
}

/// The last entry: nothing before it was changed or taken away.
struct BackupSeal: Equatable {
    /// Entries before it.
    var entryCount: Int64
    /// Of every byte before its head.
    var sha256: [UInt8]

    var bytes: [UInt8] {
        JSONWriter.object { json in
            json.member("entries", entryCount)
            json.member("sha256", sha256.hexadecimal)
        } + [UInt8(ascii: "\n")]
    }
}
