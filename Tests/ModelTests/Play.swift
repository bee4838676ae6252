import Base
import Channels

@testable import Gateway
@testable import Persistence

/// One random history, lived by a server's parts and by the model at once.
struct Play<Kept: Keeper> {
    private var keeper: Kept
    private var model: Model
    private var maker: StepMaker
    private var random: RandomSource
    private var trace: [String] = []
    /// Of each kind of step, how many were done and not refused.
    private(set) var tally: [String: Int] = [:]

    /// The first thing in which the two differ.
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    init(_ keeper: Kept, _ model: Model, seed: UInt64) {
        self.keeper = keeper
        self.model = model
        maker = StepMaker(seed: seed, users: model.people.map(\.id))
        random = RandomSource(seed: seed &+ 1 << 40)
    }

    mutating func run(transactions: Int) throws {
        do {
            for _ in 0..<transactions {
                try transact()
                try look()
                if chance(3) { try keeper.disturb(&random) }
                if chance(4) { try purge() }
            }
            try lookAtEverything()
        } catch {
            throw Difference(description: "\(error)\nafter:\n" + trace.suffix(40).joined(separator: "\n"))
        }
    }

    // MARK: Commands

    private mutating func transact() throws {
        let before = model, isLost = chance(15)
        try keeper.ledger.store.begin()
        trace.append("begin")
        for _ in 0..<Int.random(in: 1...6, using: &random) { try ask() }
        trace.append(isLost ? "rollback" : "commit")
        if isLost {
            keeper.ledger.store.rollback()
            keeper.ledger.forget()
            model = before
        } else {
            try keeper.beforeCommit(at: model.now)
            try keeper.ledger.store.commit()
        }
    }

    private mutating func ask() throws {
        // The clock is people's; it goes back at times.
        model.now.milliseconds += Int64.random(in: -20...1_500, using: &random)
        let (user, step) = maker.next(in: model)
        trace.append("\(user) \(step)")
        let before = model
        let expected = model.apply(step, by: user)
        trace[trace.count - 1] += " -> \(expected)"
        if case .done = expected { tally[step.kind, default: 0] += 1 }
        let decision = try keeper.ledger.decide(Proposal(user: user, command: step.command), at: model.now)
        guard expected.allows(decision.answer) else {
            throw Difference(description: "answer \(decision.answer)\nwanted \(expected)")
        }
        try compare(decision.events, since: before)
    }

    /// What is told live: as many events as there are new ones, each as its receivers may see it.
    private func compare(_ events: [Event], since before: Model) throws {
        var wanted = 0
        for (id, room) in model.rooms { wanted += room.log.count - (before.rooms[id]?.log.count ?? 0) }
        for (user, entries) in model.own { wanted += entries.count - (before.own[user]?.count ?? 0) }
        wanted += before.rooms.keys.count { model.rooms[$0] == nil }
        guard events.count == wanted else {
            throw Difference(description: "told \(events.count) events, wanted \(wanted)")
        }
        for event in events {
            let told = String(decoding: Envelope.event(event), as: UTF8.self)
            if let owner = event.channel.owner {
                try equal(told, model.ownEvent(event.seq, of: owner), "\(owner) is told")
            } else if let room = model.rooms[event.channel] {
                for user in room.members.keys.sorted() {
                    let isUnseen = event.unseenBy.contains(user)
                    try equal(isUnseen ? nil : told, model.event(event.seq, of: room, for: user), "\(user) is told")
                }
            }
        }
    }

    // MARK: Age

    private mutating func purge() throws {
        model.now.milliseconds += Int64.random(in: 0...20_000, using: &random)
        keeper.ledger.limits.purgeEventsMax = chance(2) ? 1_024 : Int.random(in: 16...32, using: &random)
        let isDue = keeper.ledger.isPurgeDue(at: model.now), isLost = chance(8)
        let isWhole = keeper.ledger.limits.purgeEventsMax == 1_024 && keeper.isSettled && isDue && !isLost
        try keeper.ledger.store.begin()
        let hasMore = try keeper.ledger.purge(at: model.now)
        trace.append("purge \(isLost ? "lost" : "")")
        if isLost {
            keeper.ledger.store.rollback()
            keeper.ledger.forget()
        } else {
            try keeper.ledger.store.commit()
        }
        for id in model.rooms.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let room = model.rooms[id], let state = try keeper.ledger.store.channel(id) else { continue }
            let old = model.oldSeq(of: room)
            if let fault = model.purge(id, through: state.purged.seq, number: state.purged.number) {
                throw Difference(description: fault)
            }
            guard isWhole, !hasMore, state.purged.seq < old else { continue }
            throw Difference(description: "channel \(id) is purged through \(state.purged.seq), not \(old)")
        }
    }

    // MARK: Views

    private mutating func look() throws {
        let user = maker.one(of: model.people).id
        let rooms = model.rooms.values.sorted { $0.id.rawValue < $1.id.rawValue }
        try lookAtList(of: user)
        guard !rooms.isEmpty else { return }
        let room = maker.one(of: rooms)
        let glance = Glance(model: model, room: room, user: user)
        try lookAtMembers(of: room, for: user)
        if let reader = keeper.reader { try glance.look(with: reader, &random) }
    }

    private mutating func lookAtEverything() throws {
        for person in model.people {
            try lookAtList(of: person.id)
            if let reader = keeper.reader { try Glance.lookAtOwnLog(of: person.id, in: model, with: reader) }
            for room in model.rooms.values {
                try lookAtMembers(of: room, for: person.id)
                let glance = Glance(model: model, room: room, user: person.id)
                if let reader = keeper.reader { try glance.lookAtWhole(with: reader) }
            }
        }
    }

    private mutating func lookAtList(of user: UserID) throws {
        let attend = Attend(login: Kept.login, session: SessionID(high: 1, low: 1))
        let decision = try keeper.ledger.decide(Proposal(user: user, command: .attend(attend)), at: model.now)
        guard case .success(.attended(let attendance)) = decision.result else {
            throw Difference(description: "attending came to \(decision.result)")
        }
        let given = attendance.channels.map { String(decoding: $0.json, as: UTF8.self) }
        try equal(given.joined(separator: "\n"), model.list(for: user).joined(separator: "\n"), "channels of \(user)")
        try equal("\(attendance.personalSeq)", "\(model.own[user]?.count ?? 0)", "@me of \(user)")
    }

    private mutating func lookAtMembers(of room: Model.Room, for user: UserID) throws {
        let decision = try keeper.ledger.decide(Proposal(user: user, command: .listMembers(room.id)), at: model.now)
        guard room.members[user] != nil else {
            let code = room.isPublic ? "not_a_member" : "not_found"
            guard decision.answer == .refused([code]) else {
                throw Difference(description: "members of \(room.id) for \(user): \(decision.result)")
            }
            return
        }
        guard case .success(.members(let cards)) = decision.result else {
            throw Difference(description: "members of \(room.id) for \(user): \(decision.result)")
        }
        let given = cards.map { "\($0.user.id) \($0.member.role.rawValue) \($0.member.readNumber)" }
        let wanted = room.members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.role) \($0.value.read)" }
        try equal(given.joined(separator: "\n"), wanted.joined(separator: "\n"), "members of \(room.id)")
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}

func equal(_ given: String?, _ wanted: String?, _ what: @autoclosure () -> String) throws {
    guard given != wanted else { return }
    throw Play<MemoryKeeper>.Difference(
        description: "\(what()):\ngiven  \(given ?? "void")\nwanted \(wanted ?? "void")")
}
