import Auth
import Base
import Channels
import Glibc
import Reactor
import TestSupport
import Testing

@testable import Persistence

@Suite("Backups") struct BackupTests {
    private let text = Array("Hello, file".utf8)

    /// A house with two people, some messages and a file, and what it takes to back it up.
    private func house() async throws -> (house: House, channel: ChannelID, ann: UserID, bob: UserID) {
        let house = try House()
        Files.write([UInt8](repeating: 7, count: 32), to: house.directory.file("audit.key"))
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...20 { _ = try await house.send("text \(index)", as: "\(index)", in: channel, by: ann) }
        _ = try await house.upload(text, by: ann)
        return (house, channel, ann, bob)
    }

    private func restored(_ file: String) throws -> TemporaryDirectory {
        let place = TemporaryDirectory()
        do {
            let data = try DataDirectory(path: place.path)
            _ = try Restoring.restore(file, into: data)
        }
        return place
    }

    @Test func `are of one instant, and restored serve all of it under a new epoch`() async throws {
        let (house, channel, ann, bob) = try await house()
        let made = try await house.backUp(to: "one.tar")
        #expect(made.faults == [])
        #expect(Files.mode(of: made.path) == 0o600)
        #expect(Files.byteCount(of: made.path).map(Int64.init) == made.byteCount)
        // What comes later is not in it.
        _ = try await house.send("later", as: "later", in: channel, by: ann)
        #expect(try Verification.backup(made.path).faults == [])

        let place = try restored(made.path)
        #expect(try Verification.directory(DataDirectory(path: place.path)).faults == [])
        #expect(Files.read(place.file("audit.key")) == [UInt8](repeating: 7, count: 32))
        let after = try House(in: place)
        #expect(after.storage.epoch != house.storage.epoch)
        let page = try await after.storage.archive.messages(of: channel, for: bob, at: .newest, limit: 50)
        #expect(page.messages.map(\.message.number) == Array(1...20))
        let retry = try await after.send("text 3", as: "3", in: channel, by: ann)
        #expect((retry.message.number, retry.isDuplicate) == (3, true))
        let (next, _) = try await after.send("next", as: "next", in: channel, by: bob)
        #expect(next.number == 21)
        let hash = Digest.sha256(text).hexadecimal
        #expect(Files.read(place.file("files/\(hash.prefix(2))/\(hash)")) == text)
        let trail = try await after.storage.audit.page(AuditFilter(), before: nil, limit: 10)
        #expect(trail.map(\.entry.action).contains(.backupRestored))
    }

