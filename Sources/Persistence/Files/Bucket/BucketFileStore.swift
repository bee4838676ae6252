internal import Base
internal import Channels
internal import Reactor
internal import Telemetry

/// Files in another service, under `ab/abcd…` for what has the hash `abcd…`. What comes is written to this machine's
/// disk first, because its name is known at its end; it is put there, and confirmed, before anybody is told of it.
///
/// What is read is fetched as a whole, held to its hash, and only then sent, as any file: a bit that flipped over there
/// is noticed before a byte has left, a slow reader holds no transfer open, and parts of files are parts of files. The
/// copy stays for the next who asks, in a cache with a bound.
///
/// What lies on the disk from before the service was set up stays there and is read from there.
final class BucketFileStore: FileStore {
    private let disk: DiskFileStore
    private let objects: any ObjectStore
    private let cache: FileCache
    private let log: Logger
    private let fetches = KeyedTurns()
    private let isClosed = Guarded(false)

    init(disk: DiskFileStore, objects: any ObjectStore, cacheBytesMax: Int) throws(SystemError) {
        self.disk = disk
        self.objects = objects
        log = disk.log
        cache = try FileCache(disk: disk, byteCountMax: cacheBytesMax)
    }

    var place: String? { objects.place }

    func close() {
        isClosed.withLock { $0 = true }
        objects.close()
    }

    // MARK: Writing

    func begin() throws(FileFailure) -> any IncomingBlob { BucketBlob(store: self, local: try disk.beginBlob()) }

    /// Puts it over there. The copy of this machine becomes one of the cache.
    func put(_ blob: DiskBlob, _ sum: Blob) throws(FileFailure) {
        let file = try blob.opened()
        try asking { () throws(ObjectFailure) in
            try objects.put(Self.name(sum.sha256), file, sha256: sum.sha256)
        }
        cache.take(blob, sum)
    }

    // MARK: Reading

    func openAtHand(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile? {
        if let copy = try cache.open(sha256) { return copy }
        return try disk.openIfThere(disk.place(of: sha256).file)
    }

    /// One fetches for all who want the same.
    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile {
        while !fetches.begin(sha256) { fetches.waitForEnd(sha256) }
        defer { fetches.end(sha256) }
        if let file = try openAtHand(sha256) { return file }
        return try fetch(sha256)
    }

    private func fetch(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile {
        let blob = try disk.beginBlob()
        let failure = Guarded<FileFailure?>(nil)
        do throws(FileFailure) {
            try asking { () throws(ObjectFailure) in
                try objects.get(Self.name(sha256)) { piece in
                    do throws(FileFailure) { try blob.write(piece) } catch {
                        failure.withLock { $0 = error }
                        return false
                    }
                    return true
                }
            }
        } catch {
            guard let own = failure.withLock({ $0 }) else { throw error }
            // The disk is full of copies, or of something else; either way it is not the file that is at fault.
            if own == .full { cache.empty() }
            throw .overloaded
        }
        let sum = blob.sum()
        guard sum.sha256 == sha256 else {
            log.error("what was fetched is not what was uploaded", ["file": sha256.hexadecimal])
            throw .broken
        }
        let file = try blob.opened()
        cache.take(blob, sum)
        return file
    }

    func dropCopy(_ sha256: [UInt8]) -> Bool {
        // What lies on the disk for good is no copy.
        guard let kept = try? disk.openIfThere(disk.place(of: sha256).file), kept.byteCount >= 0 else {
            cache.drop(sha256)
            return true
        }
        return false
    }

    func has(_ sha256: [UInt8]) throws(FileFailure) -> Bool {
        if try disk.openIfThere(disk.place(of: sha256).file) != nil { return true }
        return try asking { () throws(ObjectFailure) in try objects.byteCount(of: Self.name(sha256)) } != nil
    }

    // MARK: Removing

    func remove(_ sha256: [UInt8]) -> Bool {
        let isOffDisk = disk.remove(sha256)
        cache.drop(sha256)
        let isGone = (try? asking { () throws(ObjectFailure) in try objects.remove(Self.name(sha256)) }) != nil
        return isOffDisk && isGone
    }

    func removeUnfinished() throws(FileFailure) {
        try asking { () throws(ObjectFailure) in try objects.removeUnfinished() }
    }

    // MARK: All of them

    func parts() -> [String] { disk.parts() }
    func hashes(in part: String) -> [[UInt8]] { disk.hashes(in: part) }

    func elsewhere(after sha256: [UInt8]?) throws(FileFailure) -> FarPage {
        var last = sha256.map(Self.name), hashes: [[UInt8]] = []
        // A page of what is not ours says nothing; the next one may.
        while true {
            let page = try asking { () throws(ObjectFailure) in try objects.list(after: last) }
            hashes = page.entries.compactMap { Self.hash($0.name) }
            guard !page.isLast, let end = page.entries.last?.name, end > last ?? "" else {
                return FarPage(hashes: hashes)
            }
            if let hash = hashes.last { return FarPage(hashes: hashes, end: hash) }
            last = end
        }
    }

    private static func name(_ sha256: [UInt8]) -> String {
        let digits = sha256.hexadecimal
        return "\(digits.prefix(2))/\(digits)"
    }

    private static func hash(_ name: String) -> [UInt8]? {
        guard let hash = String(name.dropFirst(3)).hexadecimalBytes, self.name(hash) == name else { return nil }
        return hash
    }

    private func asking<Value>(
        _ body: () throws(ObjectFailure) -> Value
    ) throws(FileFailure) -> Value {
        do throws(ObjectFailure) {
            return try body()
        } catch {
            // What was under way when the server stopped is no news.
            if !isClosed.withLock({ $0 }) {
                log.error("files that are kept elsewhere", ["where": objects.place, "why": error.why])
            }
            throw error == .missing ? .broken : .unavailable
        }
    }
}

/// A file on its way to another service.
private final class BucketBlob: IncomingBlob {
    let store: BucketFileStore
    let local: DiskBlob

    init(store: BucketFileStore, local: DiskBlob) {
        self.store = store
        self.local = local
    }

    func write(_ bytes: [UInt8]) throws(FileFailure) { try local.write(bytes) }
    /// Not synced: a machine that ends here has told nobody of it.
    func seal() throws(FileFailure) -> Blob { local.sum() }
    func place(_ blob: Blob) throws(FileFailure) { try store.put(local, blob) }
    func discard() { local.discard() }
}
