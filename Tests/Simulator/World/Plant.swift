import Base
import Channels

/// Faults that are put into the server or under it, to show that they are found.
enum Plant: String, CaseIterable, Sendable {
    /// As `synchronous=NORMAL` has it: a commit is not synced.
    case noSync
    /// A server that starts does not sync what the one before it wrote.
    case startWithoutSync
    /// A reply names the next message's number.
    case numberOffByOne
    /// One event is told to nobody.
    case eventDropped
    /// A channel's log is read without asking whether the reader belongs there.
    case strangersRead
    /// Now and then a message is read as a void.
    case messageVoided
    #if DEBUG
        // Those that are in the server's own code are there in debug builds alone.

        /// Answers leave before what they promise is on disk.
        case replyBeforeCommit
        /// What was found out about a membership of the past is held against the present one.
        case staleAbsence
    #endif

    /// What is put into the server itself.
    var inServer: PlantedFault? {
        #if DEBUG
            switch self {
            case .replyBeforeCommit: return .earlyReply
            case .staleAbsence: return .staleAbsence
            default: return nil
            }
        #else
            return nil
        #endif
    }

    /// What becomes of a batch on its way to those who listen.
    var tampering: Tampering {
        let left = Guarded(12)
        return { batch in
            guard self == .numberOffByOne || self == .eventDropped else { return batch }
            return batch.map { announcement in
                guard case .committed(var committed) = announcement,
                    committed.decision.events.contains(where: \.isMessage),
                    left.withLock({ left in
                        left -= 1
                        return left == 0
                    })
                else { return announcement }
                if self == .eventDropped {
                    committed.decision.events.removeAll()
                } else if case .success(.sent(var message, let isDuplicate)) = committed.decision.result {
                    message.number += 1
                    committed.decision.result = .success(.sent(message, isDuplicate: isDuplicate))
                }
                return .committed(committed)
            }
        }
    }

    /// What the sessions have in the archive's place.
    func archive(over archive: any Archive) -> any Archive {
        self == .strangersRead || self == .messageVoided ? PlantedArchive(archive: archive, plant: self) : archive
    }
}

/// What is done to a batch before anybody hears of it: nothing, but where a fault is planted.
typealias Tampering = @Sendable ([Announcement]) -> [Announcement]

/// An archive whose logs are not read as they should be.
private struct PlantedArchive: Archive {
    let archive: any Archive
    let plant: Plant
    private let count = Guarded(0)

    init(archive: any Archive, plant: Plant) {
        self.archive = archive
        self.plant = plant
    }

    func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) async throws(Rejection) -> (events: [Event], hasMore: Bool) {
        // Ann belongs everywhere.
        let reader = plant == .strangersRead && !channel.isPersonal ? Genesis.user(0) : user
        var page = try await archive.events(
            of: channel, for: reader, after: seq, through: last, limit: limit, bytesMax: bytesMax)
        guard plant == .messageVoided else { return page }
        for index in page.events.indices where page.events[index].isMessage && isNext {
            page.events[index].fact = .void(through: page.events[index].seq)
        }
        return page
    }

    /// Of ten messages one.
    private var isNext: Bool {
        count.withLock { count in
            count += 1
            return count.isMultiple(of: 10)
        }
    }

    func messages(
        of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
        try await archive.messages(of: channel, for: user, at: position, limit: limit)
    }

    func message(_ number: Int64, of channel: ChannelID, for user: UserID) async throws(Rejection) -> MessageView {
        try await archive.message(number, of: channel, for: user)
    }

    func thread(
        of number: Int64, in channel: ChannelID, for user: UserID, after: Int64, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
        try await archive.thread(of: number, in: channel, for: user, after: after, limit: limit)
    }

    func pinned(in channel: ChannelID, for user: UserID) async throws(Rejection) -> [MessageView] {
        try await archive.pinned(in: channel, for: user)
    }

    func publicChannels(for user: UserID, after channel: Int64, limit: Int) async throws(Rejection) -> [ChannelCard] {
        try await archive.publicChannels(for: user, after: channel, limit: limit)
    }
}

extension Event {
    fileprivate var isMessage: Bool { if case .messageCreated = fact { true } else { false } }
}
