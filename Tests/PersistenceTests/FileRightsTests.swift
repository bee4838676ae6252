import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

/// Who may read a file, after everything that can become of messages and members.
@Suite("Rights to a file") struct FileRightsTests {
    private struct Scene {
        let house: House
        let ann, bob, cat, eve: UserID
        var all: [UserID] { [ann, bob, cat, eve] }

        init() async throws {
            house = try House()
            ann = try await house.user("ann")
            bob = try await house.user("bob")
            cat = try await house.user("cat")
            eve = try await house.user("eve")
        }

        func readers(of file: StoredFile) async throws -> [UserID] { try await house.readers(of: file, among: all) }
    }

    @Test func `have its owner, and the members of a channel in which it was sent`() async throws {
        let scene = try await Scene(), house = scene.house
        let file = try await house.upload("text", by: scene.ann)
        let channel = try await house.group([scene.bob, scene.cat], by: scene.ann)
        #expect(try await scene.readers(of: file) == [scene.ann])
        try await house.send([file, file], as: "1", in: channel, by: scene.ann)
        #expect(try await scene.readers(of: file) == [scene.ann, scene.bob, scene.cat])
        // A file of somebody else is not sent, and gives nobody a right.
        await #expect(throws: Unanswered.self) { try await house.send([file], as: "2", in: channel, by: scene.bob) }
    }

    @Test func `end at once with membership and with the message`() async throws {
        let scene = try await Scene(), house = scene.house
        let channel = try await house.group([scene.bob, scene.cat, scene.eve], by: scene.ann)
        let file = try await house.upload("text", by: scene.ann)
        try await house.send([file], as: "1", in: channel, by: scene.ann)
        try await house.told(.leaveChannel(channel), as: scene.bob)
        #expect(try await scene.readers(of: file) == [scene.ann, scene.cat, scene.eve])
        try await house.told(.removeMember(RemoveMember(channel: channel, user: scene.eve)), as: scene.ann)
        #expect(try await scene.readers(of: file) == [scene.ann, scene.cat])
        try await house.told(
            .deleteMessages(DeleteMessages(channel: channel, number: 1, scope: .me)), as: scene.cat)
        #expect(try await scene.readers(of: file) == [scene.ann])
        try await house.told(
            .deleteMessages(DeleteMessages(channel: channel, number: 1, scope: .all)), as: scene.ann)
        #expect(try await scene.readers(of: file) == [], "with the last message that refers to it the file goes")
        #expect(try await house.comesToHold([]))
    }

    @Test func `begin with what a member may see`() async throws {
        let scene = try await Scene(), house = scene.house
        let channel = try await house.group([scene.bob], by: scene.ann, history: .joined)
        let early = try await house.upload("early", by: scene.ann), late = try await house.upload("late", by: scene.ann)
        try await house.send([early], as: "1", in: channel, by: scene.ann)
        try await house.told(.addMember(AddMember(channel: channel, user: scene.cat)), as: scene.ann)
        try await house.send([late], as: "2", in: channel, by: scene.ann)
        #expect(try await scene.readers(of: early) == [scene.ann, scene.bob])
        #expect(try await scene.readers(of: late) == [scene.ann, scene.bob, scene.cat])
    }

    @Test func `go with a forward, and stay as long as one message refers to it`() async throws {
        let scene = try await Scene(), house = scene.house
        let channel = try await house.direct(scene.ann, scene.bob), other = try await house.direct(scene.bob, scene.eve)
        let file = try await house.upload("text", by: scene.ann)
        try await house.send([file], as: "1", in: channel, by: scene.ann)
        let forward = ForwardMessage(source: channel, number: 1, target: other, clientMessageID: .init("f"))
        try await house.told(.forwardMessage(forward), as: scene.bob)
        #expect(try await scene.readers(of: file) == [scene.ann, scene.bob, scene.eve])
        try await house.told(
            .deleteMessages(DeleteMessages(channel: channel, number: 1, scope: .all)), as: scene.ann)
        #expect(try await scene.readers(of: file) == [scene.ann, scene.bob, scene.eve])
        // A file that was removed is forwarded as a name alone.
        try await house.storage.files.remove(file.id, by: scene.ann, from: nil, isOperator: false)
        let again = ForwardMessage(source: other, number: 1, target: channel, clientMessageID: .init("g"))
        try await house.told(.forwardMessage(again), as: scene.bob)
        #expect(try await scene.readers(of: file) == [])
    }

    @Test func `end with the channel`() async throws {
        let scene = try await Scene(), house = scene.house
        let channel = try await house.group([scene.bob], by: scene.ann)
        let file = try await house.upload("text", by: scene.ann)
        try await house.send([file], as: "1", in: channel, by: scene.ann)
        try await house.told(.deleteChannel(channel), as: scene.ann)
        #expect(try await scene.readers(of: file) == [])
        #expect(try await house.comesToHold([]))
    }

    @Test func `end when the message has become too old, or none came in time`() async throws {
        let scene = try await Scene(), house = scene.house
        let channel = try await house.group([scene.bob], by: scene.ann)
        let sent = try await house.upload("sent", by: scene.ann), kept = try await house.upload("kept", by: scene.ann)
        _ = try await house.upload("unused", by: scene.ann)
        try await house.send([sent], as: "1", in: channel, by: scene.ann)
        try await house.send([kept], as: "2", in: try await house.direct(scene.ann, scene.cat), by: scene.ann)
        var update = UpdateChannel(channel: channel)
        update.retentionSeconds = .set(3_600)
        try await house.told(.updateChannel(update), as: scene.ann)
        #expect(house.blobs.count == 3)
        house.time.pass(milliseconds: Int64(House.limits.unusedFileSeconds + 1) * 1_000)
        // What is not indexed yet is left to the next look.
        for _ in 1...600 where house.blobs.count > 1 {
            house.time.pass(milliseconds: Int64(House.limits.purgeSeconds + 1) * 1_000)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(house.blobs == [kept.sha256.hexadecimal])
        #expect(try await scene.readers(of: sent) == [])
        #expect(try await scene.readers(of: kept) == [scene.ann, scene.cat])
    }
}
