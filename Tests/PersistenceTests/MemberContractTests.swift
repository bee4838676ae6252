import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Every store of members") struct MemberContractTests {
    private let ann = Shelf.ann, bob = Shelf.bob, cat = Shelf.cat
    private let group = ChannelState.group(7)

    private func prepared(_ keeping: Keeping) throws -> (shelf: Shelf, facts: Facts) {
        let shelf = try Shelf(keeping)
        try shelf.commit { store in try store.insert(.new(group, [ann, bob], name: "group")) }
        return (shelf, Facts(group))
    }

    @Test(arguments: Keeping.allCases) func `keeps all that there is to a member`(keeping: Keeping) throws {
        let (shelf, _) = try prepared(keeping)
        var member = ChannelMember(
            role: .reader, readNumber: 3, joinedAt: Shelf.start, start: LogPlace(seq: 9, number: 3))
        member.notifications = .mentions
        member.mutedUntil = Shelf.start.adding(seconds: 60)
        try shelf.commit { store in try store.setMember(member, as: cat, of: group) }
        try shelf.settle()
        #expect(try shelf.store.channel(group)?.members[cat] == member)
        #expect(try shelf.store.channels(of: cat) == [group])
        member.role = .admin
        member.notifications = .none
        member.mutedUntil = nil
        try shelf.commit { store in try store.setMember(member, as: cat, of: group) }
        try shelf.settle()
        #expect(try shelf.store.channel(group)?.members[cat] == member)
    }

    @Test(arguments: Keeping.allCases) func `forgets whoever leaves, and begins anew with who comes back`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        var hidden = NumberRanges()
        let change = hidden.insert(1...2)
        try shelf.commit { store in
            for user in [bob, ann, bob] {
                let event = facts.message("m", by: user)
                try store.append(event, head: facts.head)
            }
            try store.changeHidden(change, of: bob, in: group)
            try store.addMention(of: bob, by: 3, in: group)
        }
        #expect(try shelf.store.channel(group)?.members[bob]?.readNumber == 3)
        try shelf.commit { store in try store.removeMember(bob, of: group) }
        try shelf.settle()
        let without = try #require(try shelf.store.channel(group))
        #expect(without.members.keys.sorted() == [ann])
        #expect(without.hidden.isEmpty && without.mentions.isEmpty)
        #expect(try shelf.store.channels(of: bob) == [])

        let again = ChannelMember(role: .member, readNumber: 3, joinedAt: Shelf.start.adding(seconds: 1))
        try shelf.commit { store in
            try store.setMember(again, as: bob, of: group)
            let event = facts.message("m", by: ann)
            try store.append(event, head: facts.head)
        }
        try shelf.settle()
        #expect(try shelf.store.channel(group)?.members[bob] == again)
        try shelf.commit { store in
            let event = facts.message("m", by: bob)
            try store.append(event, head: facts.head)
        }
        try shelf.settle()
        #expect(try shelf.store.channel(group)?.members[bob]?.readNumber == 5)
    }

    @Test(arguments: Keeping.allCases) func `moves a marker by a member's row no further back than it stood`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        try shelf.commit { store in
            for _ in 1...4 {
                let event = facts.message("m", by: bob)
                try store.append(event, head: facts.head)
            }
            try store.setReadMarker(of: ann, in: group, to: 2)
        }
        try shelf.settle()
        var member = try #require(try shelf.store.channel(group)?.members[ann])
        member.role = .admin
        member.readNumber = 1
        try shelf.commit { store in try store.setMember(member, as: ann, of: group) }
        try shelf.settle()
        #expect(try shelf.store.channel(group)?.members[ann]?.readNumber == 2)
        #expect(try shelf.store.channel(group)?.members[bob]?.readNumber == 4)
    }

    @Test(arguments: Keeping.allCases) func `finds invitations by their tokens, and counts their uses`(
        keeping: Keeping
    ) throws {
        let (shelf, _) = try prepared(keeping)
        let other = ChannelState.group(8)
        let wanted = Invite(
            id: 0, channel: group, role: .reader, usesMax: 3, uses: 0, expiresAt: Shelf.start.adding(seconds: 9),
            createdAt: Shelf.start, createdBy: ann)
        var made: [Invite] = []
        try shelf.commit { store in
            try store.insert(.new(other, [ann]))
            for token in ["a", "b"] { made.append(try store.insert(wanted, token: token)) }
            var elsewhere = wanted
            elsewhere.channel = other
            made.append(try store.insert(elsewhere, token: "c"))
        }
        try shelf.settle()
        #expect(Set(made.map(\.id)).count == 3)
        #expect(try shelf.store.invite(token: "a") == made[0])
        #expect(try shelf.store.invite(token: "A") == nil)
        #expect(try shelf.store.invites(of: group) == Array(made[..<2]))
        try shelf.commit { store in
            try store.useInvite(made[0].id)
            try store.useInvite(made[0].id)
            #expect(try !store.removeInvite(made[1].id, of: other))
            #expect(try store.removeInvite(made[1].id, of: group))
            #expect(try !store.removeInvite(made[1].id, of: group))
        }
        try shelf.settle()
        #expect(try shelf.store.invite(token: "a")?.uses == 2)
        #expect(try shelf.store.invite(token: "b") == nil)
        #expect(try shelf.store.invite(token: "c") == made[2])
    }

    @Test(arguments: Keeping.allCases) func `knows who blocks whom, one way`(keeping: Keeping) throws {
        let (shelf, _) = try prepared(keeping)
        let direct = ChannelState.direct(ann, bob)
        func block(_ user: UserID, by other: UserID, _ isBlocked: Bool) throws -> Bool {
            var hasChanged = false
            try shelf.commit { store in
                hasChanged = try store.setBlock(of: user, by: other, isBlocked: isBlocked, at: Shelf.start)
            }
            try shelf.settle()
            return hasChanged
        }
        try shelf.commit { store in try store.insert(.new(direct, [ann, bob])) }
        #expect(try block(bob, by: ann, true) && !block(bob, by: ann, true) && block(cat, by: ann, true))
        #expect(try shelf.store.isBlocked(bob, by: ann))
        #expect(try !shelf.store.isBlocked(ann, by: bob))
        #expect(try shelf.store.blocked(by: ann).map(\.id) == [bob, cat])
        #expect(try shelf.store.blocked(by: bob).isEmpty)
        #expect(try shelf.store.channel(direct)?.blockers == [ann])
        #expect(try block(bob, by: ann, false) && !block(bob, by: ann, false))
        #expect(try shelf.store.channel(direct)?.blockers == [])
    }

    @Test(arguments: Keeping.allCases) func `keeps a channel's profile as it is changed`(keeping: Keeping) throws {
        let (shelf, _) = try prepared(keeping)
        var profile = ChannelProfile(name: "new")
        profile.topic = "what 'for'"
        profile.visibility = .public
        profile.history = .joined
        profile.retentionSeconds = 77
        profile.archivedAt = Shelf.start
        let later = Shelf.start.adding(seconds: 5)
        try shelf.commit { store in try store.update(group, profile, at: later) }
        try shelf.settle()
        let state = try #require(try shelf.store.channel(group))
        #expect((state.profile, state.updatedAt, state.createdAt) == (profile, later, Shelf.start))
        try shelf.commit { store in try store.update(group, ChannelProfile(name: "plain"), at: later) }
        try shelf.settle()
        #expect(try shelf.store.channel(group)?.profile == ChannelProfile(name: "plain"))
    }

    @Test(arguments: Keeping.allCases) func `keeps no channel that is deleted, and never gives its number again`(
        keeping: Keeping
    ) throws {
        var (shelf, facts) = try prepared(keeping)
        try shelf.commit { store in
            let event = facts.message("m", by: ann)
            try store.append(event, head: facts.head)
            let invite = Invite(
                id: 0, channel: group, role: .member, usesMax: 0, uses: 0, expiresAt: Shelf.start,
                createdAt: Shelf.start, createdBy: ann)
            _ = try store.insert(invite, token: "a")
        }
        try shelf.settle()
        try shelf.commit { store in try store.delete(group, at: Shelf.start) }
        for _ in 1...2 {
            #expect(try shelf.store.channel(group) == nil)
            #expect(try shelf.store.channels(of: ann).isEmpty)
            #expect(try shelf.store.invite(token: "a") == nil)
            #expect(try shelf.store.nextGroupID().rawValue > group.rawValue)
            try shelf.settle()
        }
        #expect(try shelf.store.channelsToPurge(after: 0, limit: 9).map(\.id) == [group])
        try shelf.store.begin()
        while try shelf.store.purge(group, before: Timestamp(milliseconds: .max), limit: 1) != nil {}
        try shelf.store.commit()
        #expect(try shelf.store.message(1, in: group) == nil || keeping == .disk || keeping == .crashed)
        #expect(try shelf.store.nextGroupID().rawValue > group.rawValue)
    }
}
