internal import Auth
internal import Base
internal import Glibc
internal import Reactor

/// Reads a backup from its beginning to its end, and knows at the end that nothing of it was changed or is missing.
final class BackupReader {
    struct Entry: Equatable {
        var name: String
        var byteCount: Int64
    }

    let title: BackupTitle
    private let path: String
    private let descriptor: Descriptor
    private let whole = RunningDigest()
    private var entry: TarHeader?
    private var missing: Int64 = 0
    private var entryCount: Int64 = 0

    /// - Throws: when it is no backup, or of a form that this server does not know.
    init(path: String) throws(BackupFault) {
        self.path = path
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard raw >= 0 else { throw BackupFault("\(path): \(SystemError("open"))") }
        descriptor = Descriptor(raw)
        let block = try Self.read(raw, TarHeader.blockByteCount, path)
        guard let header = TarHeader(block), header.name == BackupFormat.titleName,
            header.byteCount <= BackupFormat.smallByteCountMax
        else { throw BackupFault("\(path) is no backup of this kind") }
        let content = try Self.read(raw, Int(header.byteCount) + header.paddingByteCount, path)
        guard let title = BackupTitle(Array(content.prefix(Int(header.byteCount)))),
            content.dropFirst(Int(header.byteCount)).allSatisfy({ $0 == 0 })
        else { throw BackupFault("\(path) is no backup of this kind, or a newer confab has made it") }
        self.title = title
        entryCount = 1
        whole.update(block + content)
    }

    /// The next entry, whose content has to be read to its end; `nil` when all of it has been read and is sound.
    func next() throws(BackupFault) -> Entry? {
        precondition(missing == 0, "an entry was left unread")
        let block = try read(TarHeader.blockByteCount)
        guard let header = TarHeader(block) else { throw damaged }
        guard header.name != BackupFormat.sealName else {
            try checkSeal(header)
            return nil
        }
        whole.update(block)
        entry = header
        missing = header.byteCount
        entryCount += 1
        // What fills up the last block of an empty one is nothing.
        return Entry(name: header.name, byteCount: header.byteCount)
    }

    /// The next piece of the entry's content; `nil` at its end.
    func piece() throws(BackupFault) -> [UInt8]? {
        guard let entry, missing > 0 else { return nil }
        let bytes = try read(Int(min(missing, Int64(BackupFormat.pieceByteCount))))
        whole.update(bytes)
        missing -= Int64(bytes.count)
        if missing == 0 {
            let padding = try read(entry.paddingByteCount)
            guard padding.allSatisfy({ $0 == 0 }) else { throw damaged }
            whole.update(padding)
        }
        return bytes
    }

    /// The whole content of a small entry.
    func content(of entry: Entry) throws(BackupFault) -> [UInt8] {
        guard entry.byteCount <= BackupFormat.smallByteCountMax else { throw damaged }
        var all: [UInt8] = []
        while let piece = try piece() { all += piece }
        return all
    }

    private func checkSeal(_ header: TarHeader) throws(BackupFault) {
        let seal = BackupSeal(entryCount: entryCount, sha256: whole.finish())
        guard header.byteCount == Int64(seal.bytes.count) else { throw damaged }
        let rest = try read(Int(header.byteCount) + header.paddingByteCount + BackupFormat.endByteCount)
        guard Array(rest.prefix(seal.bytes.count)) == seal.bytes,
            rest.dropFirst(seal.bytes.count).allSatisfy({ $0 == 0 })
        else { throw damaged }
        var more: UInt8 = 0
        guard Glibc.read(descriptor.raw, &more, 1) == 0 else { throw BackupFault("\(path) goes on behind its end") }
    }

    private var damaged: BackupFault { BackupFault("\(path) is damaged") }

    private func read(_ count: Int) throws(BackupFault) -> [UInt8] { try Self.read(descriptor.raw, count, path) }

    private static func read(_ raw: CInt, _ count: Int, _ path: String) throws(BackupFault) -> [UInt8] {
        var why: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            while filled < count {
                let got = Glibc.read(raw, room.baseAddress?.advanced(by: filled), count - filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { why = SystemError("read") }
                guard got > 0 else { break }
                filled += got
            }
        }
        if let why { throw BackupFault("\(path): \(why)") }
        guard bytes.count == count else { throw BackupFault("\(path) is cut short") }
        return bytes
    }
}

/// Why a backup or a data directory cannot be used, in words for the operator.
public struct BackupFault: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
