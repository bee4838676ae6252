import Auth
import Base
import Channels
import TestSupport

/// With what every world begins: a few users, and channels of theirs, on a disk that all worlds copy.
struct Genesis {
    static let names = ["ann", "bob", "cat", "dan"]
    static let path = "/confab.db"
    static let auditKey = Secret([UInt8](repeating: 8, count: 32))
    static let start = Timestamp(milliseconds: 1_790_000_000_000)

    /// A group of all of them, one that everybody joins and leaves, and two out of which ann throws others; in the
    /// second of these, who comes back sees nothing of the past.
    static let group = ChannelID("1"), open = ChannelID("2"), strict = ChannelID("3"), late = ChannelID("4")
    static var channels: [ChannelID] { [group, open, strict, late].compactMap { $0 } }
    static let channelNames = ["1", "2", "3", "4"]
    static func showsPast(_ channel: String) -> Bool { channel != "4" }
    /// The one who hides messages from sight.
    static let hider = 1

    static func user(_ index: Int) -> UserID {
        guard let id = UserID(rawValue: Int64(index + 1)) else { preconditionFailure("\(index) is no user") }
        return id
    }

    static func login(_ index: Int) -> LoginID { LoginID(high: 1, low: UInt64(index + 1)) }

    private let disk: Disk
    private let chronicle: Chronicle

    /// `@unchecked` is true because the disk is only copied once it is here.
    private final class Once: @unchecked Sendable {
        let genesis: Result<Genesis, any Error>

        init() { genesis = Result { try Genesis() } }
    }

    private static let once = Once()

    /// A disk of one's own, and what has been written on it.
    static func begin(seed: UInt64) throws -> (disk: Disk, chronicle: Chronicle) {
        let genesis = try once.genesis.get()
        return (Disk(copying: genesis.disk, seed: seed), genesis.chronicle)
    }

    private init() throws {
        disk = Disk(seed: 0)
        var chronicle = Chronicle()
        // SQLite does not know that it holds them.
        let vfs = DiskVFS(disk), last = DiskVFS(disk)
        try withExtendedLifetime((vfs, last)) {
            chronicle = try Self.fill(vfs.name)
            // Chance of SQLite's own would be another in every process.
            try SQL.run(
                [
                    "UPDATE meta SET value = 'e1' WHERE name = 'epoch'",
                    "UPDATE meta SET value = 'f1' WHERE name = 'fingerprint_key'",
                    "PRAGMA wal_checkpoint(TRUNCATE)",
                ], on: Self.path, vfs: last.name)
        }
        self.chronicle = chronicle
    }

    private static func fill(_ vfs: String) throws -> Chronicle {
        var random = RandomSource(seed: 0)
        let machine = try Machine(
            on: vfs, time: ManualTime(start), random: &random, generation: 0, herald: Herald())
        let ports = machine.ports()
        let isDone = machine.finish(whileCommitting: true) { () async -> Bool in
            do {
                try await people(ports.accounts)
                for profile in [named("group"), publicProfile, named("strict"), lateProfile] {
                    let create = CreateChannel(
                        kind: .group, profile: profile, members: names.indices.dropFirst().map(user))
                    _ = try await ports.journal.commit(.createChannel(create), as: user(0)).get()
                }
                return true
            } catch {
                return false
            }
        }
        guard isDone == true else { throw StoreFailure.broken("the beginning failed") }
        for _ in 0..<10 { machine.commit { false } }
        var chronicle = Chronicle()
        for channel in channels {
            for event in machine.page(of: channel, for: user(0), after: 0)?.events ?? [] { chronicle.take(event) }
        }
        machine.end()
        machine.close()
        guard channelNames.allSatisfy({ chronicle.end(of: $0) > 0 }), chronicle.faults.isEmpty else {
            throw StoreFailure.broken("the beginning cannot be read: \(chronicle.faults)")
        }
        return chronicle
    }

    private static func named(_ name: String) -> ChannelProfile { ChannelProfile(name: name) }

    private static var publicProfile: ChannelProfile {
        var profile = named("open")
        profile.visibility = .public
        return profile
    }

    private static var lateProfile: ChannelProfile {
        var profile = named("late")
        profile.history = .joined
        return profile
    }

    private static func people(_ accounts: any Accounts) async throws {
        for (index, name) in names.enumerated() {
            _ = try await accounts.create(
                NewAccount(uuid: "uuid-\(name)", username: try Username(name), createdAt: start), by: .server)
            let end = start.adding(seconds: 86_400 * 365)
            try await accounts.openLogin(
                NewLogin(
                    id: login(index), user: user(index), refreshHash: [UInt8](repeating: UInt8(index), count: 32),
                    createdAt: start, expiresAt: end, absoluteExpiry: end), by: .server)
        }
    }
}
