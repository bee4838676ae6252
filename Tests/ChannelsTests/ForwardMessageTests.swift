import Base
import Channels
import TestSupport
import Testing

@Suite("ForwardMessage") struct ForwardMessageTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    private func forward(
        _ number: Int64, from source: ChannelID, to target: ChannelID, as name: String = "forward"
    ) -> Command {
        .forwardMessage(
            ForwardMessage(source: source, number: number, target: target, clientMessageID: ClientMessageID(name)))
    }

    @Test func `says again what was said, names who said it first and when, and never where`() throws {
        var world = World(), details = MessageDetails()
        let source = try world.openDirect(ann, bob), target = try world.openDirect(ann, cat)
        let file = MessageDetails.Attachment(file: "f1", name: "a", byteCount: 1, contentType: "text/plain")
        world.ledger.store.addFile(file, of: bob)
        details.kind = .file
        details.attachments = [file]
        details.tags = ["t"]
        let first = try world.say("@ann look", in: source, by: bob, details)
        details.replyTo = 1
        let second = try world.say("again", in: source, by: bob, details)
        world.now.milliseconds += 60_000

        let decision = try world.ask(forward(2, from: source, to: target), as: ann)
        let message = try decision.sent().message
        #expect((message.channel, message.number, message.sender) == (target, 1, ann))
        #expect(message.text == second.text)
        #expect(message.createdAt == world.now)
        details.replyTo = nil
        details.forwardedFrom = MessageDetails.Origin(sender: bob, createdAt: first.createdAt)
        details.fingerprint = message.details.fingerprint
        #expect(message.details == details, "neither the thread nor who was named there")
        #expect(decision.events == [Event(message)])
        var told = JSONWriter()
        told.object { message.details.writePresent(to: &$0) }
        #expect(!String(decoding: told.bytes, as: UTF8.self).contains("\(source)"))
    }

    @Test func `carries what a message has instead of a text`() throws {
        var world = World(), details = MessageDetails()
        let source = try world.openDirect(ann, bob), target = try world.openDirect(ann, cat)
        details.reference = MessageDetails.Reference(type: "order", id: "7")
        details.action = MessageDetails.Action(name: "pay", parameters: Array("{}".utf8))
        _ = try world.say("", in: source, by: bob, details)
        let message = try world.ask(forward(1, from: source, to: target), as: ann).sent().message
        #expect(message.details.reference == details.reference)
        #expect(message.details.action == details.action)
    }

    @Test func `is the first sender's word, which nobody changes`() throws {
        var world = World()
        let source = try world.openDirect(ann, bob), target = try world.openDirect(ann, cat)
        _ = try world.say("as bob said it", in: source, by: bob)
        _ = try world.ask(forward(1, from: source, to: target), as: ann).sent()
        #expect(try world.edit(1, to: "as bob never said it", in: target, by: ann).code == .permissionDenied)
    }

    @Test func `of what was forwarded names the first sender still`() throws {
        var world = World()
        let one = try world.openDirect(ann, bob), two = try world.openDirect(ann, cat)
        let three = try world.openDirect(cat, World.dan)
        let first = try world.say("news", in: one, by: bob)
        world.now.milliseconds += 1
        _ = try world.ask(forward(1, from: one, to: two), as: ann).sent()
        world.now.milliseconds += 1
        let last = try world.ask(forward(1, from: two, to: three), as: cat).sent().message
        #expect(last.details.forwardedFrom == MessageDetails.Origin(sender: bob, createdAt: first.createdAt))
    }

    @Test func `answers a retry with the first message, whatever became of the original`() throws {
        var world = World()
        let source = try world.openDirect(ann, bob), target = try world.openDirect(ann, cat)
        for text in ["1", "2"] { _ = try world.say(text, in: source, by: bob) }
        let first = try world.ask(forward(1, from: source, to: target), as: ann).sent().message
        _ = try world.edit(1, to: "other", in: source, by: bob)
        let retry = try world.ask(forward(1, from: source, to: target), as: ann)
        #expect(try retry.sent() == (first, true))
        #expect(retry.events.isEmpty)
        _ = try world.delete(1...1, in: source, by: bob)
        #expect(try world.ask(forward(1, from: source, to: target), as: ann).sent() == (first, true))
        #expect(try world.ask(forward(2, from: source, to: target), as: ann).code == .idempotencyMismatch)
        #expect(try world.send("1", as: "forward", in: target, by: ann).code == .idempotencyMismatch)
        _ = try world.send("own", as: "own", in: target, by: ann)
        #expect(try world.ask(forward(2, from: source, to: target, as: "own"), as: ann).code == .idempotencyMismatch)
    }

    @Test func `finds nothing that one may not see`() throws {
        var world = World()
        let source = try world.openDirect(ann, bob), target = try world.openDirect(ann, cat)
        for text in ["1", "2"] { _ = try world.say(text, in: source, by: bob) }
        _ = try world.hide(1, in: source, by: ann)
        _ = try world.delete(2...2, in: source, by: bob)
        for number: Int64 in [0, 1, 2, 3] {
            #expect(try world.ask(forward(number, from: source, to: target), as: ann).code == .notFound, "\(number)")
        }
        #expect(try world.ask(forward(1, from: source, to: target), as: cat).code == .notFound, "not cat's channel")
        #expect(try world.ask(forward(1, from: source, to: source), as: cat).code == .notFound)
        #expect(world.log(of: target).count == 1)
    }

    @Test func `needs the right to send where it goes`() throws {
        var world = World()
        let source = try world.openDirect(ann, bob), cast = try world.channel([bob], by: ann, kind: .broadcast)
        _ = try world.say("1", in: source, by: ann)
        #expect(try world.ask(forward(1, from: source, to: cast), as: bob).code == .permissionDenied)
        _ = try world.ask(forward(1, from: source, to: cast), as: ann).sent()
        _ = try world.ask(forward(1, from: cast, to: source), as: bob).sent()
    }

    @Test func `may be told by a message of the channel itself`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("1", in: channel, by: ann)
        let message = try world.ask(forward(1, from: channel, to: channel), as: bob).sent().message
        #expect((message.number, message.sender) == (2, bob))
    }
}
