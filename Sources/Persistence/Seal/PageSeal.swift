/// The last eight bytes of each page of a data file: the `PageSum` of all before them, as SQLite's `cksumvfs` writes
/// them (https://www.sqlite.org/cksumvfs.html). So a bit that flipped anywhere in a page is noticed by whoever reads
/// it, whatever the page is for.
enum PageSeal {
    static let byteCount = 8
    /// Where page 1 says how many bytes of each page are not SQLite's (https://www.sqlite.org/fileformat2.html, 1.3.4).
    private static let reservedPlace = 20
    /// Of page 1, in which that stands.
    static let headByteCount = 100

    /// Whether `count` bytes at `offset` are a page: SQLite asks for pages as a whole, and now and then for a few bytes
    /// of the first one.
    static func isPage(_ count: CInt, at offset: Int64) -> Bool {
        count == CInt(Database.pageByteCount) && offset % Int64(count) == 0
    }

    /// Whether the file whose first page this is has sealed pages.
    static func isUsed(_ head: UnsafeRawBufferPointer) -> Bool {
        head.count >= headByteCount && Int(head[reservedPlace]) == byteCount
    }

    static func isWhole(_ page: UnsafeRawBufferPointer) -> Bool {
        let (sum, place) = sum(of: page)
        return UInt32(littleEndian: page.loadUnaligned(fromByteOffset: place, as: UInt32.self)) == sum.first
            && UInt32(littleEndian: page.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)) == sum.second
    }

    static func put(on page: UnsafeMutableRawBufferPointer) {
        let (sum, place) = sum(of: UnsafeRawBufferPointer(page))
        page.storeBytes(of: sum.first.littleEndian, toByteOffset: place, as: UInt32.self)
        page.storeBytes(of: sum.second.littleEndian, toByteOffset: place + 4, as: UInt32.self)
    }

    private static func sum(of page: UnsafeRawBufferPointer) -> (PageSum, place: Int) {
        let place = page.count - byteCount
        var sum = PageSum()
        sum.add(UnsafeRawBufferPointer(rebasing: page[..<place]))
        return (sum, place)
    }
}
