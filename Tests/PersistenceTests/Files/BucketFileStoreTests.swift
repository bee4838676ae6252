import Base
import Channels
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Files in a bucket") struct BucketFileStoreTests {
    private let text = Array("Hello, file".utf8)

    private func name(_ bytes: [UInt8]) -> String {
        let digits = Digest.sha256(bytes).hexadecimal
        return "\(digits.prefix(2))/\(digits)"
    }

    private func store(
        _ bucket: PlayedBucket, in directory: TemporaryDirectory, cacheBytesMax: Int = 1 << 20
    ) throws -> BucketFileStore {
        let disk = try DiskFileStore(path: directory.file("files"), log: Logger(level: .off))
        return try BucketFileStore(disk: disk, objects: bucket, cacheBytesMax: cacheBytesMax)
    }

    private func put(_ bytes: [UInt8], into store: BucketFileStore) throws(FileFailure) -> [UInt8] {
        let blob = try store.begin()
        try blob.write(bytes)
        let sum = try blob.seal()
        try blob.place(sum)
        return sum.sha256
    }

    @Test func `are fetched once for all who read them, also after a restart`() throws {
        let directory = TemporaryDirectory(), bucket = PlayedBucket()
        let hash = try put(text, into: try store(bucket, in: directory))
        for _ in 1...3 {
            let store = try store(bucket, in: directory)
            #expect(try store.openAtHand(hash)?.read(0..<text.count) == text)
            #expect(try store.open(hash).byteCount == text.count)
        }
        #expect(bucket.calls == ["put \(name(text))"])
    }

    @Test func `have copies here up to a bound, of which the oldest go first`() throws {
        let directory = TemporaryDirectory(), bucket = PlayedBucket()
        let store = try store(bucket, in: directory, cacheBytesMax: 1_000)
        var hashes: [[UInt8]] = []
        for number in 0..<10 { hashes.append(try put([UInt8](repeating: UInt8(number), count: 200), into: store)) }
        let size = Files.names(in: directory.file("files/cache")).count * 200
        #expect(size <= 1_000 && size >= 600)
        #expect(try store.openAtHand(hashes[9]) != nil && store.openAtHand(hashes[0]) == nil)
        // Used last, so that it stays when others come.
        _ = try store.open(hashes[0])
        _ = try put([UInt8](repeating: 77, count: 200), into: store)
        #expect(try store.openAtHand(hashes[0]) != nil)
        // One that is larger than all that may be there is there as long as nobody else comes.
        let large = try put([UInt8](repeating: 78, count: 5_000), into: store)
        #expect(try store.openAtHand(large) != nil)
        #expect(Files.names(in: directory.file("files/cache")) == [large.hexadecimal])
    }

    @Test(arguments: [ObjectFailure.unavailable("down"), .refused("no")])
    func `are refused as unavailable while it cannot be asked, and nothing is left of them`(
        failure: ObjectFailure
    ) throws {
        let directory = TemporaryDirectory(), bucket = PlayedBucket()
        let store = try store(bucket, in: directory, cacheBytesMax: 0)
        let hash = try put(text, into: store)
        bucket.fail(failure)
        #expect(throws: FileFailure.unavailable) { try put([1], into: store) }
        #expect(throws: FileFailure.unavailable) { try store.open(hash) }
        #expect(throws: FileFailure.unavailable) { try store.elsewhere(after: nil) }
        #expect(!store.remove(hash))
        #expect(Files.names(in: directory.file("files/incoming")) == [])
        bucket.fail(nil)
        #expect(try store.open(hash).byteCount == text.count)
        #expect(store.remove(hash))
    }

    @Test func `of which a bit has flipped over there are never given out`() async throws {
        let bucket = PlayedBucket(), house = try House(limits: Self.withoutCopies, objects: bucket)
        let ann = try await house.user("ann"), file = try await house.upload(text, by: ann)
        #expect(try await house.storage.files.open(file).byteCount == text.count)
        #expect(house.storage.integrity.report.isSound)
        var flipped = text
        flipped[3] ^= 1
        bucket.set(name(text), flipped)
        await #expect(throws: FileFailure.broken) { try await house.storage.files.open(file) }
        #expect(house.storage.integrity.known == ["the file \(file.sha256.hexadecimal)"])
        bucket.set(name(text), nil)
        await #expect(throws: FileFailure.broken) { try await house.storage.files.open(file) }
    }

    @Test func `of which the copy here is damaged are fetched again`() async throws {
        let directory = TemporaryDirectory(), bucket = PlayedBucket()
        let house = try House(in: directory, objects: bucket)
        let ann = try await house.user("ann"), file = try await house.upload(text, by: ann)
        let copy = directory.file("files/cache/\(file.sha256.hexadecimal)")
        for damaged in [Array("Hello, file!".utf8), Array("Hellp, file".utf8), []] {
            Files.write(damaged, to: copy)
            #expect(try await house.storage.files.open(file).read(0..<text.count) == text)
        }
        #expect(bucket.calls.count { $0.hasPrefix("get") } == 3)
        #expect(house.storage.integrity.report.isSound)
    }

    @Test func `that are gone are removed by a job that is tried until it is done`() async throws {
        let bucket = PlayedBucket(), house = try House(objects: bucket)
        let ann = try await house.user("ann")
        let file = try await house.upload(text, by: ann), kept = try await house.upload([1], by: ann)
        try await house.storage.files.remove(file.id, by: ann, from: nil, isOperator: false)
        let kind = FileRemovalJob.kind
        let job = try #require(try await house.storage.jobs.claim([kind: 9], leases: [kind: 60]).first)
        let hashes = try #require(FileRemovalJob.hashes(of: job))
        #expect(hashes == [file.sha256])
        bucket.fail(.unavailable("down"))
        #expect(await house.storage.removeUnused(hashes) == false)
        bucket.fail(nil)
        // Somebody has the same bytes meanwhile.
        let again = try await house.upload(text, by: ann)
        #expect(await house.storage.removeUnused(hashes))
        #expect(bucket.names == [name(text), name([1])].sorted())
        try await house.storage.files.remove(again.id, by: ann, from: nil, isOperator: false)
        #expect(await house.storage.removeUnused(hashes))
        #expect(bucket.names == [name([1])])
        #expect(try await house.storage.files.open(kept).byteCount == 1)
    }

    @Test func `are compared with the rows at start: what nobody has goes, and what is nowhere is told`() async throws {
        let directory = TemporaryDirectory(), bucket = PlayedBucket()
        let first = try House(in: directory, limits: Self.withoutCopies, objects: bucket)
        let ann = try await first.user("ann")
        var files: [StoredFile] = []
        for number in 0..<7 { files.append(try await first.upload([UInt8(number)], by: ann)) }
        first.close()
        let strays: [[UInt8]] = [[100], [101], [102]]
        for stray in strays { bucket.set(name(stray), stray) }
        bucket.set("zz-of-somebody-else", [1])
        bucket.set(name([3]), nil)
        let second = try House(in: directory, limits: Self.withoutCopies, objects: bucket)
        let lost = "the file \(files[3].sha256.hexadecimal)"
        for _ in 1...600 where second.storage.integrity.known != [lost] || bucket.names.count != 7 {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(second.storage.integrity.known == [lost])
        let kept = [0, 1, 2, 4, 5, 6].map { name([$0]) }
        #expect(bucket.names == (kept + ["zz-of-somebody-else"]).sorted())
        #expect(bucket.calls.contains("unfinished"))
    }

    @Test func `of a server that had a disk before are read from there, and the new ones from the bucket`() async throws
    {
        let directory = TemporaryDirectory(), bucket = PlayedBucket()
        let first = try House(in: directory), ann = try await first.user("ann")
        let old = try await first.upload(text, by: ann)
        first.close()
        let second = try House(in: directory, objects: bucket)
        let new = try await second.upload([1], by: ann)
        #expect(try await second.storage.files.open(old).read(0..<text.count) == text)
        #expect(bucket.names == [name([1])])
        second.close()
        // And back again it does not go while something is over there.
        #expect(throws: StoreFailure.self) { try House(in: directory) }
        #expect(throws: StoreFailure.self) { try House(in: directory, objects: PlayedBucket(place: "s3://other/")) }
        let third = try House(in: directory, objects: bucket)
        for file in [old, new] {
            try await third.storage.files.remove(file.id, by: ann, from: nil, isOperator: false)
        }
        #expect(await third.storage.removeUnused([old.sha256, new.sha256]))
        third.close()
        #expect(bucket.names == [])
        let fourth = try House(in: directory)
        #expect(fourth.blobs == [])
    }

    private static var withoutCopies: Limits {
        var limits = House.limits
        limits.fileCacheBytes = 0
        return limits
    }
}
