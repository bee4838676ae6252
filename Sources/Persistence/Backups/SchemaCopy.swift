internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor

/// The data file as it was before its schema is brought up to date, for whoever wants the former server back.
///
/// It is made while nothing else has the database open.
struct SchemaCopy {
    let shelf: String

    /// Copies that stay, the newest: one for the former server, and one for the one before.
    private static let keptCount = 2
    private static let prefix = "before-schema-"

    /// Does nothing for a file that is new, up to date, or from a newer server.
    func make(of database: Database, bringingTo newest: Int64) throws(StoreFailure) {
        let present = try database.integer("PRAGMA user_version")
        guard present > 0, present < newest else { return }
        guard try database.checkpoint(emptying: true) else { throw .broken("another process has the database open") }
        let image = try DatabaseImage(of: database)
        do throws(BackupFailure) {
            try copy(image, from: present, to: newest)
        } catch {
            throw .broken("no copy could be made before the data is changed for this version: \(error.detail)")
        }
    }

    private func copy(_ image: DatabaseImage, from present: Int64, to newest: Int64) throws(BackupFailure) {
        do throws(SystemError) {
            try DiskFileStore.makeDirectory(shelf)
        } catch {
            throw BackupFailure(error, at: shelf)
        }
        let digits = String(newest)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let path = "\(shelf)/\(Self.prefix)\(padded)-was-\(present).db", partial = path + BackupWriter.partialSuffix
        do throws(SystemError) {
            let raw = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard raw >= 0 else { throw SystemError("open") }
            let descriptor = Descriptor(raw)
            try image.forEachPiece { (piece: [UInt8]) throws(SystemError) in try descriptor.write(piece) }
            guard fsync(raw) == 0 else { throw SystemError("fsync") }
            guard rename(partial, path) == 0 else { throw SystemError("rename") }
            try DiskFileStore.sync(shelf)
        } catch {
            unlink(partial)
            throw BackupFailure(error, at: path)
        }
        let old = DiskFileStore.names(in: shelf).filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(".db") }
        for name in old.sorted(by: >).dropFirst(Self.keptCount) { unlink(shelf + "/" + name) }
    }
}
