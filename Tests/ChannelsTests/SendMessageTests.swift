import Base
import Channels
import TestSupport
import Testing

@Suite("SendMessage") struct SendMessageTests {
    private let ann = World.ann, bob = World.bob

    @Test func `numbers messages and events of a channel without a gap`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        var numbers: [Int64] = [], seqs: [Int64] = []
        for index in 0..<50 {
            let sent = try world.send("n\(index)", as: "n\(index)", in: channel, by: index % 3 == 0 ? ann : bob).sent()
            #expect(!sent.isDuplicate)
            numbers.append(sent.message.number)
            seqs.append(sent.message.seq)
        }
        #expect(numbers == Array(1...50))
        #expect(seqs == Array(2...51), "the channel's creation is its first event")
        let log = try #require(world.ledger.store.committed.logs[channel])
        #expect(log.map(\.seq) == Array(1...51))
    }

    @Test func `tells of the message what was sent, by whom and when`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let decision = try world.send("hello", as: "one", in: channel, by: ann)
        let message = try decision.sent().message
        #expect(
            message
                == Message(
                    channel: channel, number: 1, seq: 2, sender: ann, clientMessageID: ClientMessageID("one"),
                    text: Array("hello".utf8), createdAt: world.now))
        #expect(decision.events == [Event(message)])
        #expect(decision.notices.isEmpty)
    }

    @Test func `answers a retry with the first message and tells nobody again`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let first = try world.send("hello", as: "one", in: channel, by: ann).sent().message
        _ = try world.send("between", as: "two", in: channel, by: bob)
        world.now = world.now.adding(seconds: 86_400)
        let retry = try world.send("hello", as: "one", in: channel, by: ann)
        #expect(try retry.sent() == (first, true))
        #expect(retry.events.isEmpty)
        #expect(try world.send("next", as: "three", in: channel, by: ann).sent().message.number == 3)
    }

    @Test func `keeps names apart by sender and by channel`() throws {
        var world = World()
        let direct = try world.openDirect(ann, bob), group = try world.group([bob], by: ann)
        #expect(try world.send("1", as: "same", in: direct, by: ann).sent().isDuplicate == false)
        #expect(try world.send("2", as: "same", in: direct, by: bob).sent().isDuplicate == false)
        #expect(try world.send("3", as: "same", in: group, by: ann).sent().isDuplicate == false)
    }

    @Test func `refuses the same name for another text, and keeps the first`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let first = try world.send("hello", as: "one", in: channel, by: ann).sent().message
        let other = try world.send("goodbye", as: "one", in: channel, by: ann)
        #expect(other.rejection?.code == .idempotencyMismatch)
        #expect(other.events.isEmpty)
        #expect(try world.send("hello", as: "one", in: channel, by: ann).sent() == (first, true))
        #expect(world.ledger.store.committed.heads[channel]?.lastMessageNumber == 1)
    }

    @Test func `answers strangers as if there were no channel`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.send("hello", as: "one", in: channel, by: ann)
        let missing = World.direct(World.dan, World.eve)
        let toStranger = try world.send("hello", as: "one", in: channel, by: World.cat)
        let toNobody = try world.send("hello", as: "one", in: missing, by: World.cat)
        #expect(toStranger.rejection?.code == .notFound)
        #expect(toStranger == toNobody)
        #expect(world.ledger.store.committed.heads[channel]?.lastMessageNumber == 1)
    }

    @Test func `refuses readers`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        world.ledger.store.setRole(.reader, of: bob, in: channel)
        world.ledger.forget()
        #expect(try world.send("hello", as: "one", in: channel, by: bob).rejection?.code == .permissionDenied)
        #expect(try world.send("hello", as: "one", in: channel, by: ann).sent().message.number == 1)
    }

    @Test(arguments: [MemberRole.owner, .admin, .member]) func `lets every other role send`(role: MemberRole) throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        world.ledger.store.setRole(role, of: bob, in: channel)
        world.ledger.forget()
        #expect(try world.send("hello", as: "one", in: channel, by: bob).sent().message.number == 1)
    }

    @Test func `moves the sender's marker to what was sent, and nobody else's`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for index in 1...3 { _ = try world.send("m", as: "\(index)", in: channel, by: ann) }
        #expect(try world.ask(.describeChannel(channel), as: ann).described().unread == 0)
        #expect(try world.ask(.describeChannel(channel), as: bob).described().unread == 3)
        _ = try world.send("m", as: "b", in: channel, by: bob)
        #expect(try world.ask(.describeChannel(channel), as: bob).described().readNumber == 4)
        #expect(try world.ask(.describeChannel(channel), as: ann).described().unread == 1)
    }

    @Test func `takes texts and names of every allowed length and no other`() throws {
        let limits = Limits()
        func check(name: Int, text: Int) -> Rejection? {
            let send = SendMessage(
                channel: World.direct(ann, bob),
                clientMessageID: ClientMessageID([UInt8](repeating: 0x61, count: name)),
                text: [UInt8](repeating: 0x61, count: text))
            do throws(Rejection) {
                try send.validate(within: limits)
                return nil
            } catch {
                return error
            }
        }
        #expect(check(name: 1, text: 1) == nil)
        #expect(check(name: 64, text: limits.textBytesMax) == nil)
        #expect(check(name: 1, text: 0)?.faults.map(\.pointer) == ["/text"])
        #expect(check(name: 1, text: 0)?.code == .validationFailed)
        #expect(check(name: 1, text: limits.textBytesMax + 1)?.code == .tooLarge)
        #expect(check(name: 0, text: 1)?.faults.map(\.pointer) == ["/client_msg_id"])
        #expect(check(name: 65, text: 1)?.faults.map(\.pointer) == ["/client_msg_id"])
    }
}
