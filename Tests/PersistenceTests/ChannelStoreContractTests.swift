import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Every channel store") struct ChannelStoreContractTests {
    private let ann = Shelf.ann, bob = Shelf.bob, cat = Shelf.cat
    private let direct = ChannelState.direct(Shelf.ann, Shelf.bob)

    /// A shelf whose direct channel has been told of in one event.
    private func prepared(_ keeping: Keeping) throws -> (shelf: Shelf, facts: Facts) {
        let shelf = try Shelf(keeping)
        var facts = Facts(direct)
        try shelf.commit { store in
            try store.insert(.new(direct, [ann, bob]))
            let created = facts.other()
            try store.append(created, head: facts.head)
        }
        return (shelf, facts)
    }

    @Test(arguments: Keeping.allCases) func `shows what a transaction wrote, inside it and after it`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        try shelf.commit { store in
            let event = facts.message("hello", as: "one", by: ann)
            try store.append(event, head: facts.head)
            #expect(try store.head(of: direct) == facts.head)
            #expect(try store.channel(direct)?.members[ann]?.readNumber == 1)
            let found = try store.message(sentAs: RetryKey(channel: direct, sender: ann, clientMessageID: .init("one")))
            #expect(found == facts.messages[0])
        }
        try shelf.settle()
        #expect(try shelf.store.head(of: direct) == facts.head)
        #expect(try shelf.store.channel(direct)?.head == facts.head)
    }

    @Test(arguments: Keeping.allCases) func `keeps no trace of what was rolled back`(keeping: Keeping) throws {
        var (shelf, facts) = try prepared(keeping)
        try shelf.settle()
        let group = try shelf.store.nextGroupID()
        let before = try shelf.store.channel(direct)
        var lost = facts
        try shelf.store.begin()
        let event = lost.message("lost", as: "lost", by: ann)
        try shelf.store.append(event, head: lost.head)
        try shelf.store.insert(.new(group, [ann, bob], name: "lost"))
        try shelf.store.setReadMarker(of: bob, in: direct, to: 1)
        shelf.store.rollback()
        for _ in 1...2 {
            #expect(try shelf.store.channel(direct) == before)
            #expect(try shelf.store.channel(group) == nil)
            #expect(try shelf.store.channels(of: bob) == [direct])
            let key = RetryKey(channel: direct, sender: ann, clientMessageID: .init("lost"))
            #expect(try shelf.store.message(sentAs: key) == nil)
            try shelf.settle()
        }
        // The same place is taken by what comes next.
        try shelf.commit { store in
            let event = facts.message("kept", as: "lost", by: ann)
            try store.append(event, head: facts.head)
        }
        try shelf.settle()
        let key = RetryKey(channel: direct, sender: ann, clientMessageID: .init("lost"))
        #expect(try shelf.store.message(sentAs: key)?.text == Array("kept".utf8))
        #expect(try shelf.store.head(of: direct) == facts.head)
    }

    @Test(arguments: Keeping.allCases) func `finds a message by channel, sender and name together`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        let names = ["a", "b", "ü😀", "x'; DROP TABLE journal; --", String(repeating: "n", count: 64)]
        try shelf.commit { store in
            for name in names {
                let event = facts.message("by ann: \(name)", as: name, by: ann)
                try store.append(event, head: facts.head)
            }
            let event = facts.message("by bob", as: "a", by: bob)
            try store.append(event, head: facts.head)
        }
        try shelf.settle()
        func find(_ name: String, _ sender: UserID, _ channel: ChannelID) throws -> Message? {
            try shelf.store.message(
                sentAs: RetryKey(channel: channel, sender: sender, clientMessageID: .init(name)))
        }
        for (index, name) in names.enumerated() {
            #expect(try find(name, ann, direct) == facts.messages[index])
        }
        #expect(try find("a", bob, direct) == facts.messages[names.count])
        #expect(try find("b", bob, direct) == nil)
        #expect(try find("A", ann, direct) == nil)
        #expect(try find("a", ann, ChannelState.direct(ann, cat)) == nil)
    }

    @Test(arguments: Keeping.allCases) func `moves a sender's marker with each message, and never back`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        func expect(_ annRead: Int64, _ bobRead: Int64) throws {
            try shelf.settle()
            let members = try #require(try shelf.store.channel(direct)).members
            #expect(members[ann]?.readNumber == annRead)
            #expect(members[bob]?.readNumber == bobRead)
        }
        func say(_ count: Int, by user: UserID) throws {
            try shelf.commit { store in
                for _ in 0..<count {
                    let event = facts.message("m", by: user)
                    try store.append(event, head: facts.head)
                }
            }
        }
        try say(3, by: ann)
        try expect(3, 0)
        try shelf.commit { store in try store.setReadMarker(of: bob, in: direct, to: 2) }
        try expect(3, 2)
        try say(1, by: bob)
        try expect(3, 4)
        try shelf.commit { store in try store.setReadMarker(of: ann, in: direct, to: 4) }
        try expect(4, 4)
        try say(2, by: bob)
        try expect(4, 6)
    }

    @Test(arguments: Keeping.allCases) func `counts each log on its own`(keeping: Keeping) throws {
        var (shelf, facts) = try prepared(keeping)
        var own = Facts(.personal(ann)), other = Facts(.personal(bob))
        try shelf.commit { store in
            for round in 0..<5 {
                let message = facts.message("m", by: ann)
                try store.append(message, head: facts.head)
                let added = own.other()
                try store.append(added, head: own.head)
                guard round % 2 == 0 else { continue }
                let toBob = other.other()
                try store.append(toBob, head: other.head)
            }
        }
        try shelf.settle()
        #expect(try shelf.store.head(of: direct) == facts.head)
        #expect(try shelf.store.head(of: .personal(ann)) == ChannelHead(seq: 5))
        #expect(try shelf.store.head(of: .personal(bob)) == ChannelHead(seq: 3))
        #expect(try shelf.store.head(of: .personal(cat)) == ChannelHead())
    }

    @Test(arguments: Keeping.allCases) func `gives a channel back as it was inserted`(keeping: Keeping) throws {
        let shelf = try Shelf(keeping)
        let group = ChannelState.new(ChannelState.group(7), [bob, ann, cat], name: "Größe; 'x' \"y\"")
        let pair = ChannelState.new(ChannelState.direct(ann, cat), [ann, cat])
        try shelf.commit { store in
            try store.insert(group)
            try store.insert(pair)
            #expect(try store.channel(group.id) == group)
        }
        try shelf.settle()
        #expect(try shelf.store.channel(group.id) == group)
        #expect(try shelf.store.channel(pair.id) == pair)
        #expect(try shelf.store.channel(ChannelState.group(8)) == nil)
        #expect(Set(try shelf.store.channels(of: ann)) == [group.id, pair.id])
        #expect(try shelf.store.channels(of: bob) == [group.id])
        #expect(try shelf.store.channels(of: Shelf.user(99)) == [])
    }

    @Test(arguments: Keeping.allCases) func `never gives a group's number twice`(keeping: Keeping) throws {
        let shelf = try Shelf(keeping)
        // A direct channel's id is a number as well, and a far greater one.
        try shelf.commit { store in try store.insert(.new(direct, [ann, bob])) }
        var given: [ChannelID] = []
        for _ in 1...3 {
            try shelf.commit { store in
                for _ in 1...2 {
                    let id = try store.nextGroupID()
                    try store.insert(.new(id, [ann]))
                    given.append(id)
                }
            }
            try shelf.settle()
        }
        #expect(Set(given).count == 6)
        #expect(given.allSatisfy { $0.members == nil && $0.owner == nil })
    }

    @Test(arguments: Keeping.allCases) func `knows users by number and by folded name`(keeping: Keeping) throws {
        let shelf = try Shelf(keeping)
        try shelf.settle()
        #expect(try shelf.store.user(cat) == UserCard(id: cat, username: "Cat", displayName: "CAT"))
        #expect(try shelf.store.user(named: "cat")?.id == cat)
        #expect(try shelf.store.user(named: "Cat") == nil)
        #expect(try shelf.store.user(named: "") == nil)
        #expect(try shelf.store.user(Shelf.user(99)) == nil)
    }

    @Test(arguments: Keeping.allCases) func `takes only an open login for open`(keeping: Keeping) throws {
        let shelf = try Shelf(keeping)
        try shelf.settle()
        #expect(try !shelf.store.isEnded(Shelf.openLogin))
        #expect(try shelf.store.isEnded(Shelf.endedLogin))
        #expect(try shelf.store.isEnded(LoginID(high: 3, low: 3)))
    }

    @Test(arguments: Keeping.allCases) func `serves a ledger that is taken over in the middle of a history`(
        keeping: Keeping
    ) throws {
        for seed in UInt64(1)...6 {
            let shelf = try Shelf(keeping), reference = try Shelf(.memory)
            var talk = Talk(seed: seed), changed = 0
            for round in 0..<8 {
                let proposals = talk.next(40)
                let given = try talk.hold(proposals, over: &shelf.store)
                let expected = try talk.hold(proposals, over: &reference.store)
                for (index, proposal) in proposals.enumerated() {
                    #expect(given[index] == expected[index], "seed \(seed), round \(round), \(proposal)")
                }
                changed += given.count { !$0.events.isEmpty }
                try shelf.settle()
            }
            #expect(changed > 50, "only \(changed) commands changed anything")
        }
    }
}
