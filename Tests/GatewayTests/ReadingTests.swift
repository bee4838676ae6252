import Base
import TestClient
import Testing
import Wire

@testable import Channels
@testable import Gateway

@Suite("Reading") struct ReadingTests {
    /// A log of messages that are all in one channel, of which two may be read at once.
    private struct Pages: Archive {
        var failure: Rejection?

        func messages(
            of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int
        ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
            if let failure { throw failure }
            return ([MessageView(People.message(1, seq: 2)), MessageView(People.message(2, seq: 3))], true)
        }

        func message(
            _ number: Int64, of channel: ChannelID, for user: UserID
        ) async throws(Rejection) -> MessageView {
            throw failure ?? .noSuchMessage
        }

        func thread(
            of number: Int64, in channel: ChannelID, for user: UserID, after: Int64, limit: Int
        ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
            throw failure ?? .noSuchMessage
        }

        func pinned(in channel: ChannelID, for user: UserID) async throws(Rejection) -> [MessageView] { [] }

        func publicChannels(
            for user: UserID, after channel: Int64, limit: Int
        ) async throws(Rejection) -> [ChannelCard] { [] }

        func events(
            of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
        ) async throws(Rejection) -> (events: [Event], hasMore: Bool) {
            if let failure { throw failure }
            let all = (seq + 1..<12).filter { $0 <= last }
            return (all.prefix(min(limit, 2)).map { Event(People.message($0 - 1, seq: $0)) }, all.count > 2)
        }
    }

    private let channel = People.channel("108_109")

    @Test func `a page of history has whole messages`() async throws {
        let bytes = await ReadCommand.history(channel, .newest, limit: 2)
            .reply(to: .integer(5), from: Pages(), for: People.ann, bytesMax: 1_000)
        let reply = try JSONText(bytes)
        #expect(reply["id"] == "5")
        #expect(reply.names("data") == ["messages", "has_more"])
        #expect(reply.count("data.messages") == 2)
        #expect(
            reply.names("data.messages.0") == [
                "channel", "message_number", "seq", "sender", "type", "text", "attachments", "reference",
                "forwarded_from", "action", "tags", "mentions", "reply_to", "thread", "reactions", "pinned_at",
                "client_msg_id", "created_at", "edited_at", "deleted_at",
            ])
        #expect(reply["data.has_more"] == "true")
    }

    @Test func `a page of events has them as they were told`() async throws {
        let bytes = await ReadCommand.events(.channel(channel), after: 4, limit: 2)
            .reply(to: .integer(5), from: Pages(), for: People.ann, bytesMax: 1_000)
        let reply = try JSONText(bytes)
        #expect(reply.names("data") == ["events", "has_more"])
        #expect(reply["data.events.0"] == Envelope.event(Event(People.message(4, seq: 5))).text)
        #expect(reply["data.events.1.seq"] == "6")
    }

    @Test func `a read that is refused is answered like any other command`() async throws {
        for command in [ReadCommand.history(channel, .newest, limit: 2), .events(.own, after: 0, limit: 2)] {
            let bytes = await command.reply(
                to: .integer(5), from: Pages(failure: .noSuchChannel), for: People.ann, bytesMax: 1_000)
            let reply = try JSONText(bytes)
            #expect(reply["id"] == "5")
            #expect(reply["error.code"] == "not_found")
        }
    }

    @Test(
        arguments: [
            (4, 5, 5, 1), (4, 6, 6, 2), (4, 9, 6, 2),
        ] as [(Int64, Int64, Int64, Int)])
    func `a part of a log says how far it goes`(after: Int64, last: Int64, through: Int64, count: Int) async {
        let range = Feed.Range(channel: channel, after: after, through: last)
        let part = await FedPart(
            reading: range, limit: 10, bytesMax: 1_000, from: Pages(), for: People.ann, frame: WebSocketFrame.text)
        #expect(part.through == through)
        #expect(part.frames?.count == count)
        #expect(part.frames?.first == WebSocketFrame.text(Envelope.event(Event(People.message(after, seq: after + 1)))))
        #expect(!part.isGone)
    }

    @Test func `a log that may not be read any more is gone, and one that cannot be read is unknown`() async {
        let range = Feed.Range(channel: channel, after: 4, through: 9)
        let gone = await FedPart(
            reading: range, limit: 10, bytesMax: 1_000, from: Pages(failure: .noSuchChannel), for: People.ann,
            frame: WebSocketFrame.text)
        #expect(gone.isGone)
        #expect(gone.frames == [])
        let unknown = await FedPart(
            reading: range, limit: 10, bytesMax: 1_000, from: Pages(failure: .overloaded), for: People.ann,
            frame: WebSocketFrame.text)
        #expect(!unknown.isGone)
        #expect(unknown.frames == nil)
    }
}

extension Array where Element == UInt8 {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
