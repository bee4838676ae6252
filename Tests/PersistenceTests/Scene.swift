import Base
import Channels
import TestSupport

@testable import Persistence

/// A ledger over a database that nobody indexes unasked, and a reader of it. Every command is a transaction of its own
/// unless several are asked for together.
struct Scene {
    let disk: Disk
    var ledger: Ledger<SQLiteChannelStore>
    let reader: ArchiveReader
    var now = Shelf.start
    private var namedCount = 0

    init() throws {
        disk = try Disk()
        try disk.addUsers()
        ledger = Ledger(
            store: try SQLiteChannelStore(database: disk.database, recent: disk.recent), limits: House.limits)
        reader = try ArchiveReader(path: disk.path, recent: disk.recent)
    }

    @discardableResult mutating func ask(_ commands: (UserID, Command)...) throws -> [Decision] {
        try ledger.store.begin()
        var decisions: [Decision] = []
        for (user, command) in commands {
            now.milliseconds += 10
            decisions.append(try ledger.decide(Proposal(user: user, command: command), at: now))
        }
        try ledger.store.commit()
        return decisions
    }

    /// What says a text under a name that no other message has.
    mutating func saying(_ text: String, in channel: ChannelID, answering number: Int64? = nil) -> Command {
        namedCount += 1
        var details = MessageDetails()
        details.replyTo = number
        return .sendMessage(
            SendMessage(
                channel: channel, clientMessageID: ClientMessageID("said \(namedCount)"), text: Array(text.utf8),
                details: details))
    }

    mutating func say(
        _ text: String, in channel: ChannelID, by user: UserID = Shelf.ann, answering number: Int64? = nil
    ) throws {
        try ask((user, saying(text, in: channel, answering: number)))
    }

    /// Ann's channel, with these others in it.
    mutating func group(
        _ members: [UserID], _ change: (inout ChannelProfile) -> Void = { _ in }
    ) throws -> ChannelID {
        var profile = ChannelProfile(name: "group")
        change(&profile)
        let made = try ask((Shelf.ann, .createChannel(CreateChannel(profile: profile, members: members))))
        guard case .success(.opened(let summary, _)) = made[0].result else { throw Unanswered(result: made[0].result) }
        return summary.channel
    }

    mutating func index(_ count: Int = .max >> 1) throws { _ = try ledger.store.index(atMost: count) }

    /// Takes away all that is too old.
    mutating func purge() throws {
        try ledger.store.begin()
        while try ledger.purge(at: now) {}
        try ledger.store.commit()
    }

    // MARK: Reading

    func events(of channel: ChannelID, for user: UserID, after seq: Int64 = 0) throws -> [Event]? {
        try reader.events(of: channel, for: user, after: seq, through: .max, limit: 1_000, bytesMax: .max)?.events
    }

    /// A log in short: each event's place and what it is.
    func outline(of channel: ChannelID, for user: UserID, after seq: Int64 = 0) throws -> [String]? {
        try events(of: channel, for: user, after: seq)?.map { event in
            switch event.fact {
            case .messageCreated(let message): "\(event.seq) created \(message.number)"
            case .messageUpdated(let message): "\(event.seq) updated \(message.number)"
            case .note(let note): "\(event.seq) \(note.kind)"
            case .void(let last): "\(event.seq)-\(last) void"
            }
        }
    }

    /// The newest page in short: numbers, and what is said in them.
    func history(of channel: ChannelID, for user: UserID) throws -> [String]? {
        try reader.messages(of: channel, for: user, at: .newest, limit: 100)?.messages.map {
            "\($0.message.number) \(String(decoding: $0.message.text, as: UTF8.self))"
        }
    }
}
