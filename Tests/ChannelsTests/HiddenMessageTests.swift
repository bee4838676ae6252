import Base
import Channels
import TestSupport
import Testing

@Suite("Hidden messages") struct HiddenMessageTests {
    /// A group of ann's with bob, in which bob has said something that ann has hidden from herself.
    private func hidden(_ text: String) throws -> (world: World, group: ChannelID) {
        var world = World()
        let group = try world.group([World.bob], by: World.ann)
        _ = try world.send(text, as: "one", in: group, by: World.bob)
        _ = try world.ask(.deleteMessages(DeleteMessages(channel: group, number: 1, scope: .me)), as: World.ann)
        return (world, group)
    }

    @Test func `are deleted for all by who has hidden them and may`() throws {
        for user in [World.ann, World.bob] {
            var (world, group) = try hidden("hello")
            _ = try world.ask(.deleteMessages(DeleteMessages(channel: group, number: 1, scope: .me)), as: user)
            let decision = try world.ask(
                .deleteMessages(DeleteMessages(channel: group, number: 1, scope: .all)), as: user)
            #expect(decision.result == .success(.deleted(seq: 3, personalSeq: nil)))
            #expect(decision.events.count == 1)
            #expect(try world.ledger.store.message(1, in: group)?.isDeleted == true)
            #expect(world.ledger.store.committed.channels[group]?.hidden.values.allSatisfy(\.isEmpty) == true)
        }
    }

    @Test func `call nobody who has hidden them, however they are edited`() throws {
        var (world, group) = try hidden("hello")
        let text = Array("hello @ann".utf8)
        _ = try world.ask(.editMessage(EditMessage(channel: group, number: 1, text: text)), as: World.bob)
        let summary = try world.ask(.describeChannel(group), as: World.ann).described()
        #expect(summary.unread == 0)
        #expect(summary.mentions == 0)
    }
}
