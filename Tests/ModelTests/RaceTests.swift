import Base
import Testing

/// Two who want what excludes one another: whoever is first in the ledger's order has it, and the other is told so.
@Suite("Of two at once") struct RaceTests {
    private let ann = Duel.ann, bob = Duel.bob, cat = Duel.cat

    private func delete(_ duel: Duel, _ number: Int64 = 1) -> Step {
        .delete(duel.group, [number...number], forAll: true)
    }

    @Test func `who forwards what is being deleted is too late, or has forwarded it for good`() throws {
        var late = try Duel(saying: "hello")
        func forward(_ duel: Duel) -> Step { .forward(from: duel.group, 1, to: duel.group, name: "f") }
        #expect(try late.ask(bob, delete(late)) == .done("at 3"))
        #expect(try late.ask(ann, forward(late)) == .refused(["not_found"]))

        var early = try Duel(saying: "hello")
        #expect(try early.ask(ann, forward(early)) == .done("message 2 at 3"))
        #expect(try early.ask(bob, delete(early)) == .done("at 4"))
        // A retry gets the first answer, though there is nothing to be forwarded any more.
        #expect(try early.ask(ann, forward(early)) == .done("message 2 at 3 again"))
        #expect(early.model.rooms[early.group]?[2].text == "hello")
    }

    @Test func `who reads what is being deleted has read as far, and counts only what is there`() throws {
        var duel = try Duel(saying: "one", "two", "three")
        #expect(try duel.ask(bob, delete(duel, 2)) == .done("at 5"))
        #expect(try duel.ask(ann, .read(duel.group, 1)) == .done("read 1 unread 1 mentions 0"))

        duel = try Duel(saying: "one", "two", "three")
        #expect(try duel.ask(ann, .read(duel.group, 2)) == .done("read 2 unread 1 mentions 0"))
        #expect(try duel.ask(bob, delete(duel, 2)) == .done("at 5"))
        #expect(try duel.ask(ann, .read(duel.group, 2)) == .done("read 2 unread 1 mentions 0"))
        #expect(try duel.ask(bob, delete(duel, 3)) == .done("at 6"))
        #expect(try duel.ask(ann, .read(duel.group, 2)) == .done("read 2 unread 0 mentions 0"))
    }

    @Test func `two who delete the same delete it once`() throws {
        var duel = try Duel(saying: "hello")
        #expect(try duel.ask(bob, delete(duel)) == .done("at 3"))
        #expect(try duel.ask(ann, delete(duel)) == .done("at 3"))
        #expect(duel.model.rooms[duel.group]?.seq == 3)
    }

    @Test func `who forwards from a channel must be in it still`() throws {
        var duel = try Duel(saying: "hello")
        let direct = Step.open(ann)
        _ = try duel.ask(bob, direct)
        let target = try #require(ChannelID.direct(ann, bob))
        let forward = Step.forward(from: duel.group, 1, to: target, name: "f")
        var early = try Duel(saying: "hello")
        _ = try early.ask(bob, direct)
        #expect(try early.ask(bob, forward) == .done("message 1 at 2"))
        #expect(try early.ask(bob, .remove(early.group, bob)) == .done("at 3"))
        #expect(try early.ask(bob, forward) == .done("message 1 at 2 again"))

        #expect(try duel.ask(bob, .remove(duel.group, bob)) == .done("at 3"))
        #expect(try duel.ask(bob, forward) == .refused(["not_found"]))
    }

    @Test func `who sends is a member still, or says nothing`() throws {
        var duel = try Duel(saying: "hello")
        let send = Step.send(duel.group, name: "last", Step.Content(text: "last"))
        #expect(try duel.ask(ann, .remove(duel.group, bob)) == .done("at 3"))
        #expect(try duel.ask(bob, send) == .refused(["not_found"]))

        duel = try Duel(saying: "hello")
        #expect(try duel.ask(bob, send) == .done("message 2 at 3"))
        #expect(try duel.ask(ann, .remove(duel.group, bob)) == .done("at 4"))
        // What was said is said, but an answer to it is for members only.
        #expect(try duel.ask(bob, send) == .refused(["not_found"]))
        #expect(duel.model.rooms[duel.group]?.last == 2)
    }

    @Test func `the last owner leaves only behind another's promotion`() throws {
        var duel = try Duel(saying: "hello")
        let leave = Step.remove(duel.group, ann), promote = Step.role(duel.group, bob, "owner")
        #expect(try duel.ask(ann, leave) == .refused(["precondition_failed"]))
        #expect(try duel.ask(ann, promote) == .done("old owner"))
        #expect(try duel.ask(ann, leave) == .done("at 4"))
        // Bob is the last one now, and alone: who goes last ends the channel.
        #expect(try duel.ask(bob, .remove(duel.group, bob)) == .done("at 5"))
        #expect(duel.model.rooms.isEmpty)
    }

    @Test func `two owners who step down leave one`() throws {
        var duel = try Duel(saying: "hello")
        _ = try duel.ask(ann, .role(duel.group, bob, "owner"))
        #expect(try duel.ask(ann, .role(duel.group, ann, "member")) == .done("old member"))
        #expect(try duel.ask(bob, .role(duel.group, bob, "member")) == .refused(["precondition_failed"]))
    }

    @Test func `an invitation's one use is one's`() throws {
        var duel = try Duel()
        _ = try duel.ask(ann, .create(name: "g", kind: "group", isPublic: false, showsAll: true, members: []))
        _ = try duel.ask(ann, .invite(duel.group, token: "t", role: nil, usesMax: 1, seconds: 60))
        #expect(try duel.ask(cat, .use(token: "t")) == .done("at 2"))
        #expect(try duel.ask(bob, .use(token: "t")) == .refused(["not_found"]))
        // Asking again costs nothing and brings nothing.
        #expect(try duel.ask(cat, .use(token: "t")) == .done("at 2"))
        #expect(try duel.ask(cat, .remove(duel.group, cat)) == .done("at 3"))
        #expect(try duel.ask(cat, .use(token: "t")) == .refused(["not_found"]))
    }

    @Test func `what is taken away for its age is neither unread nor read back`() throws {
        var duel = try Duel(saying: "one", "two")
        _ = try duel.ask(ann, .update(duel.group, Step.Change(retentionSeconds: 10)))
        try duel.age(seconds: 60)
        #expect(try duel.ask(ann, .read(duel.group, 1)) == .done("read 1 unread 0 mentions 0"))
        #expect(try duel.ask(ann, .react(duel.group, 2, emoji: "a", isAdded: true)) == .refused(["not_found"]))
        #expect(
            try duel.ask(bob, .send(duel.group, name: "three", Step.Content(text: "three"))) == .done("message 3 at 5"))
        #expect(try duel.ask(ann, .read(duel.group, 1)) == .done("read 1 unread 1 mentions 0"))

        var early = try Duel(saying: "one", "two")
        #expect(try early.ask(ann, .read(early.group, 2)) == .done("read 2 unread 0 mentions 0"))
        _ = try early.ask(ann, .update(early.group, Step.Change(retentionSeconds: 10)))
        try early.age(seconds: 60)
        #expect(early.model.rooms[early.group]?.purgedNumber == 2)
    }
}
