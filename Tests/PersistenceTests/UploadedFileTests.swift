import Base
import Channels
import Reactor
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Uploaded files") struct UploadedFileTests {
    private let text = Array("Hello, file".utf8)

    @Test func `are kept under their hash, for nobody else on the machine, and known by their row`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let file = try await house.upload(text, as: "hello.txt", by: ann)
        let hash = Digest.sha256(text)
        #expect(file.sha256 == hash)
        #expect(file.byteCount == Int64(text.count) && file.name == "hello.txt" && file.owner == ann)
        #expect(file.contentType == "text/plain; charset=utf-8")
        #expect(Base64.decodeURLSafe(file.id.utf8)?.count == 18)
        let path = house.directory.file("files/\(hash.hexadecimal.prefix(2))/\(hash.hexadecimal)")
        #expect(Files.read(path) == text)
        #expect(Files.mode(of: path) == 0o600)
        for name in ["files", "files/incoming", "files/\(hash.hexadecimal.prefix(2))"] {
            #expect(Files.mode(of: house.directory.file(name)) == 0o700)
        }
        #expect(try await house.storage.files.file(file.id, for: ann) == file)
        #expect(try await house.storage.files.open(file).read(0..<text.count) == text)
    }

    @Test func `of the same content are kept once, until the last of them goes`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let one = try await house.upload(text, by: ann), other = try await house.upload(text, by: bob)
        let third = try await house.upload("another", by: bob)
        #expect(one.id != other.id)
        #expect(house.blobs.count == 2)
        try await house.storage.files.remove(one.id, by: ann, from: nil, isOperator: false)
        #expect(try await house.storage.files.file(one.id, for: ann) == nil)
        #expect(try await house.storage.files.open(other).byteCount == text.count)
        let open = try await house.storage.files.open(other)
        try await house.storage.files.remove(other.id, by: bob, from: nil, isOperator: false)
        #expect(try await house.comesToHold([third.sha256]))
        #expect(open.read(0..<text.count) == text, "who reads it reads it to the end")
    }

    @Test func `that are missing are damage, unless they were removed meanwhile`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let lost = try await house.upload("lost", by: ann), removed = try await house.upload("removed", by: ann)
        try await house.storage.files.remove(removed.id, by: ann, from: nil, isOperator: false)
        #expect(try await house.comesToHold([lost.sha256]))
        await #expect(throws: FileFailure.notFound) { try await house.storage.files.open(removed) }
        #expect(house.storage.integrity.report.isSound)
        let name = lost.sha256.hexadecimal
        Files.remove(house.directory.file("files/\(name.prefix(2))/\(name)"))
        await #expect(throws: FileFailure.broken) { try await house.storage.files.open(lost) }
        #expect(house.storage.integrity.known == ["the file \(name)"])
    }

    @Test func `leave nothing behind when they are not finished`() async throws {
        let house = try House(), ann = try await house.user("ann")
        do {
            let incoming = try await house.storage.files.receive(for: ann, byteCount: nil, within: House.limits)
            try await incoming.write(text)
            #expect(house.blobs.count == 1)
            await incoming.discard()
            #expect(house.blobs.isEmpty)
            let forgotten = try await house.storage.files.receive(for: ann, byteCount: nil, within: House.limits)
            try await forgotten.write(text)
        }
        #expect(try await house.comesToHold([]))
    }

    @Test func `of one user have a bound in bytes, in number, and under way`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        var limits = House.limits
        limits.fileQuotaBytes = 20
        limits.filesPerUserMax = 3
        limits.uploadsPerUserMax = 2
        limits.uploadsMax = 3
        let first = try await house.upload([1, 2, 3], by: ann, limits: limits)
        await #expect(throws: FileFailure.overQuota) {
            try await house.upload([UInt8](repeating: 1, count: 18), by: ann, limits: limits)
        }
        // Also where the length is known at the end alone, and what was written is gone then.
        let unknown = try await house.storage.files.receive(for: ann, byteCount: nil, within: limits)
        try await unknown.write([UInt8](repeating: 1, count: 18))
        await #expect(throws: FileFailure.overQuota) { try await unknown.finish(as: "a") }
        #expect(try await house.comesToHold([first.sha256]))
        for _ in 1...2 { _ = try await house.upload([1, 2, 3], by: ann, limits: limits) }
        await #expect(throws: FileFailure.overQuota) { try await house.upload([], by: ann, limits: limits) }
        _ = try await house.upload([UInt8](repeating: 1, count: 20), by: bob, limits: limits)
        try await house.storage.files.remove(first.id, by: ann, from: nil, isOperator: false)
        _ = try await house.upload([1], by: ann, limits: limits)

        limits = House.limits
        limits.uploadsPerUserMax = 2
        limits.uploadsMax = 3
        func receive(_ user: UserID) async throws(FileFailure) -> any IncomingFile {
            try await house.storage.files.receive(for: user, byteCount: nil, within: limits)
        }
        let one = try await receive(ann), two = try await receive(ann)
        await #expect(throws: FileFailure.tooManyUploads) { try await receive(ann) }
        let three = try await receive(bob)
        await #expect(throws: FileFailure.overloaded) { try await receive(bob) }
        await one.discard()
        _ = try await two.finish(as: "a")
        await three.discard()
        await (try receive(ann)).discard()
    }

    @Test func `are removed by their owner, by operators, and by nobody else`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob"), eve = try await house.user("eve")
        let files = house.storage.files, file = try await house.upload(text, by: ann)
        let channel = try await house.direct(ann, bob)
        try await house.send([file], as: "1", in: channel, by: ann)
        await #expect(throws: FileFailure.notOwner) {
            try await files.remove(file.id, by: bob, from: nil, isOperator: false)
        }
        await #expect(throws: FileFailure.notFound) {
            try await files.remove(file.id, by: eve, from: nil, isOperator: false)
        }
        try await files.remove(file.id, by: eve, from: "192.0.2.1", isOperator: true)
        await #expect(throws: FileFailure.notFound) {
            try await files.remove(file.id, by: ann, from: nil, isOperator: true)
        }
        #expect(try await house.readers(of: file, among: [ann, bob, eve]) == [])
        #expect(try await house.comesToHold([]))
        // The message keeps what it said of the file.
        let message = try await house.storage.archive.message(1, of: channel, for: bob).message
        #expect(message.details.attachments.map(\.byteCount) == [Int64(text.count)])
        let database = try Database(path: house.path, .reader)
        #expect(
            try database.text(
                "SELECT action || ' ' || actor || ' ' || target || ' ' || address FROM audit "
                    + "WHERE action = 'moderation.file_deleted'")
                == "moderation.file_deleted \(eve) user:\(ann) 192.0.2.1")
        #expect(try database.integer("SELECT byte_count + file_count FROM file_usage WHERE user = \(ann)") == 0)
    }

    @Test func `without a row are removed at start, and those that have one stay`() async throws {
        let directory = TemporaryDirectory(), first = try House(in: directory)
        let ann = try await first.user("ann"), kept = try await first.upload(text, by: ann)
        first.close()
        // What a server that is killed leaves: half a file, and bytes in their place whose row was not written.
        let stray = Digest.sha256([1]).hexadecimal
        Files.write([1, 2], to: directory.file("files/incoming/half"))
        Files.makeDirectory(directory.file("files/\(stray.prefix(2))"))
        Files.write([1], to: directory.file("files/\(stray.prefix(2))/\(stray)"))
        let second = try House(in: directory)
        #expect(try await second.comesToHold([kept.sha256]))
        #expect(try await second.storage.files.file(kept.id, for: ann) == kept)
    }

    @Test func `that are about to have a row are not removed, however many come and go`() async throws {
        let house = try House()
        var users: [UserID] = []
        for index in 1...4 { users.append(try await house.user("user\(index)")) }
        // Everybody uploads the same few contents and removes them at once, all the time.
        let files = house.storage.files
        let left = try await withThrowingTaskGroup(of: [StoredFile].self) { group in
            for user in users {
                group.addTask {
                    var left: [StoredFile] = []
                    for round in 0..<40 {
                        let file = try await files.upload(
                            [UInt8(round % 3)], as: "a", by: user, limits: House.limits)
                        _ = try await files.open(file)
                        if round < 38 {
                            try await files.remove(file.id, by: user, from: nil, isOperator: false)
                        } else {
                            left.append(file)
                        }
                    }
                    return left
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(left.count == 8)
        #expect(try await house.comesToHold(Set(left.map(\.sha256))))
        for file in left { #expect(try await house.storage.files.open(file).byteCount == 1) }
    }

    @Test func `are held from before they are in their place until their row is there`() {
        let store = CountingStore(),
            keeper = BlobKeeper(
                store: store,
                pool: WorkPool(named: "none", threads: 0, capacity: 0) {
                    FileReader(path: "", log: Logger(level: .off))
                })
        keeper.hold([1])
        keeper.hold([1])
        keeper.removeIfUnused([1]) { _ in false }
        keeper.letGo([1])
        keeper.removeIfUnused([1]) { _ in false }
        #expect(store.removed.isEmpty)
        keeper.letGo([1])
        keeper.removeIfUnused([1]) { _ in true }
        keeper.removeIfUnused([1]) { _ in nil }
        #expect(store.removed.isEmpty)
        keeper.removeIfUnused([1]) { _ in false }
        #expect(store.removed == [[1]])
    }
}

/// Remembers what it was told to remove.
private final class CountingStore: FileStore {
    private let gone = Guarded<[[UInt8]]>([])
    var removed: [[UInt8]] { gone.withLock { $0 } }

    func begin() throws(FileFailure) -> any IncomingBlob { throw .overloaded }
    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile { throw .broken }
    func remove(_ sha256: [UInt8]) -> Bool {
        gone.withLock { $0.append(sha256) }
        return true
    }
    func parts() -> [String] { [] }
    func hashes(in part: String) -> [[UInt8]] { [] }
}
