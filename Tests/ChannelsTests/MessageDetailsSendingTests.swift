import Base
import Channels
import TestSupport
import Testing

@Suite("SendMessage with details") struct MessageDetailsSendingTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat, dan = World.dan

    private func details(_ change: (inout MessageDetails) -> Void) -> MessageDetails {
        var details = MessageDetails()
        change(&details)
        return details
    }

    private var rich: MessageDetails {
        details { details in
            details.tags = ["b", "a"]
            details.reference = MessageDetails.Reference(type: "order", id: "12")
            details.action = MessageDetails.Action(name: "pay", parameters: Array(#"{"sum": 1.50}"#.utf8))
        }
    }

    @Test func `keeps tags, reference and action as the sender gave them`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let decision = try world.send("look", as: "one", in: channel, by: ann, rich)
        #expect(try decision.sent().message.details == rich)
        #expect(world.stored(1, in: channel)?.details == rich)
        #expect(decision.events == [Event(try decision.sent().message)])
    }

    @Test func `takes what is sent again for the same only when all that was chosen is`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("first", in: channel, by: bob)
        let first = try world.send("look", as: "one", in: channel, by: ann, rich).sent().message
        #expect(try world.send("look", as: "one", in: channel, by: ann, rich).sent() == (first, true))
        #expect(
            try world.forgetting { try $0.send("look", as: "one", in: channel, by: ann, rich).sent() } == (first, true))
        let others: [(inout MessageDetails) -> Void] = [
            { $0.tags = ["a", "b"] }, { $0.reference?.id = "13" }, { $0.action?.parameters = nil },
            { $0.action = nil }, { $0.replyTo = 1 }, { $0 = .plain },
        ]
        for change in others {
            var other = rich
            change(&other)
            #expect(try world.send("look", as: "one", in: channel, by: ann, other).code == .idempotencyMismatch)
        }
        #expect(world.ledger.store.committed.heads[channel]?.lastMessageNumber == 2)
    }

    @Test func `names what the server knows of a file, and refuses the files of others`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let file = MessageDetails.Attachment(file: "f1", name: "a.pdf", byteCount: 9, contentType: "application/pdf")
        world.ledger.store.addFile(file, of: ann)
        let own = details { details in
            details.kind = .file
            details.attachments = [MessageDetails.Attachment(file: "f1")]
        }
        let sent = try world.send("", as: "one", in: channel, by: ann, own).sent().message
        #expect(sent.details.attachments == [file])
        #expect(try world.send("", as: "one", in: channel, by: ann, own).sent() == (sent, true))
        let before = world.ledger.store.committed
        #expect(try world.send("", as: "one", in: channel, by: bob, own).pointers == ["/attachments/0/file_id"])
        var two = own
        two.attachments.append(MessageDetails.Attachment(file: "gone"))
        #expect(try world.send("", as: "two", in: channel, by: ann, two).pointers == ["/attachments/1/file_id"])
        #expect(world.ledger.store.committed == before)
    }

    @Test func `puts an answer into the thread of what it answers`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("root", in: channel, by: ann)
        func answer(_ number: Int64) throws -> MessageDetails {
            try world.say("re", in: channel, by: bob, details { $0.replyTo = number }).details
        }
        let first = try answer(1), second = try answer(2), third = try answer(3)
        #expect([first, second, third].map(\.replyTo) == [1, 2, 3])
        #expect([first, second, third].map(\.thread) == [1, 1, 1], "an answer to an answer is in the same thread")
        _ = try world.say("other", in: channel, by: ann)
        #expect(try answer(5).thread == 5)
        let threads = world.ledger.store.committed.replies.map { ($0.key.number, $0.value) }.sorted { $0 < $1 }
        #expect(threads.map(\.0) == [2, 3, 4, 6])
        #expect(threads.map(\.1) == [1, 1, 1, 5])
    }

    @Test func `answers nothing that is not there, is gone or may not be seen`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for text in ["1", "2", "3"] { _ = try world.say(text, in: channel, by: ann) }
        _ = try world.delete(1...1, in: channel, by: ann)
        _ = try world.hide(2, in: channel, by: bob)
        for number: Int64 in [-1, 0, 1, 2, 4, .max] {
            let answer = details { $0.replyTo = number }
            #expect(try world.send("re", as: "re", in: channel, by: bob, answer).code == .notFound, "\(number)")
        }
        #expect(try world.say("re", in: channel, by: ann, details { $0.replyTo = 2 }).details.thread == 2)
    }

    @Test func `finds the members whom a text names, once each and never who says it`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        let said = try world.say("@cat @BOB @bob @ann @dan @nobody", in: channel, by: ann)
        #expect(said.details.mentions == [bob, cat], "members alone, by number")
        #expect(try world.say("@ann", in: channel, by: ann).isPlain)
        #expect(try world.unread(in: channel, by: bob) == [2, 1])
        #expect(try world.unread(in: channel, by: cat) == [2, 1])
        #expect(try world.unread(in: channel, by: ann) == [0, 0])
    }

    @Test func `counts a mention until it is read or its member says something`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        for _ in 1...3 { _ = try world.say("@bob @cat", in: channel, by: ann) }
        let marked = try world.mark(2, in: channel, by: bob)
        #expect(
            marked.notices == [
                .markerMoved(channel: channel, user: bob, readNumber: 2, unread: 1, mentions: 1, membersCount: 3)
            ])
        #expect(try world.forgetting { try $0.summary(of: channel, for: bob) }.mentions == 1)
        _ = try world.say("here", in: channel, by: cat)
        #expect(try world.unread(in: channel, by: cat) == [0, 0])
        #expect(world.ledger.store.committed.channels[channel]?.mentions == [bob: [3]])
    }

    @Test func `looks up no more names than it may`() throws {
        var limits = World.unlimited
        limits.mentionsMax = 1
        var world = World(limits)
        let channel = try world.group([bob, cat], by: ann)
        #expect(try world.say("@cat @bob", in: channel, by: ann).details.mentions == [cat])
    }

    @Test func `takes details within their bounds and no others`() throws {
        let limits = Limits()
        func fault(_ text: String = "x", _ change: (inout MessageDetails) -> Void) -> String? {
            let send = SendMessage(
                channel: World.direct(ann, bob), clientMessageID: ClientMessageID("a"), text: Array(text.utf8),
                details: details(change))
            do throws(Rejection) { try send.validate(within: limits) } catch { return error.faults.first?.pointer }
            return nil
        }
        func string(_ count: Int) -> String { String(repeating: "x", count: count) }
        let file = MessageDetails.Attachment(file: "f")
        #expect(fault { $0.attachments = Array(repeating: file, count: limits.attachmentsMax) } == nil)
        #expect(fault { $0.attachments = Array(repeating: file, count: limits.attachmentsMax + 1) } == "/attachments")
        #expect(fault { $0.kind = .image } == "/attachments")
        #expect(fault("") { $0.tags = ["a"] } == "/text")
        #expect(
            fault("") {
                $0.kind = .image; $0.attachments = [file]
            } == nil)
        #expect(fault("") { $0.reference = .init(type: "a", id: "b") } == nil)
        #expect(fault("") { $0.action = .init(name: "a") } == nil)
        #expect(fault { $0.tags = Array(repeating: string(limits.tagBytesMax), count: limits.tagsMax) } == nil)
        #expect(fault { $0.tags = Array(repeating: "a", count: limits.tagsMax + 1) } == "/tags")
        #expect(fault { $0.tags = [""] } == "/tags")
        #expect(fault { $0.tags = [string(limits.tagBytesMax + 1)] } == "/tags")
        #expect(fault { $0.reference = .init(type: string(64), id: string(512)) } == nil)
        #expect(fault { $0.reference = .init(type: string(65), id: "b") } == "/reference/type")
        #expect(fault { $0.reference = .init(type: "", id: "b") } == "/reference/type")
        #expect(fault { $0.reference = .init(type: "a", id: string(513)) } == "/reference/id")
        #expect(fault { $0.action = .init(name: string(40), parameters: Array(string(4_096).utf8)) } == nil)
        #expect(fault { $0.action = .init(name: string(41)) } == "/action/name")
        #expect(fault { $0.action = .init(name: "") } == "/action/name")
        #expect(fault { $0.action = .init(name: "a", parameters: Array(string(4_097).utf8)) } == "/action/params")
    }
}
