import Base
import Channels
import TestSupport
import Testing

@Suite("EditMessage") struct EditMessageTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    @Test func `gives a message another text and tells of it as one more event`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.send("helo", as: "one", in: channel, by: ann)
        _ = try world.say("what?", in: channel, by: bob)
        world.now.milliseconds += 5_000
        let decision = try world.edit(1, to: "hello", in: channel, by: ann)
        let (edited, seq) = try decision.edited()
        #expect(seq == 4)
        #expect((edited.number, edited.seq, edited.text) == (1, 2, Array("hello".utf8)))
        #expect(edited.details.editedAt == world.now)
        #expect(decision.events == [Event(channel: channel, seq: 4, at: world.now, fact: .messageUpdated(edited))])
        #expect(world.stored(1, in: channel) == edited)
        #expect(world.ledger.store.committed.heads[channel]?.lastMessageNumber == 2)
        #expect(try world.unread(in: channel, by: ann) == [1, 0], "it makes nothing unread")
    }

    @Test func `leaves everything but the text as it was`() throws {
        var world = World(), details = MessageDetails()
        let channel = try world.openDirect(ann, bob)
        details.tags = ["t"]
        details.reference = MessageDetails.Reference(type: "order", id: "1")
        _ = try world.say("first", in: channel, by: ann, details)
        let edited = try world.edit(1, to: "second", in: channel, by: ann).edited().message
        details.editedAt = world.now
        details.fingerprint = edited.details.fingerprint
        #expect(edited.details == details)
    }

    @Test func `answers a retry of the original, before and after the message is gone`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.send("first", as: "one", in: channel, by: ann)
        for text in ["second", "third"] {
            let edited = try world.edit(1, to: text, in: channel, by: ann).edited().message
            #expect(try world.send("first", as: "one", in: channel, by: ann).sent() == (edited, true))
            #expect(try world.send(text, as: "one", in: channel, by: ann).code == .idempotencyMismatch)
        }
        _ = try world.delete(1...1, in: channel, by: ann)
        for forgotten in [false, true] {
            var world = forgotten ? world.forgetful : world
            let (left, isDuplicate) = try world.send("first", as: "one", in: channel, by: ann).sent()
            #expect(isDuplicate && left.isDeleted && left.text.isEmpty)
            #expect(try world.send("third", as: "one", in: channel, by: ann).code == .idempotencyMismatch)
        }
        #expect(world.ledger.store.committed.heads[channel]?.lastMessageNumber == 1)
    }

    @Test func `is for who sent it alone`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.say("mine", in: channel, by: bob)
        #expect(try world.edit(1, to: "theirs", in: channel, by: ann).code == .permissionDenied)
        #expect(try world.edit(1, to: "theirs", in: channel, by: World.dan).code == .notFound)
        _ = try world.setRole(.reader, of: bob, in: channel, by: ann)
        #expect(try world.edit(1, to: "mine still", in: channel, by: bob).code == .permissionDenied)
        #expect(world.stored(1, in: channel)?.text == Array("mine".utf8))
    }

    @Test func `finds no message that is gone, hidden or was never there`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for text in ["1", "2"] { _ = try world.say(text, in: channel, by: ann) }
        _ = try world.delete(1...1, in: channel, by: ann)
        _ = try world.hide(2, in: channel, by: ann)
        let before = world.ledger.store.committed
        for number: Int64 in [-5, 0, 1, 2, 3, .max] {
            #expect(try world.edit(number, to: "x", in: channel, by: ann).code == .notFound, "\(number)")
        }
        #expect(world.ledger.store.committed == before)
    }

    @Test func `names members anew`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.say("@bob", in: channel, by: ann)
        #expect(try world.edit(1, to: "@cat @ann", in: channel, by: ann).edited().message.details.mentions == [cat])
        #expect(try world.unread(in: channel, by: bob) == [1, 0])
        #expect(try world.unread(in: channel, by: cat) == [1, 1])
        _ = try world.edit(1, to: "@bob @cat", in: channel, by: ann)
        #expect(world.ledger.store.committed.channels[channel]?.mentions == [bob: [1], cat: [1]])
        _ = try world.edit(1, to: "nobody", in: channel, by: ann)
        #expect(world.ledger.store.committed.channels[channel]?.mentions == [:])
        _ = try world.mark(1, in: channel, by: bob)
        _ = try world.edit(1, to: "@bob", in: channel, by: ann)
        #expect(try world.unread(in: channel, by: bob) == [0, 0], "who has read it is not called again")
    }

    @Test func `calls nobody who does not see the message`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.say("first", in: channel, by: ann)
        _ = try world.hide(1, in: channel, by: bob)
        let edit = try world.edit(1, to: "@bob", in: channel, by: ann)
        #expect(edit.events.map(\.unseenBy) == [[bob]])
        #expect(try world.unread(in: channel, by: bob) == [0, 0])
    }

    @Test func `needs a text where the message is one`() throws {
        var world = World(), details = MessageDetails()
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("text", in: channel, by: ann)
        #expect(try world.edit(1, to: "", in: channel, by: ann).pointers == ["/text"])
        world.ledger.store.addFile(MessageDetails.Attachment(file: "f", contentType: "image/png"), of: ann)
        details.kind = .image
        details.attachments = [MessageDetails.Attachment(file: "f")]
        _ = try world.say("caption", in: channel, by: ann, details)
        #expect(try world.edit(2, to: "", in: channel, by: ann).edited().message.text == [])
        let limits = Limits(), long = [UInt8](repeating: 0x61, count: limits.textBytesMax + 1)
        #expect(throws: Rejection.self) {
            try EditMessage(channel: channel, number: 1, text: long).validate(within: limits)
        }
    }

    @Test func `costs as much as sending`() throws {
        var limits = Limits()
        limits.sendCountMax = 2
        var world = World(limits)
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("1", in: channel, by: ann)
        _ = try world.edit(1, to: "2", in: channel, by: ann).edited()
        #expect(try world.edit(1, to: "3", in: channel, by: ann).code == .rateLimited)
    }
}
