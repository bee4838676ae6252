internal import Base
internal import Channels
internal import Reactor

/// History and events from disk, read by a few threads off the event loops.
struct SQLiteArchive: Archive {
    let readers: WorkPool<Reader>
    let pageBytesMax: Int

    func messages(
        of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int
    ) async throws(Rejection) -> (messages: [Message], hasMore: Bool) {
        try await read(channel, for: user) { [pageBytesMax] reader throws(StoreFailure) in
            try reader.messages(of: channel, at: position, limit: limit, bytesMax: pageBytesMax)
        }
    }

    func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) async throws(Rejection) -> (events: [Event], hasMore: Bool) {
        try await read(channel, for: user) { reader throws(StoreFailure) in
            try reader.events(of: channel, after: seq, through: last, limit: limit, bytesMax: bytesMax)
        }
    }

    private func read<Value: Sendable>(
        _ channel: ChannelID, for user: UserID,
        _ body: @escaping @Sendable (ArchiveReader) throws(StoreFailure) -> Value
    ) async throws(Rejection) -> Value {
        let answer = await readers.run { reader in
            reader.use { archive, _ throws(StoreFailure) -> Value? in
                try archive.mayRead(channel, user) ? try body(archive) : nil
            }
        }
        switch answer {
        case nil: throw .overloaded
        case .failure(.damaged): throw .damaged
        case .failure: throw Rejection(.internal, "the history cannot be read")
        case .success(nil): throw .noSuchChannel
        case .success(let value?): return value
        }
    }
}
