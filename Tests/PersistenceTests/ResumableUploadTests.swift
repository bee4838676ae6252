import Base
import Channels
import Glibc
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Uploads that go on") struct ResumableUploadTests {
    private let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    @Test func `come piece by piece, and are a file like any other when they are whole`() async throws {
        let house = try House(), ann = try await house.user("ann")
        var upload = try await house.begin(content.count, by: ann)
        #expect(upload.received == 0 && upload.file == nil && upload.id.utf8.count == 32)
        for part in stride(from: 0, to: content.count, by: 70_000) {
            #expect(upload.received == Int64(part) && upload.file == nil)
            upload = try await house.add(Array(content[part..<min(content.count, part + 70_000)]), to: upload)
            #expect(try await house.storage.uploads.upload(upload.id, of: ann) == upload)
        }
        let file = try #require(upload.file)
        #expect(file.sha256 == Digest.sha256(content) && file.byteCount == Int64(content.count) && file.owner == ann)
        #expect(file.name == "a.bin")
        let opened = try await house.storage.files.open(file)
        #expect(opened.read(0..<content.count) == content)
        #expect(try await house.comesToHold([file.sha256]), "the part is gone")
        #expect(Files.mode(of: house.directory.file("files/uploads")) == 0o700)
        // To end what is whole takes nothing away.
        try await house.storage.uploads.remove(upload.id, of: ann)
        #expect(try await house.storage.files.file(file.id, for: ann) == file)
        await #expect(throws: FileFailure.notFound) { try await house.storage.uploads.upload(upload.id, of: ann) }
    }

    @Test func `go on after a restart where they were told to be`() async throws {
        let directory = TemporaryDirectory(), first = try House(in: directory), ann = try await first.user("ann")
        var upload = try await first.begin(content.count, by: ann)
        upload = try await first.add(Array(content[..<100_000]), to: upload)
        // This was never told to be there.
        let piece = try await first.resume(upload)
        try await piece.write([UInt8](repeating: 0xFF, count: 50_000))
        let image = first.image()
        first.copyParts(to: image)
        await piece.end()
        first.close()
        for place in [directory, image] {
            let second = try House(in: place)
            var back = try await second.storage.uploads.upload(upload.id, of: ann)
            #expect(back == upload)
            back = try await second.add(Array(content[100_000...]), to: back)
            #expect(back.file?.sha256 == Digest.sha256(content))
        }
    }

    @Test func `have nothing of what was not kept`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let upload = try await house.begin(content.count, by: ann)
        do {
            let piece = try await house.resume(upload)
            try await piece.write([UInt8](repeating: 0xFF, count: 200_000))
            await piece.end()
        }
        #expect(try await house.storage.uploads.upload(upload.id, of: ann).received == 0)
        let whole = try await house.add(content, to: upload)
        #expect(whole.file?.sha256 == Digest.sha256(content))
    }

    @Test func `take one piece at a time, at their end, from their owner`() async throws {
        let house = try House(), ann = try await house.user("ann"), bob = try await house.user("bob")
        let uploads = house.storage.uploads, upload = try await house.begin(content.count, by: ann)
        let stopped = Guarded(false)
        let piece = try await uploads.resume(upload.id, of: ann, at: 0, within: House.limits) {
            stopped.withLock { $0 = true }
        }
        await #expect(throws: FileFailure.inUse) { try await house.resume(upload) }
        try await piece.write(Array(content[..<1_000]))
        // Who wants to go on has the first one stop, and waits until what came is kept.
        async let interrupted: Void = uploads.interrupt(upload.id, of: ann)
        while !stopped.withLock({ $0 }) { await Task.yield() }
        _ = try await piece.keep()
        await piece.end()
        try await interrupted
        #expect(try await uploads.upload(upload.id, of: ann).received == 1_000)
        await #expect(throws: FileFailure.notAtEnd(received: 1_000)) { try await house.resume(upload) }
        for id in [upload.id, "../../confab.db", ""] {
            await #expect(throws: FileFailure.notFound) { try await uploads.upload(id, of: bob) }
            await #expect(throws: FileFailure.notFound) { try await uploads.remove(id, of: bob) }
            await #expect(throws: FileFailure.notFound) {
                _ = try await uploads.resume(id, of: bob, at: 1_000, within: House.limits) {}
            }
        }
        let after = try await house.resume(try await uploads.upload(upload.id, of: ann))
        #expect(after.room == Int64(content.count) - 1_000)
        await #expect(throws: FileFailure.broken) { try await after.write(content) }
    }

    @Test func `have their place in the quota as long as they are not whole`() async throws {
        let house = try House(), ann = try await house.user("ann"), uploads = house.storage.uploads
        var limits = House.limits
        limits.fileQuotaBytes = 1_000
        limits.openUploadsPerUserMax = 2
        let first = try await house.begin(600, by: ann, limits: limits)
        await #expect(throws: FileFailure.overQuota) { try await house.begin(401, by: ann, limits: limits) }
        await #expect(throws: FileFailure.overQuota) {
            try await house.upload([UInt8](repeating: 1, count: 401), by: ann, limits: limits)
        }
        _ = try await house.begin(400, by: ann, limits: limits)
        await #expect(throws: FileFailure.tooManyOpenUploads) { try await house.begin(0, by: ann, limits: limits) }
        let whole = try await house.add([UInt8](repeating: 1, count: 600), to: first)
        #expect(whole.file != nil, "what was begun is finished, whatever else came")
        await #expect(throws: FileFailure.overQuota) { try await house.begin(1, by: ann, limits: limits) }
        try await house.storage.files.remove(try #require(whole.file).id, by: ann, from: nil, isOperator: false)
        await #expect(throws: FileFailure.notFound) { try await uploads.upload(first.id, of: ann) }
        let again = try await house.begin(600, by: ann, limits: limits)
        try await uploads.remove(again.id, of: ann)
        _ = try await house.begin(600, by: ann, limits: limits)
    }

    @Test func `go when nothing is added to them, and their bytes with them`() async throws {
        let house = try House(), ann = try await house.user("ann"), uploads = house.storage.uploads
        var old = try await house.begin(content.count, by: ann), late = try await house.begin(content.count, by: ann)
        old = try await house.add([1], to: old)
        late = try await house.add([1], to: late)
        #expect(Set(house.blobs) == [old.id, late.id])
        house.time.pass(milliseconds: Int64(House.limits.openUploadSeconds) * 1_000 - 1)
        late = try await house.add([2], to: late)
        house.time.pass(milliseconds: 1)
        await #expect(throws: FileFailure.notFound) { try await uploads.upload(old.id, of: ann) }
        await #expect(throws: FileFailure.notFound) { try await house.resume(old) }
        for _ in 1...600 where house.blobs.count > 1 {
            house.time.pass(milliseconds: Int64(House.limits.purgeSeconds + 1) * 1_000)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(house.blobs == [late.id])
        #expect(try await uploads.upload(late.id, of: ann) == late)
    }

    @Test func `whose parts nobody knows any more leave them, and those whose parts are gone go`() async throws {
        let directory = TemporaryDirectory(), first = try House(in: directory), ann = try await first.user("ann")
        let kept = try await first.add([1], to: try await first.begin(2, by: ann))
        let lost = try await first.add([1], to: try await first.begin(2, by: ann))
        first.close()
        Files.write([1], to: directory.file("files/uploads/stray"))
        unlink(directory.file("files/uploads/\(lost.id)"))
        let second = try House(in: directory)
        for _ in 1...600 where second.blobs != [kept.id] { try await Task.sleep(for: .milliseconds(50)) }
        #expect(second.blobs == [kept.id])
        await #expect(throws: FileFailure.notFound) { try await second.storage.uploads.upload(lost.id, of: ann) }
        await #expect(throws: FileFailure.notFound) { try await second.resume(lost) }
        #expect(try await second.add([2], to: kept).file != nil)
    }

    @Test func `that had their bytes in place when the server was killed are whole, and nobody writes to those`()
        async throws
    {
        let house = try House(), ann = try await house.user("ann")
        var upload = try await house.begin(content.count, by: ann)
        upload = try await house.add(Array(content.dropLast()), to: upload)
        // All of it is there and has its place; only the rows were not written.
        let part = house.directory.file("files/uploads/\(upload.id)"), hash = Digest.sha256(content)
        Files.write(content, to: part)
        let directory = house.directory.file("files/\(hash.hexadecimal.prefix(2))")
        Files.makeDirectory(directory)
        #expect(link(part, directory + "/" + hash.hexadecimal) == 0)
        let count = Int64(content.count)
        await #expect(throws: FileFailure.notAtEnd(received: count)) { try await house.resume(upload) }
        let whole = try await house.storage.uploads.upload(upload.id, of: ann)
        #expect(whole.received == count && whole.file?.sha256 == hash)
        #expect(try await house.storage.files.open(try #require(whole.file)).read(0..<content.count) == content)
        #expect(try await house.comesToHold([hash]))
    }

    @Test func `are put into a bucket when they are whole`() async throws {
        let bucket = PlayedBucket(), house = try House(objects: bucket), ann = try await house.user("ann")
        var upload = try await house.begin(content.count, by: ann)
        upload = try await house.add(Array(content[..<100_000]), to: upload)
        #expect(bucket.calls.allSatisfy { !$0.hasPrefix("put") })
        upload = try await house.add(Array(content[100_000...]), to: upload)
        let file = try #require(upload.file)
        #expect(file.sha256 == Digest.sha256(content))
        #expect(bucket.calls.contains { $0.hasPrefix("put") })
        #expect(try await house.storage.files.open(file).read(0..<content.count) == content)
    }

    @Test func `go with their user, by name and by content`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let new = NewUpload(owner: ann, byteCount: 2, name: "a-telling-name", metadata: "")
        let upload = try await house.add([1], to: try await house.storage.uploads.create(new, within: House.limits))
        #expect(house.directory.holds("a-telling-name") && house.blobs == [upload.id])
        try await house.storage.people.erase(ann, isDeletingMessages: false, within: .operator, by: .server)
        for _ in 1...600 where !house.blobs.isEmpty {
            house.time.pass(milliseconds: Int64(House.limits.purgeSeconds + 1) * 1_000)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(house.blobs == [])
        #expect(try await house.isGone("a-telling-name"))
        await #expect(throws: FileFailure.notFound) { try await house.add([2], to: upload) }
    }

    @Test func `of the same content as another file share its bytes`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let file = try await house.upload(content, by: ann)
        let whole = try await house.add(content, to: try await house.begin(content.count, by: ann))
        #expect(whole.file?.sha256 == file.sha256 && whole.file?.id != file.id)
        #expect(try await house.comesToHold([file.sha256]))
        try await house.storage.files.remove(file.id, by: ann, from: nil, isOperator: false)
        #expect(try await house.storage.files.open(try #require(whole.file)).read(0..<content.count) == content)
    }
}
