import Base
import Testing

@testable import Channels

@Suite("Rights in a channel") struct RightsTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    /// The table of the protocol: what each role may do in a channel of a kind.
    private static let table: [(kind: ChannelState.Kind, isPublic: Bool, role: MemberRole, acts: Set<Act>)] = [
        (.group, false, .owner, [.send, .react, .mendOwn, .moderate, .invite, .own]),
        (.group, false, .admin, [.send, .react, .mendOwn, .moderate, .invite]),
        (.group, false, .member, [.send, .react, .mendOwn]), (.group, false, .reader, [.react]),
        (.group, true, .owner, [.send, .react, .mendOwn, .moderate, .invite, .own]),
        (.group, true, .admin, [.send, .react, .mendOwn, .moderate, .invite]),
        (.group, true, .member, [.send, .react, .mendOwn, .invite]), (.group, true, .reader, [.react, .invite]),
        (.broadcast, false, .owner, [.send, .react, .mendOwn, .moderate, .invite, .own]),
        (.broadcast, false, .admin, [.send, .react, .mendOwn, .moderate, .invite]),
        (.broadcast, false, .member, [.react, .mendOwn]), (.broadcast, false, .reader, [.react]),
        (.broadcast, true, .member, [.react, .mendOwn, .invite]), (.broadcast, true, .reader, [.react, .invite]),
        (.direct, false, .member, [.send, .react, .mendOwn]),
    ]

    private func state(_ kind: ChannelState.Kind, isPublic: Bool = false, _ role: MemberRole) throws -> ChannelState {
        let id = kind == .direct ? World.direct(ann, bob) : try #require(ChannelID(rawValue: 7))
        let now = Timestamp(milliseconds: 0)
        var profile = ChannelProfile(name: "channel")
        profile.visibility = isPublic ? .public : .private
        return ChannelState(
            id: id, kind: kind, profile: profile, createdAt: now,
            members: [
                ann: ChannelMember(role: role, readNumber: 0, joinedAt: now),
                bob: ChannelMember(role: .member, readNumber: 0, joinedAt: now),
            ])
    }

    private func code(_ body: () throws(Rejection) -> Void) -> Rejection.Code? {
        do throws(Rejection) { try body() } catch { return error.code }
        return nil
    }

    @Test func `are those of the table, for every role, act and kind`() throws {
        for row in Self.table {
            let state = try state(row.kind, isPublic: row.isPublic, row.role)
            for act in Act.allCases {
                let found = code { () throws(Rejection) in _ = try state.allow(act, by: ann) }
                #expect(found == (row.acts.contains(act) ? nil : .permissionDenied), "\(row), \(act)")
            }
        }
    }

    @Test func `end when the channel is archived, but for the owner's`() throws {
        for row in Self.table {
            var state = try state(row.kind, isPublic: row.isPublic, row.role)
            state.profile.archivedAt = Timestamp(milliseconds: 1)
            for act in Act.allCases where act != .own {
                #expect(code { () throws(Rejection) in _ = try state.allow(act, by: ann) } == .channelArchived)
            }
            let own = code { () throws(Rejection) in _ = try state.allow(.own, by: ann) }
            #expect(own == (row.acts.contains(.own) ? nil : .permissionDenied), "\(row)")
        }
    }

    @Test func `are nobody's who is no member, and a public channel says so`() throws {
        for act in Act.allCases {
            let hidden = try state(.group, .owner), open = try state(.group, isPublic: true, .owner)
            #expect(code { () throws(Rejection) in _ = try hidden.allow(act, by: cat) } == .notFound)
            #expect(code { () throws(Rejection) in _ = try open.allow(act, by: cat) } == .notAMember)
        }
    }

    @Test func `to send are taken away by who blocks, and nothing else is`() throws {
        var state = try state(.direct, .member)
        state.blockers = [bob]
        for act in Act.allCases {
            let mine = code { () throws(Rejection) in _ = try state.allow(act, by: ann) }
            let isAllowed = act == .react || act == .mendOwn
            #expect(mine == (isAllowed ? nil : .permissionDenied), "\(act)")
        }
        #expect(code { () throws(Rejection) in _ = try state.allow(.send, by: bob) } == nil)
    }

    @Test func `to change roles are the owner's, and an admin's below admin`() throws {
        for actor in MemberRole.allCases {
            for before in MemberRole.allCases {
                for after in MemberRole.allCases {
                    var state = try state(.group, actor)
                    state.members[bob]?.role = before
                    let change = ChangeRole(channel: state.id, user: bob, role: after)
                    let found = code { () throws(Rejection) in try change.decide(in: state, by: ann) }
                    let isAllowed = actor == .owner || (actor == .admin && before < .admin && after < .admin)
                    #expect(found == (isAllowed ? nil : .permissionDenied), "\(actor): \(before) to \(after)")
                }
            }
        }
    }

    @Test func `to remove are the owner's, an admin's below admin, and everybody's for themselves`() throws {
        for actor in MemberRole.allCases {
            for other in MemberRole.allCases {
                var state = try state(.group, actor)
                state.members[bob]?.role = other
                state.members[cat] = ChannelMember(role: .owner, readNumber: 0, joinedAt: state.createdAt)
                let removal = RemoveMember(channel: state.id, user: bob)
                let found = code { () throws(Rejection) in try removal.decide(in: state, by: ann, as: .member) }
                let isAllowed = actor == .owner || (actor == .admin && other < .admin)
                #expect(found == (isAllowed ? nil : .permissionDenied), "\(actor) removes \(other)")
                #expect(code { () throws(Rejection) in try removal.decide(in: state, by: bob, as: .member) } == nil)
            }
        }
        let direct = try state(.direct, .member)
        for user in [ann, bob] {
            let removal = RemoveMember(channel: direct.id, user: user)
            #expect(
                code { () throws(Rejection) in try removal.decide(in: direct, by: ann, as: .member) }
                    == .permissionDenied)
        }
    }

    @Test func `to bring somebody in with a role end where those to change roles do`() throws {
        for kind in [ChannelState.Kind.group, .broadcast] {
            for actor in MemberRole.allCases {
                for role in MemberRole.allCases {
                    let state = try state(kind, isPublic: true, actor)
                    let add = AddMember(channel: state.id, user: cat, role: role)
                    let found = code { () throws(Rejection) in _ = try add.decide(in: state, by: ann) }
                    let isAllowed =
                        actor == .owner || role <= kind.usualRole || (actor == .admin && role < .admin)
                    #expect(found == (isAllowed ? nil : .permissionDenied), "\(kind): \(actor) adds a \(role)")
                }
            }
        }
    }

    @Test func `order roles by what they may do`() {
        #expect(MemberRole.allCases.sorted() == [.reader, .member, .admin, .owner])
    }
}
