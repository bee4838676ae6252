internal import Base
internal import Channels

/// Compares what is kept elsewhere with the rows, a page at a time: bytes that no file has are removed, and a file
/// whose bytes are nowhere is told of. Behind the conversations, on a thread that may wait.
struct FarSweep {
    let keeper: BlobKeeper
    let found: (String) -> Void
    let isOver: () -> Bool

    /// Rows that are looked at in one go where the other side has none.
    private static let rowsMax = 1_000

    func run(_ reader: inout FileReader) {
        let store = keeper.store
        guard (try? store.removeUnfinished()) != nil else { return }
        var last: [UInt8]?
        repeat {
            // What cannot be asked now is looked at after the next start.
            guard !isOver(), let page = try? store.elsewhere(after: last) else { return }
            look(for: page, after: last ?? [], &reader)
            for hash in page.hashes { keeper.removeIfUnused(hash) { reader.isUsed($0) } }
            last = page.end
        } while last != nil
    }

    /// Looks for each file in the range of a page.
    private func look(for page: FarPage, after first: [UInt8], _ reader: inout FileReader) {
        let there = Set(page.hashes)
        var position = first
        while !isOver() {
            guard let rows = reader.hashes(after: position, through: page.end, atMost: Self.rowsMax),
                let end = rows.last
            else { return }
            for hash in rows where !there.contains(hash) { check(hash, &reader) }
            position = end
        }
    }

    /// It may have come since the page was made, be on this machine's disk, or have been taken away.
    private func check(_ hash: [UInt8], _ reader: inout FileReader) {
        guard let isThere = try? keeper.store.has(hash), !isThere, reader.isUsed(hash) == true else { return }
        found("the file \(hash.hexadecimal)")
    }
}
