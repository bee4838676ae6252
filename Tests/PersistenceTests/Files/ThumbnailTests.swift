import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

/// Makes of every image the same few bytes, and fails when it is told to.
private final class PlayedShrinker: ImageShrinker {
    let contentType = "image/jpeg"
    let calls = Guarded(0)
    let failure = Guarded<ShrinkFailure?>(nil)
    var callCount: Int { calls.withLock { $0 } }

    static func small(of bytes: [UInt8]) -> [UInt8] { Array("small ".utf8) + bytes.suffix(4) }

    func shrink(_ image: OpenFile) throws(ShrinkFailure) -> [UInt8] {
        calls.withLock { $0 += 1 }
        if let failure = failure.withLock({ $0 }) { throw failure }
        guard let bytes = image.read(0..<image.byteCount) else { throw .impossible }
        return Self.small(of: bytes)
    }
}

@Suite("Small images") struct ThumbnailTests {
    private let shrinker = PlayedShrinker()

    /// A PNG of which there is no more than the head, and another one for each number.
    private func png(_ number: UInt8 = 1, width: UInt32 = 300, height: UInt32 = 200) -> [UInt8] {
        func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width)
            + big(height) + [8, 2, 0, 0, 0, number, 0, 0, 0]
    }

    private func small(_ house: House, _ file: StoredFile, _ limits: Limits = House.limits) async throws -> [UInt8]? {
        let found = try await house.storage.files.thumbnail(of: file, within: limits)
        return found.flatMap { $0.content.read(0..<$0.content.byteCount) }
    }

    @Test(arguments: [false, true])
    func `are made once, for all who ask at once, and kept over a restart`(isInBucket: Bool) async throws {
        let directory = TemporaryDirectory(), objects = isInBucket ? PlayedBucket() : nil
        let house = try House(in: directory, objects: objects, shrinker: shrinker)
        let ann = try await house.user("ann"), file = try await house.upload(png(), by: ann)
        #expect(file.image == ImageSize(width: 300, height: 200))
        #expect(try await house.storage.files.file(file.id, for: ann) == file)
        let files = house.storage.files
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for _ in 1...8 {
                group.addTask {
                    let found = try await files.thumbnail(of: file, within: House.limits)
                    return found.flatMap { $0.content.read(0..<$0.content.byteCount) }
                }
            }
            for try await one in group { #expect(one == PlayedShrinker.small(of: png())) }
        }
        house.close()
        let next = try House(in: directory, objects: objects, shrinker: shrinker)
        #expect(try await small(next, file) == PlayedShrinker.small(of: png()))
        #expect(shrinker.callCount == 1)
    }

    @Test func `are no part of a quota, and go with the last file that they were made of`() async throws {
        let house = try House(shrinker: shrinker)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let one = try await house.upload(png(), by: ann), other = try await house.upload(png(), by: bob)
        let small = try #require(try await small(house, one))
        let database = try Database(path: house.path, .reader)
        #expect(try database.integer("SELECT byte_count FROM file_usage WHERE user = \(ann)") == Int64(png().count))
        #expect(house.blobs.count == 2)
        try await house.storage.files.remove(one.id, by: ann, from: nil, isOperator: false)
        #expect(try await self.small(house, other) == small)
        // Somebody has uploaded the very same bytes.
        let same = try await house.upload(small, by: bob)
        try await house.storage.files.remove(other.id, by: bob, from: nil, isOperator: false)
        #expect(try await house.comesToHold([same.sha256]))
        #expect(try await self.small(house, other) == nil)
        #expect(try database.integer("SELECT count(*) FROM images") == 0)
    }

    @Test func `that have the bytes of a file outlive that file`() async throws {
        let house = try House(shrinker: shrinker), ann = try await house.user("ann")
        let file = try await house.upload(png(), by: ann)
        let same = try await house.upload(PlayedShrinker.small(of: png()), by: ann)
        _ = try await small(house, file)
        try await house.storage.files.remove(same.id, by: ann, from: nil, isOperator: false)
        try await house.storage.files.remove(
            try await house.upload([9], by: ann).id, by: ann, from: nil, isOperator: false)
        #expect(try await house.comesToHold([file.sha256, same.sha256]))
        #expect(try await small(house, file) != nil)
    }

    @Test(arguments: [false, true])
    func `that are damaged or missing are made anew, and the damage is told`(isMissing: Bool) async throws {
        let house = try House(shrinker: shrinker), ann = try await house.user("ann")
        let file = try await house.upload(png(), by: ann)
        let whole = try #require(try await small(house, file)), name = Digest.sha256(whole).hexadecimal
        let path = house.directory.file("files/\(name.prefix(2))/\(name)")
        if isMissing { Files.remove(path) } else { Files.write([UInt8](repeating: 0, count: whole.count), to: path) }
        #expect(try await small(house, file) == whole)
        #expect(shrinker.callCount == 2)
        #expect(house.storage.integrity.report.damagedCount == 1)
        #expect(Files.read(path) == whole)
        // Of an image that is damaged itself nothing is made.
        let original = file.sha256.hexadecimal
        Files.remove(path)
        Files.write([1], to: house.directory.file("files/\(original.prefix(2))/\(original)"))
        await #expect(throws: FileFailure.broken) { try await small(house, file) }
        #expect(shrinker.callCount == 2)
    }

    @Test func `are not tried again of what none can be made, and are of what could not be made then`() async throws {
        let house = try House(shrinker: shrinker), ann = try await house.user("ann")
        let broken = try await house.upload(png(1), by: ann), sound = try await house.upload(png(2), by: ann)
        shrinker.failure.withLock { $0 = .impossible }
        for _ in 1...3 { #expect(try await small(house, broken) == nil) }
        #expect(shrinker.callCount == 1)
        shrinker.failure.withLock { $0 = .unavailable("no processes") }
        await #expect(throws: FileFailure.overloaded) { try await small(house, sound) }
        shrinker.failure.withLock { $0 = nil }
        #expect(try await small(house, sound) != nil)
        #expect(try await small(house, broken) == nil)
    }

    @Test func `are not made of what is too large, no image, or says nothing of its size`() async throws {
        let house = try House(shrinker: shrinker), ann = try await house.user("ann")
        var limits = House.limits
        limits.thumbnailPixelsMax = 300 * 200
        limits.thumbnailSourceBytesMax = png().count
        let files: [[UInt8]] = [
            png(width: 301), png(width: 50_000, height: 50_000), png() + [1], Array("<svg/>".utf8),
            Array(png().prefix(20)),
        ]
        for bytes in files {
            #expect(try await small(house, try await house.upload(bytes, by: ann), limits) == nil)
        }
        #expect(shrinker.callCount == 0)
        #expect(try await small(house, try await house.upload(png(), by: ann), limits) != nil)
    }

    @Test func `are none where nothing makes them`() async throws {
        let house = try House(), ann = try await house.user("ann")
        #expect(try await small(house, try await house.upload(png(), by: ann)) == nil)
    }
}
