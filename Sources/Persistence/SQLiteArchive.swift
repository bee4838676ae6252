internal import Base
internal import Channels
internal import Reactor

/// History and events from disk, read by a few threads off the event loops.
struct SQLiteArchive: Archive {
    let readers: WorkPool<Reader>
    let pageBytesMax: Int

    func messages(
        of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
        try await read(of: channel, for: user, or: .noSuchChannel) { [pageBytesMax] reader throws(StoreFailure) in
            try reader.messages(of: channel, for: user, at: position, limit: limit, bytesMax: pageBytesMax)
        }
    }

    func message(
        _ number: Int64, of channel: ChannelID, for user: UserID
    ) async throws(Rejection) -> MessageView {
        try await read(of: channel, for: user, or: .noSuchMessage) { reader throws(StoreFailure) in
            try reader.message(number, of: channel, for: user)
        }
    }

    func thread(
        of number: Int64, in channel: ChannelID, for user: UserID, after: Int64, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
        try await read(of: channel, for: user, or: .noSuchMessage) { [pageBytesMax] reader throws(StoreFailure) in
            try reader.thread(
                of: number, in: channel, for: user, after: after, limit: limit, bytesMax: pageBytesMax)
        }
    }

    func pinned(in channel: ChannelID, for user: UserID) async throws(Rejection) -> [MessageView] {
        try await read(of: channel, for: user, or: .noSuchChannel) { reader throws(StoreFailure) in
            try reader.pinned(in: channel, for: user)
        }
    }

    func publicChannels(
        for user: UserID, after channel: Int64, limit: Int
    ) async throws(Rejection) -> [ChannelCard] {
        try await read { reader throws(StoreFailure) in
            .success(try reader.publicChannels(for: user, after: channel, limit: limit))
        }
    }

    func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) async throws(Rejection) -> (events: [Event], hasMore: Bool) {
        try await read(of: channel, for: user, or: .noSuchChannel) { reader throws(StoreFailure) in
            try reader.events(
                of: channel, for: user, after: seq, through: last, limit: limit, bytesMax: bytesMax)
        }
    }

    /// What one user may see of a channel; `body` gives `nil` when that is nothing.
    private func read<Value: Sendable>(
        of channel: ChannelID, for user: UserID, or missing: Rejection,
        _ body: @escaping @Sendable (ArchiveReader) throws(StoreFailure) -> Value?
    ) async throws(Rejection) -> Value {
        try await read { reader throws(StoreFailure) in
            if let value = try body(reader) { return .success(value) }
            return .failure(try reader.isOpen(channel, to: user) ? .notAMember : missing)
        }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (ArchiveReader) throws(StoreFailure) -> Result<Value, Rejection>
    ) async throws(Rejection) -> Value {
        let answer = await readers.run { reader in
            reader.use { archive, _ throws(StoreFailure) in try body(archive) }
        }
        switch answer {
        case nil: throw .overloaded
        case .failure(let failure) where failure.isOfReading: throw Rejection(lacking: failure)
        case .failure: throw Rejection(.internal, "the history cannot be read")
        case .success(let result): return try result.get()
        }
    }
}
