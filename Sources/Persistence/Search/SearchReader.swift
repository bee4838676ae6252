internal import Base
internal import Channels
internal import Telemetry

/// What one searching thread has: read-only connections to the index and to the database. The index proposes, the
/// database decides what is there and who may see it, in one snapshot.
struct SearchReader {
    private let path: String
    private let indexPath: String
    private let leash: SnapshotLeash
    private let recent: RecentEvents
    private let works: SearchWorks
    private let log: Logger
    private var opened: (archive: ArchiveReader, index: SearchIndexReader, generation: Int)?

    init(
        path: String, indexPath: String, leash: SnapshotLeash, recent: RecentEvents, works: SearchWorks, log: Logger
    ) {
        self.path = path
        self.indexPath = indexPath
        self.leash = leash
        self.recent = recent
        self.works = works
        self.log = log
    }

    /// Runs `body` on one snapshot of both; a failure is logged, and both are opened anew the next time.
    mutating func use<Value>(
        _ body: (SearchLook) throws(StoreFailure) -> Value
    ) -> Result<Value, StoreFailure> {
        do throws(StoreFailure) {
            let generation = works.state.withLock { $0.generation }
            if opened?.generation != generation { opened = nil }
            let both: (archive: ArchiveReader, index: SearchIndexReader, generation: Int)
            if let opened {
                both = opened
            } else {
                both = (
                    try ArchiveReader(path: path, leash: leash, recent: recent),
                    try SearchIndexReader(path: indexPath), generation
                )
                opened = both
            }
            return .success(
                try both.index.snapshot { () throws(StoreFailure) in
                    try both.archive.snapshot { () throws(StoreFailure) in
                        try body(SearchLook(archive: both.archive, index: both.index))
                    }
                })
        } catch {
            log.error("searching failed", ["why": "\(error)"])
            if opened?.index.hasFoundDamage == true { works.foundDamage() }
            opened = nil
            return .failure(error)
        }
    }
}
