import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("One writer") struct OneWriterTests {
    @Test func `there is exactly one connection that may write, and none after closing`() async throws {
        for _ in 1...10 {
            let house = try House()
            let ann = try await house.user("ann"), bob = try await house.user("bob")
            let channel = try await house.direct(ann, bob)
            _ = try await house.send("m", as: "1", in: channel, by: ann)
            // Both readers have been used, so that their connections are open as well.
            for _ in 1...4 {
                _ = try await house.storage.archive.messages(of: channel, for: bob, at: .newest, limit: 1)
            }
            let open = Files.descriptors(of: house.path)
            #expect(open.filter(\.mayWrite).count == 1)
            #expect(open.count > 1, "no reader has opened the file")
            house.close()
            #expect(Files.descriptors(of: house.path).filter(\.mayWrite).isEmpty)
        }
    }

    @Test func `a second server is refused at once, and the next one may come when the first is gone`() throws {
        let directory = TemporaryDirectory()
        do {
            let first = try DataDirectory(path: directory.path)
            let clock = ContinuousClock()
            let took = clock.measure {
                do throws(DataDirectory.Failure) {
                    _ = try DataDirectory(path: directory.path)
                    Issue.record("two servers on one directory")
                } catch {
                    guard case .inUse(let path) = error else {
                        Issue.record("refused for another reason: \(error)")
                        return
                    }
                    #expect(path == directory.path)
                }
            }
            #expect(took < .seconds(1))
            #expect(first.databasePath == directory.file("confab.db"))
        }
        _ = try DataDirectory(path: directory.path)
    }

    @Test func `a secret is made once and kept from others`() throws {
        let directory = TemporaryDirectory()
        for round in UInt8(1)...3 {
            let data = try DataDirectory(path: directory.file("data"))
            #expect(
                try data.secret(named: "key") { [UInt8](repeating: round, count: 32) } == Array(repeating: 1, count: 32)
            )
        }
        #expect(Files.names(in: directory.file("data")) == ["confab.lock", "key"])
        #expect(Files.mode(of: directory.file("data/key")) == 0o600)
        #expect(Files.mode(of: directory.file("data")) == 0o700)
    }
}
