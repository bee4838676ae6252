import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Every store of messages") struct MessageContractTests {
    private let ann = Shelf.ann, bob = Shelf.bob
    private let direct = ChannelState.direct(Shelf.ann, Shelf.bob)

    /// A shelf with a channel of five messages by ann.
    private func prepared(_ keeping: Keeping) throws -> (shelf: Shelf, facts: Facts) {
        let shelf = try Shelf(keeping)
        var facts = Facts(direct)
        try shelf.commit { store in
            try store.insert(.new(direct, [ann, bob]))
            for number in 1...5 {
                let event = facts.message("text \(number)", as: "\(number)", by: ann)
                try store.append(event, head: facts.head)
            }
        }
        return (shelf, facts)
    }

    private func edited(_ message: Message, _ text: String) -> Message {
        var message = message
        message.text = Array(text.utf8)
        message.details.editedAt = Shelf.start
        message.details.tags = ["tag"]
        return message
    }

    private func key(_ name: String) -> RetryKey {
        RetryKey(channel: direct, sender: ann, clientMessageID: ClientMessageID(name))
    }

    @Test(arguments: Keeping.allCases) func `finds messages by number, and by ranges of them`(keeping: Keeping) throws {
        let (shelf, facts) = try prepared(keeping)
        try shelf.settle()
        for message in facts.messages { #expect(try shelf.store.message(message.number, in: direct) == message) }
        for number: Int64 in [-1, 0, 6, .max] { #expect(try shelf.store.message(number, in: direct) == nil) }
        #expect(try shelf.store.message(1, in: ChannelState.group(1)) == nil)
        #expect(try shelf.store.messages(2...4, in: direct) == Array(facts.messages[1...3]))
        #expect(try shelf.store.messages(4...9, in: direct) == Array(facts.messages[3...4]))
    }

    @Test(arguments: Keeping.allCases) func `gives a message other content, whenever it was written`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        try shelf.settle()
        let first = edited(facts.messages[0], "a longer text than it was"), second = edited(facts.messages[1], "")
        try shelf.commit { store in
            try store.amend(first)
            try store.amend(second)
            #expect(try store.message(1, in: direct) == first)
        }
        // In the transaction that wrote it, too.
        var third = facts.messages[2]
        try shelf.commit { store in
            let event = facts.message("text 6", as: "6", by: ann)
            try store.append(event, head: facts.head)
            third = edited(facts.messages[5], "other")
            try store.amend(third)
            #expect(try store.message(6, in: direct) == third)
        }
        for _ in 1...2 {
            #expect(try shelf.store.message(1, in: direct) == first)
            #expect(try shelf.store.message(2, in: direct) == second)
            #expect(try shelf.store.message(6, in: direct) == third)
            #expect(try shelf.store.message(sentAs: key("1")) == first)
            #expect(try shelf.store.message(sentAs: key("6")) == third)
            #expect(try shelf.store.message(3, in: direct) == facts.messages[2])
            #expect(try shelf.store.head(of: direct) == facts.head)
            try shelf.settle()
        }
    }

    @Test(arguments: Keeping.allCases) func `keeps no content that was given and rolled back`(keeping: Keeping) throws {
        let (shelf, facts) = try prepared(keeping)
        for _ in 1...2 {
            try shelf.store.begin()
            try shelf.store.amend(edited(facts.messages[0], "lost"))
            try shelf.store.erase(edited(facts.messages[1], "lost"))
            shelf.store.rollback()
            #expect(try shelf.store.messages(1...5, in: direct) == facts.messages)
            try shelf.settle()
            #expect(try shelf.store.messages(1...5, in: direct) == facts.messages)
        }
    }

    @Test(arguments: Keeping.allCases) func `keeps of what is erased neither reactions nor pin`(keeping: Keeping) throws
    {
        let (shelf, facts) = try prepared(keeping)
        try shelf.settle()
        try shelf.commit { store in
            #expect(try store.setReaction("x", of: bob, to: 2, in: direct, isAdded: true, at: Shelf.start))
            #expect(try store.setReaction("x", of: bob, to: 3, in: direct, isAdded: true, at: Shelf.start))
            for number: Int64 in [2, 3] {
                #expect(try store.setPin(of: number, in: direct, isPinned: true, by: ann, at: Shelf.start))
            }
            try store.addReply(2, to: 1, in: direct)
        }
        var left = facts.messages[1]
        left.text = []
        left.details.deletedAt = Shelf.start
        left.details.fingerprint = [1, 2, 3]
        try shelf.commit { store in try store.erase(left) }
        try shelf.settle()
        #expect(try shelf.store.message(2, in: direct) == left)
        #expect(try shelf.store.message(sentAs: key("2")) == left)
        #expect(try shelf.store.reactionKinds(of: 2, in: direct, including: "x") == (0, false))
        #expect(try shelf.store.reactionKinds(of: 3, in: direct, including: "x") == (1, true))
        #expect(try shelf.store.pinCount(in: direct, besides: 0) == 1)
    }

    @Test(arguments: Keeping.allCases) func `says what a reaction or a pin has changed`(keeping: Keeping) throws {
        let (shelf, _) = try prepared(keeping)
        func react(_ emoji: String, _ user: UserID, _ number: Int64 = 1, isAdded: Bool = true) throws -> Bool {
            var hasChanged = false
            try shelf.commit { store in
                hasChanged = try store.setReaction(
                    emoji, of: user, to: number, in: direct, isAdded: isAdded, at: Shelf.start)
            }
            try shelf.settle()
            return hasChanged
        }
        #expect(try react("a", ann) && react("a", bob) && react("b", ann) && react("a", ann, 2))
        #expect(try !react("a", ann))
        #expect(try shelf.store.reactionKinds(of: 1, in: direct, including: "b") == (2, true))
        #expect(try react("b", ann, isAdded: false))
        #expect(try !react("b", ann, isAdded: false))
        #expect(try react("a", ann, isAdded: false))
        #expect(try shelf.store.reactionKinds(of: 1, in: direct, including: "b") == (1, false))
        #expect(try shelf.store.reactionKinds(of: 2, in: direct, including: "a") == (1, true))
        func pin(_ number: Int64, _ isPinned: Bool) throws -> Bool {
            var hasChanged = false
            try shelf.commit { store in
                hasChanged = try store.setPin(
                    of: number, in: direct, isPinned: isPinned, by: ann, at: Shelf.start)
            }
            try shelf.settle()
            return hasChanged
        }
        #expect(try pin(1, true) && pin(2, true) && !pin(1, true) && pin(1, false) && !pin(1, false))
        #expect(try shelf.store.pinCount(in: direct, besides: 0) == 1)
        #expect(try shelf.store.pinCount(in: ChannelState.group(1), besides: 0) == 0)
    }

    @Test(arguments: Keeping.allCases) func `knows what is deleted, hidden and mentioned`(keeping: Keeping) throws {
        let (shelf, _) = try prepared(keeping)
        var deleted = NumberRanges(), hidden = NumberRanges()
        var random = RandomSource(seed: 5)
        for _ in 1...12 {
            let first = Int64.random(in: 1...30, using: &random), last = first + .random(in: 0...4, using: &random)
            let isAdded = Int.random(in: 0..<3, using: &random) > 0
            try shelf.commit { store in
                let change = isAdded ? deleted.insert(first...last) : deleted.subtract(first...last)
                try store.changeDeleted(change, in: direct)
                let other = isAdded ? hidden.subtract(first + 3...last + 3) : hidden.insert(first + 3...last + 3)
                try store.changeHidden(other, of: bob, in: direct)
            }
            try shelf.settle()
            let state = try #require(try shelf.store.channel(direct))
            #expect(state.deleted == deleted)
            #expect(state.hidden[bob] ?? NumberRanges() == hidden)
            #expect(state.hidden[ann] == nil)
        }
        try shelf.commit { store in
            for number: Int64 in [4, 2, 3, 2] { try store.addMention(of: bob, by: number, in: direct) }
            try store.addMention(of: ann, by: 1, in: direct)
            try store.removeMention(of: bob, by: 3, in: direct)
            try store.removeMention(of: bob, by: 9, in: direct)
        }
        try shelf.settle()
        #expect(try shelf.store.channel(direct)?.mentions == [ann: [1], bob: [2, 4]])
        try shelf.commit { store in
            try store.removeMentions(of: bob, through: 3, in: direct)
            try store.removeMentions(of: ann, through: 1, in: direct)
        }
        try shelf.settle()
        #expect(try shelf.store.channel(direct)?.mentions == [bob: [4]])
    }

    @Test(arguments: Keeping.allCases) func `makes the same fingerprint of the same content, for ever`(
        keeping: Keeping
    ) throws {
        let shelf = try Shelf(keeping)
        let first = try shelf.store.fingerprint(of: [1, 2, 3]), empty = try shelf.store.fingerprint(of: [])
        try shelf.settle()
        try shelf.crash()
        #expect(try shelf.store.fingerprint(of: [1, 2, 3]) == first)
        #expect(try shelf.store.fingerprint(of: []) == empty)
        #expect(try shelf.store.fingerprint(of: [1, 2, 4]) != first)
        guard keeping != .memory else { return }
        let other = try Shelf(keeping)
        #expect(try other.store.fingerprint(of: [1, 2, 3]) != first, "each server has a key of its own")
    }

    @Test(arguments: Keeping.allCases) func `keeps one report of each who reports a message`(keeping: Keeping) throws {
        let (shelf, _) = try prepared(keeping)
        func report(_ user: UserID, _ number: Int64) throws -> Int64 {
            var id: Int64 = 0
            try shelf.commit { store in
                let report = ReportMessage(channel: direct, number: number, reason: "spam", comment: nil)
                id = try store.insertReport(report, by: user, at: Shelf.start)
            }
            try shelf.settle()
            return id
        }
        let first = try report(ann, 1)
        #expect(try report(bob, 1) != first)
        #expect(try report(ann, 2) != first)
        #expect(try report(ann, 1) == first)
    }
}
