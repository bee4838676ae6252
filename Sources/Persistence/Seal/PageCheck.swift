internal import Channels
internal import Reactor

/// Reads a data file from its beginning to its end as it lies on the disk, some pages at a time, and holds each to its
/// seal: those that nothing asks for as well.
struct PageCheck {
    private let image: DatabaseImage
    private let path: String
    private(set) var pageCount: Int64 = 0
    private var damaged: [Int64] = []

    /// Pages looked at in one go: a mebibyte.
    static let stride = 256
    /// A page may be written while it is read.
    private static let readingsMax = 3

    init(of database: Database) throws(StoreFailure) {
        image = try DatabaseImage(of: database)
        path = database.path
    }

    /// False at the end, and where pages have no seal.
    mutating func next() throws(StoreFailure) -> Bool {
        guard image.isSealed else { return false }
        do throws(SystemError) {
            let size = Int64(Database.pageByteCount), all = try image.byteCount() / size
            let count = min(Int64(Self.stride), all - pageCount)
            guard count > 0 else { return false }
            let piece = try image.read(at: pageCount * size, count: Int(count * size))
            let suspects = Self.damaged(in: piece).map { pageCount + $0 }
            if !suspects.isEmpty {
                // What is in the log will be written over, and nobody reads it here until then: a checkpoint was cut
                // short.
                let log = try LogFrames(path: path + "-wal")?.pages ?? []
                for page in suspects where !log.contains(UInt32(truncatingIfNeeded: page)) {
                    if try isDamaged(page) { damaged.append(page) }
                }
            }
            pageCount += count
            return true
        } catch {
            throw .broken("\(path): \(error)")
        }
    }

    /// The damaged pages that were found since this was last asked, counted from 1.
    mutating func takeDamaged() -> [Int64] {
        defer { damaged = [] }
        return damaged
    }

    /// Numbers of the pages in these bytes that do not have their seal, counted from 1.
    static func damaged(in piece: [UInt8]) -> [Int64] {
        piece.withUnsafeBytes { bytes in
            let size = Database.pageByteCount
            return (0..<bytes.count / size).filter { number in
                !PageSeal.isWhole(UnsafeRawBufferPointer(rebasing: bytes[number * size..<(number + 1) * size]))
            }.map { Int64($0) + 1 }
        }
    }

    private func isDamaged(_ page: Int64) throws(SystemError) -> Bool {
        let size = Int64(Database.pageByteCount)
        for _ in 0..<Self.readingsMax {
            let bytes = try image.read(at: (page - 1) * size, count: Int(size))
            if Self.damaged(in: bytes).isEmpty { return false }
        }
        return true
    }
}
