import Base
import Channels
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

/// What every place for files promises, held against each of them.
@Suite("A place for the bytes of files") struct FileStoreContractTests {
    enum Kind: CaseIterable, Sendable { case disk, bucket, bucketWithoutCopies }

    /// A store, and what has to outlive it.
    private struct Ground {
        let directory = TemporaryDirectory()
        let bucket = PlayedBucket()
        let store: any FileStore

        init(_ kind: Kind) throws {
            let disk = try DiskFileStore(path: directory.file("files"), log: Logger(level: .off))
            store =
                switch kind {
                case .disk: disk
                case .bucket: try BucketFileStore(disk: disk, objects: bucket, cacheBytesMax: 1 << 20)
                case .bucketWithoutCopies: try BucketFileStore(disk: disk, objects: bucket, cacheBytesMax: 0)
                }
        }

        var incoming: [String] { Files.names(in: directory.file("files/incoming")) }

        func put(_ bytes: [UInt8]) throws(FileFailure) -> Blob {
            let blob = try store.begin()
            for start in stride(from: 0, to: bytes.count, by: 5) {
                try blob.write(Array(bytes[start..<min(start + 5, bytes.count)]))
            }
            let sum = try blob.seal()
            try blob.place(sum)
            return sum
        }

        /// Everything that is kept, here and elsewhere.
        func all() throws(FileFailure) -> [[UInt8]] {
            var all = store.parts().flatMap { store.hashes(in: $0) }
            var last: [UInt8]?
            repeat {
                let page = try store.elsewhere(after: last)
                all += page.hashes
                last = page.end
            } while last != nil
            return all.sorted { $0.lexicographicallyPrecedes($1) }
        }
    }

    private let text = Array("Hello, file".utf8)

    @Test(arguments: Kind.allCases) func `takes what lies in a file of this machine, which stays there`(kind: Kind)
        throws
    {
        let ground = try Ground(kind), path = ground.directory.file("whole")
        Files.write(text, to: path)
        let sum = Blob(sha256: Digest.sha256(text), byteCount: Int64(text.count), start: text)
        // Also when it is there already.
        for _ in 1...2 {
            try ground.store.place(fileAt: path, sum)
            #expect(try ground.store.open(sum.sha256).read(0..<text.count) == text)
            #expect(try ground.all() == [sum.sha256])
            #expect(ground.incoming == [] && Files.read(path) == text)
        }
        #expect(throws: FileFailure.broken) { try ground.store.place(fileAt: path + "s", sum) }
    }

    @Test(arguments: Kind.allCases) func `gives back what it was given, as a whole and in parts`(kind: Kind) throws {
        let ground = try Ground(kind)
        for bytes in [text, [], [0], (0..<70_000).map { UInt8($0 % 251) }] {
            let sum = try ground.put(bytes)
            #expect(sum.sha256 == Digest.sha256(bytes) && sum.byteCount == bytes.count)
            #expect(sum.start == Array(bytes.prefix(ContentSignature.byteCount)))
            for _ in 1...2 {
                let file = try ground.store.open(sum.sha256)
                #expect(file.byteCount == bytes.count && file.read(0..<bytes.count) == bytes)
                #expect(bytes.count < 3 || file.read(1..<3) == Array(bytes[1..<3]))
            }
            #expect(try ground.store.has(sum.sha256))
        }
        #expect(ground.incoming == [])
    }

    @Test(arguments: Kind.allCases) func `takes what lies in a file of this machine, and leaves it there`(
        kind: Kind
    ) throws {
        let ground = try Ground(kind), path = ground.directory.file("part")
        Files.write(text, to: path)
        let blob = Blob(sha256: Digest.sha256(text), byteCount: Int64(text.count), start: text)
        for _ in 1...2 { try ground.store.place(fileAt: path, blob) }
        #expect(try ground.store.open(blob.sha256).read(0..<text.count) == text)
        #expect(Files.read(path) == text)
        #expect(ground.incoming == [])
    }

    @Test(arguments: Kind.allCases) func `keeps one content once, and says what it has`(kind: Kind) throws {
        let ground = try Ground(kind)
        var hashes: [[UInt8]] = []
        for number in 0..<5 { hashes.append(try ground.put([UInt8(number)]).sha256) }
        for number in 0..<5 { #expect(try ground.put([UInt8(number)]).sha256 == hashes[number]) }
        #expect(try ground.all() == hashes.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test(arguments: Kind.allCases) func `removes what it is told to, for all but who reads it`(kind: Kind) throws {
        let ground = try Ground(kind)
        let sum = try ground.put(text), other = try ground.put([1])
        let open = try ground.store.open(sum.sha256)
        #expect(ground.store.remove(sum.sha256) && ground.store.remove(sum.sha256))
        #expect(open.read(0..<text.count) == text)
        #expect(throws: FileFailure.broken) { try ground.store.open(sum.sha256) }
        #expect(try ground.store.has(sum.sha256) == false)
        #expect(try ground.all() == [other.sha256])
    }

    @Test(arguments: Kind.allCases) func `keeps nothing of what was not put in its place`(kind: Kind) throws {
        let ground = try Ground(kind)
        let blob = try ground.store.begin()
        try blob.write(text)
        #expect(ground.incoming.count == 1)
        blob.discard()
        #expect(ground.incoming == [])
        do {
            let forgotten = try ground.store.begin()
            try forgotten.write(text)
            _ = try forgotten.seal()
        }
        #expect(ground.incoming == [])
        #expect(try ground.all() == [])
    }
}
