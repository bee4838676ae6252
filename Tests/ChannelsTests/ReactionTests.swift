import Base
import Channels
import TestSupport
import Testing

@Suite("Reactions and pins") struct ReactionTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    private func world(_ limits: Limits = World.unlimited) throws -> (world: World, channel: ChannelID) {
        var world = World(limits)
        let channel = try world.group([bob, cat], by: ann)
        for index in 1...3 { _ = try world.say("\(index)", in: channel, by: ann) }
        return (world, channel)
    }

    @Test func `are told once, however often they are asked for`() throws {
        var (world, channel) = try world()
        let added = try world.react("👍", to: 1, in: channel, by: bob)
        #expect(try added.data(of: .reactionAdded) == #"{"message_number":1,"emoji":"👍","user":"2"}"#)
        let seq = try added.changed(), before = world.ledger.store.committed
        let again = try world.react("👍", to: 1, in: channel, by: bob)
        #expect(try again.changed() == seq)
        #expect(again.events.isEmpty)
        #expect(world.ledger.store.committed == before)
        #expect(try world.react("👍", to: 1, in: channel, by: ann).notes == [.reactionAdded])
        let removed = try world.react("👍", to: 1, in: channel, by: bob, isAdded: false)
        #expect(try removed.data(of: .reactionRemoved) == #"{"message_number":1,"emoji":"👍","user":"2"}"#)
        #expect(try world.react("👍", to: 1, in: channel, by: bob, isAdded: false).events.isEmpty)
        #expect(world.ledger.store.committed.reactions.values.map { $0 } == [["👍": [ann]]])
    }

    @Test func `are of no more kinds than a message may have`() throws {
        var limits = World.unlimited
        limits.reactionKindsMax = 2
        var (world, channel) = try world(limits)
        for emoji in ["a", "b"] { _ = try world.react(emoji, to: 1, in: channel, by: ann).changed() }
        #expect(try world.react("c", to: 1, in: channel, by: bob).code == .quotaExceeded)
        _ = try world.react("a", to: 1, in: channel, by: bob).changed()
        _ = try world.react("c", to: 2, in: channel, by: bob).changed()
        _ = try world.react("c", to: 1, in: channel, by: bob, isAdded: false).changed()
        _ = try world.react("b", to: 1, in: channel, by: ann, isAdded: false).changed()
        _ = try world.react("c", to: 1, in: channel, by: bob).changed()
    }

    @Test(
        arguments: [
            ("👍", true), ("👩‍👩‍👧‍👦", true), (":+1:", true), (String(repeating: "x", count: 32), true), ("", false),
            (String(repeating: "x", count: 33), false), (" ", false), ("a b", false), ("\u{7}", false),
            ("\u{7F}", false), ("\u{85}", false), ("a\n", false),
        ]) func `are short words without blanks`(emoji: String, isTaken: Bool)
    {
        let react = React(channel: World.direct(ann, bob), number: 1, emoji: emoji, isAdded: true)
        var isRefused = false
        do throws(Rejection) { try react.validate(within: Limits()) } catch { isRefused = true }
        #expect(isRefused != isTaken)
    }

    @Test func `find no message that is gone, hidden or was never there`() throws {
        var (world, channel) = try world()
        _ = try world.delete(1...1, in: channel, by: ann)
        _ = try world.hide(2, in: channel, by: ann)
        for number: Int64 in [0, 1, 2, 4] {
            #expect(try world.react("x", to: number, in: channel, by: ann).code == .notFound)
            #expect(try world.pin(number, in: channel, by: ann).code == .notFound)
        }
        #expect(try world.react("x", to: 3, in: channel, by: World.dan).code == .notFound)
    }

    @Test func `are not told to those who do not see the message`() throws {
        var (world, channel) = try world()
        _ = try world.update(channel, by: ann) { $0.history = .set(.joined) }
        _ = try world.hide(3, in: channel, by: bob)
        _ = try world.add(World.dan, to: channel, by: ann)
        _ = try world.say("4", in: channel, by: ann)
        #expect(try world.react("x", to: 3, in: channel, by: cat).events.first?.unseenBy.sorted() == [bob, World.dan])
        #expect(try world.pin(2, in: channel, by: ann).events.first?.unseenBy == [World.dan])
        #expect(try world.react("x", to: 4, in: channel, by: cat).events.first?.unseenBy == [])
        #expect(try world.react("x", to: 3, in: channel, by: World.dan).code == .notFound)
    }

    @Test func `and pins are for who moderates, and for both in a direct channel`() throws {
        var (world, channel) = try world()
        #expect(try world.pin(1, in: channel, by: bob).code == .permissionDenied)
        let pinned = try world.pin(1, in: channel, by: ann)
        #expect(try pinned.data(of: .messagePinned) == #"{"message_number":1,"by":"1"}"#)
        #expect(try world.pin(1, in: channel, by: ann).events.isEmpty)
        _ = try world.setRole(.admin, of: cat, in: channel, by: ann)
        #expect(try world.pin(1, in: channel, by: cat, isPinned: false).notes == [.messageUnpinned])
        #expect(try world.pin(1, in: channel, by: cat, isPinned: false).events.isEmpty)
        let direct = try world.openDirect(ann, bob)
        _ = try world.say("1", in: direct, by: ann)
        #expect(try world.pin(1, in: direct, by: bob).notes == [.messagePinned])
    }

    @Test func `and pins are no more than are listed`() throws {
        var limits = World.unlimited
        limits.pinsMax = 2
        var (world, channel) = try world(limits)
        for number: Int64 in [1, 2] { _ = try world.pin(number, in: channel, by: ann).changed() }
        #expect(try world.pin(3, in: channel, by: ann).code == .quotaExceeded)
        _ = try world.pin(1, in: channel, by: ann, isPinned: false).changed()
        _ = try world.pin(3, in: channel, by: ann).changed()
    }

    @Test func `are followed by reports, one for each who reports`() throws {
        var (world, channel) = try world()
        func report(_ number: Int64, _ user: UserID, _ reason: String) throws -> Decision {
            try world.ask(
                .reportMessage(ReportMessage(channel: channel, number: number, reason: reason, comment: nil)), as: user)
        }
        let first = try report(1, bob, "spam")
        #expect(first.events.isEmpty && first.notices.isEmpty, "nobody in the channel hears of it")
        #expect(try report(1, bob, "worse").reported() == first.reported())
        #expect(try report(1, cat, "spam").reported() != first.reported())
        #expect(try report(9, bob, "spam").code == .notFound)
        #expect(try report(1, World.dan, "spam").code == .notFound)
    }
}