    @Test func `are tar archives with sums, to be read without this server`() async throws {
        let (house, _, _, _) = try await house()
        let made = try await house.backUp(to: "one.tar"), place = TemporaryDirectory()
        #expect(system("cd \(place.path) && tar xf \(made.path) && sha256sum -c --quiet SHA256SUMS") == 0)
        let hash = Digest.sha256(text).hexadecimal
        #expect(
            Files.names(in: place.path) == [
                "SHA256SUMS", "audit.key", "confab-backup.end", "confab-backup.json", "confab.db", "files",
            ])
        #expect(Files.read(place.file("files/\(hash.prefix(2))/\(hash)")) == text)
        let database = try Database(path: place.file("confab.db"), .reader)
        #expect(try database.text("PRAGMA integrity_check") == "ok")
        #expect(try database.integer("SELECT count(*) FROM journal WHERE kind = 1") == 20)
    }

    @Test func `that were changed anywhere or cut short are refused, and leave nothing`() async throws {
        let (house, _, _, _) = try await house()
        let made = try await house.backUp(to: "one.tar")
        let bytes = try #require(Files.read(made.path)), file = house.directory.file("bad.tar")
        let place = TemporaryDirectory(), data = try DataDirectory(path: place.path)
        func isRefused(_ bytes: some Sequence<UInt8>) -> Bool {
            Files.write(Array(bytes), to: file)
            let isRefused = (try? Restoring.restore(file, into: data)) == nil
            return isRefused && (try? Verification.backup(file)) == nil
                && Files.names(in: place.path) == ["confab.lock"]
        }
        var random = RandomSource(seed: 1)
        // One bit in each block of 512 bytes would take minutes: every block at the ends, and a sample between.
        let blocks = bytes.count / 512, between = (8..<blocks - 8).shuffled(using: &random).prefix(60)
        for block in Array(0..<8) + Array(between) + Array(blocks - 8..<blocks) {
            let offset = block * 512 + Int.random(in: 0..<512, using: &random)
            var flipped = bytes
            flipped[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(isRefused(flipped), "byte \(offset) of \(bytes.count)")
        }
        for length in [0, 1, 511, 512, 1_024, bytes.count / 2, bytes.count - 1_024, bytes.count - 1] {
            #expect(isRefused(bytes.prefix(length)), "\(length) bytes")
        }
        #expect(isRefused(bytes + [0]))
        #expect(isRefused(Array("not a backup".utf8)))
        #expect(try Restoring.restore(made.path, into: data) == made.madeAt)
    }

    @Test func `are restored into an empty directory only`() async throws {
        let (house, _, _, _) = try await house()
        let made = try await house.backUp(to: "one.tar"), place = TemporaryDirectory()
        Files.write([1], to: place.file("mine"))
        let data = try DataDirectory(path: place.path)
        #expect(throws: BackupFault.self) { try Restoring.restore(made.path, into: data) }
        #expect(Files.names(in: place.path) == ["confab.lock", "mine"])
    }

    @Test func `that were cut short while being restored are not started`() async throws {
        let place = TemporaryDirectory()
        Files.write([1], to: place.file("confab.db.restoring"))
        #expect(throws: StoreFailure.self) { try House(in: place) }
        #expect(Files.names(in: place.path) == ["confab.db.restoring"])
    }

    @Test func `take nobody's place, and leave nothing when they are cancelled`() async throws {
        let (house, _, _, _) = try await house()
        let made = try await house.backUp(to: "one.tar")
        let before = Files.read(made.path)
        await #expect(throws: BackupFailure.exists(made.path)) { try await house.backUp(to: "one.tar") }
        #expect(Files.read(made.path) == before)
        let path = house.directory.file("two.tar")
        await #expect(throws: BackupFailure.cancelled) {
            try await house.storage.backups.make(at: path, by: .server) { _, _ in false }
        }
        #expect(!Files.names(in: house.directory.path).contains { $0.hasPrefix("two") })
        _ = try await house.backUp(to: "two.tar")
        await #expect(throws: BackupFailure.self) { try await house.backUp(to: "nowhere/three.tar") }
    }

    @Test func `are made one at a time`() async throws {
        let (house, _, _, _) = try await house()
        let asked = Guarded(false), path = house.directory.file("one.tar"), other = house.directory.file("two.tar")
        _ = try await house.storage.backups.make(at: path, by: .server) { [storage = house.storage] _, _ in
            guard
                !asked.withLock({ asked in
                    defer { asked = true }
                    return asked
                })
            else { return true }
            await #expect(throws: BackupFailure.busy) {
                try await storage.backups.make(at: other, by: .server) { _, _ in true }
            }
            return true
        }
        #expect(asked.withLock { $0 })
    }

    @Test func `keep as many as are wanted, and tell of them`() async throws {
        let place = TemporaryDirectory()
        let house = try House(in: place, backups: BackupSettings(data: place.path, keptCount: 2))
        var names: [String] = []
        for _ in 1...4 {
            house.time.pass(milliseconds: 60_000)
            names.append(try await house.storage.backups.make(by: .server) { _, _ in true }.name)
        }
        #expect(try await house.storage.backups.list().map(\.name) == [names[3], names[2]])
        Files.write([1], to: place.file("backups/confab-20260101T000000000Z.tar.partial"))
        Files.write([1], to: place.file("backups/mine.txt"))
        house.time.pass(milliseconds: 60_000)
        let last = try await house.storage.backups.make(by: .server) { _, _ in true }
        #expect(Files.names(in: place.file("backups")) == [names[3], last.name, "mine.txt"])
        #expect(Files.mode(of: place.file("backups")) == 0o700)
    }

    @Test func `have what was there when they began, however much is removed meanwhile`() async throws {
        let (house, _, ann, _) = try await house()
        let files = try await (0..<5).asyncMap { try await house.upload("file \($0)", by: ann) }
        let path = house.directory.file("one.tar"), removed = Guarded(false)
        let made = try await house.storage.backups.make(at: path, by: .server) { [storage = house.storage] _, _ in
            let isFirst = removed.withLock { removed in
                defer { removed = true }
                return !removed
            }
            guard isFirst else { return true }
            for file in files { try? await storage.files.remove(file.id, by: ann, from: nil, isOperator: false) }
            return true
        }
        #expect(try Verification.backup(made.path).faults == [])
        #expect(try await house.comesToHold([Digest.sha256(text)]), "what was to be removed is removed afterwards")
    }

    @Test func `of damaged data say so, and push out none that is whole`() async throws {
        let place = TemporaryDirectory()
        let house = try House(in: place, backups: BackupSettings(data: place.path, keptCount: 1))
        let ann = try await house.user("ann")
        let file = try await house.upload(text, by: ann)
        let whole = try await house.storage.backups.make(by: .server) { _, _ in true }
        let hash = file.sha256.hexadecimal, path = place.file("files/\(hash.prefix(2))/\(hash)")
        Files.write(Array("Hello, filf".utf8), to: path)
        house.time.pass(milliseconds: 60_000)
        let made = try await house.storage.backups.make(by: .server) { _, _ in true }
        #expect(made.faults == ["the file \(hash) is not what was uploaded"])
        #expect(try await house.storage.backups.list().map(\.name) == [made.name, whole.name])
        #expect(try Verification.backup(made.path).faults == ["the file \(hash) is not what was uploaded"])
        #expect(try Verification.backup(whole.path).faults == [])
    }

    @Test func `say where the disk goes`() async throws {
        let (house, _, _, _) = try await house()
        _ = try await house.storage.backups.make(by: .server) { _, _ in true }
        let ann = try await house.user("uploader"), begun = try await house.begin(1_000, by: ann)
        _ = try await house.add([1, 2, 3], to: begun)
        _ = try await house.add([1], to: try await house.begin(1, by: ann))
        let usage = try await house.storage.backups.usage()
        #expect(usage.uploads == StorageUsage.Files(count: 1, byteCount: 3), "what is whole is a file")
        #expect(usage.databaseByteCount > 0 && usage.freeByteCount > 0 && usage.diskByteCount > usage.freeByteCount)
        #expect(usage.files == StorageUsage.Files(count: 2, byteCount: Int64(text.count) + 1))
        #expect(usage.backups.count == 1)
        #expect(usage.groups.map(\.name).contains("messages"))
        let grouped = usage.groups.reduce(0) { $0 + $1.byteCount }
        #expect(grouped + usage.unusedByteCount <= usage.databaseByteCount + usage.logByteCount)
        #expect(!usage.groups.contains { $0.name == "other" && $0.byteCount > 20 * 4_096 }, "every table has a purpose")
    }
}

extension House {
    @discardableResult func backUp(to name: String) async throws -> Backup {
        try await storage.backups.make(at: directory.file(name), by: .server) { _, _ in true }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var all: [Value] = []
        for element in self { all.append(try await body(element)) }
        return all
    }
}
