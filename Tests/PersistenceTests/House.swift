import Base
import Channels
import Telemetry
import TestSupport

@testable import Auth
@testable import Persistence

/// A whole storage in a directory of its own, and who listens to it.
final class House {
    let directory: TemporaryDirectory
    let listener: Listener
    let storage: Storage
    let time: ManualTime
    private(set) var isClosed = false

    static var limits: Limits {
        var limits = Limits()
        limits.areRatesLimited = false
        return limits
    }

    init(
        in directory: TemporaryDirectory = TemporaryDirectory(), limits: Limits = House.limits,
        time: ManualTime = ManualTime(), listener: Listener = Listener(), backups: BackupSettings? = nil,
        scrubDelayMilliseconds: Int = 600_000, objects: (any ObjectStore)? = nil,
        shrinker: (any ImageShrinker)? = nil, isSearched: Bool = false
    ) throws {
        self.directory = directory
        self.listener = listener
        self.time = time
        storage = try Storage(
            path: directory.file("confab.db"), filesPath: directory.file("files"), objects: objects,
            shrinker: shrinker, searchPath: isSearched ? directory.file("search.db") : nil,
            auditKey: Secret([UInt8](repeating: 7, count: 32)), backups: backups,
            scrubDelayMilliseconds: scrubDelayMilliseconds, fanout: listener, limits: limits, time: time.source,
            log: Logger(level: .off))
    }

    deinit { close() }

    var path: String { directory.file("confab.db") }

    /// Stops as a server does that is asked to.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        storage.close()
    }

    /// A copy of the files as they are now, which is what a kill at this moment would leave.
    func image() -> TemporaryDirectory {
        let copy = TemporaryDirectory()
        for name in ["confab.db", "confab.db-wal"] {
            if let bytes = Files.read(directory.file(name)) { Files.write(bytes, to: copy.file(name)) }
        }
        return copy
    }

    // MARK: Asking

    func user(_ name: String) async throws -> UserID {
        try await storage.accounts.create(
            NewAccount(uuid: "uuid-\(name)", username: try Username(name), createdAt: time.now),
            by: .server
        ).id
    }

    func direct(_ one: UserID, _ other: UserID) async throws -> ChannelID {
        let opened = await storage.journal.commit(.openDirect(OpenDirect(peer: .id(other))), as: one)
        guard case .success(.opened(let summary, _)) = opened else { throw Unanswered(result: opened) }
        return summary.channel
    }

    func send(
        _ text: String, as name: String, in channel: ChannelID, by user: UserID
    ) async throws -> (message: Message, isDuplicate: Bool) {
        let result = await storage.journal.commit(Self.sending(text, as: name, in: channel), as: user)
        guard case .success(.sent(let message, let isDuplicate)) = result else { throw Unanswered(result: result) }
        return (message, isDuplicate)
    }

    static func sending(_ text: String, as name: String, in channel: ChannelID) -> Command {
        .sendMessage(SendMessage(channel: channel, clientMessageID: .init(name), text: Array(text.utf8)))
    }
}

/// A command that did not come to what the test needs.
struct Unanswered: Error {
    let result: Result<Outcome, Rejection>
}
