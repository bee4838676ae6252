import Base

/// Makes up what users ask for. It looks into the model for what makes things collide: few users and channels, names
/// used again, messages that are gone or hidden, channels that somebody has just left.
struct StepMaker {
    var random: RandomSource
    let users: [UserID]
    private var sent: [(user: UserID, step: Step)] = []
    private var left: [(user: UserID, room: ChannelID)] = []
    private var count = 0

    init(seed: UInt64, users: [UserID]) {
        random = RandomSource(seed: seed)
        self.users = users
    }

    mutating func next(in model: Model) -> (user: UserID, step: Step) {
        count += 1
        var user = one(of: users)
        if chance(8), let again = sent.randomElement(using: &random) { return (again.user, again.step) }
        let step = make(by: user, in: model)
        switch step {
        case .send, .forward: sent.append((user, step))
        case .remove(let room, let member): left.append((member, room))
        default: break
        }
        // Mostly by somebody who may, so that it happens.
        if let id = step.owned, !chance(3), let room = model.rooms[id] {
            let owners = room.members.filter { $0.value.role == "owner" }.keys.sorted()
            if let owner = owners.randomElement(using: &random) { user = owner }
        }
        if sent.count > 30 { sent.removeFirst() }
        if left.count > 4 { left.removeFirst() }
        return (user, step)
    }

    private mutating func make(by user: UserID, in model: Model) -> Step {
        let id = room(for: user, in: model)
        let number = number(in: model.rooms[id])
        switch Int.random(in: 0..<100, using: &random) {
        case ..<24: return .send(id, name: name(), content(in: model.rooms[id]))
        case ..<32: return forward(by: user, in: model)
        case ..<42: return .edit(id, number, text: chance(20) ? "" : text())
        case ..<50: return .delete(id, ranges(around: number, in: model.rooms[id]), forAll: true)
        case ..<56: return .delete(id, ranges(around: number, in: model.rooms[id]), forAll: false)
        case ..<62: return .react(id, number, emoji: one(of: ["a", "b", "c", "d"]), isAdded: !chance(3))
        case ..<66: return .pin(id, number, isPinned: !chance(3))
        case ..<72: return .read(id, number)
        case ..<74: return .open(one(of: users))
        case ..<76: return create()
        case ..<80: return .update(id, change())
        case ..<81: return chance(2) ? .end(id) : .notify(id, level: one(of: ["all", "mentions", "none"]))
        case ..<83: return .join(id)
        case ..<86: return .use(token: model.invites.isEmpty || chance(8) ? "none" : one(of: model.invites).token)
        case ..<88: return .add(id, one(of: users), role: chance(2) ? nil : one(of: Self.roles))
        case ..<91: return .role(id, one(of: users), one(of: Self.roles))
        case ..<95: return .remove(id, chance(2) ? user : one(of: users))
        case ..<97: return invite(to: id)
        case ..<99: return revoke(in: model)
        default: return .block(one(of: users), isBlocked: chance(2))
        }
    }

    private static let roles = ["owner", "admin", "member", "reader"]

    // MARK: Which

    /// Mostly one that the user belongs to.
    private mutating func room(for user: UserID, in model: Model) -> ChannelID {
        let all = model.rooms.values.sorted { $0.id.rawValue < $1.id.rawValue }
        let mine = all.filter { $0.members[user] != nil }
        if !chance(6), !mine.isEmpty { return one(of: mine).id }
        // Also those that are not there any more, or not yet.
        let numbers = (1...max(1, model.lastGroup + 1)).compactMap { ChannelID(rawValue: $0) }
        return one(of: all.map(\.id) + numbers)
    }

    /// Mostly one of the last, often one to which something has happened already.
    private mutating func number(in room: Model.Room?) -> Int64 {
        guard let room, room.last > 0, !chance(25) else { return Int64.random(in: 1...12, using: &random) }
        if chance(4) {
            let touched = room.said.filter { $0.deletedAt != nil || !$0.hiddenFrom.isEmpty || $0.editedAt != nil }
            if let said = touched.randomElement(using: &random) { return said.number }
        }
        if chance(5) { return Int64.random(in: 1...room.last, using: &random) }
        return Int64.random(in: max(1, room.last - 4)...room.last, using: &random)
    }

    private mutating func ranges(around number: Int64, in room: Model.Room?) -> [ClosedRange<Int64>] {
        guard chance(2) else { return [number...number] }
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let first = self.number(in: room)
            return first...(first + Int64.random(in: 0...4, using: &random))
        }
    }

    // MARK: What

    private mutating func name() -> String {
        chance(10) ? "n\(Int.random(in: 1...max(1, count), using: &random))" : "n\(count)"
    }

    private mutating func text() -> String {
        let words = ["hi", "@ann", "@Bob", "@cat.", "x@dan", "@dan", "@nobody", "\(count)", "été"]
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in one(of: words) }.joined(separator: " ")
    }

    private mutating func content(in room: Model.Room?) -> Step.Content {
        Step.Content(
            text: text(), tags: chance(8) ? ["x", "y"] : [], replyTo: chance(4) ? number(in: room) : nil)
    }

    private mutating func forward(by user: UserID, in model: Model) -> Step {
        let target = room(for: user, in: model)
        var source = room(for: user, in: model)
        if chance(3), let gone = left.last(where: { $0.user == user }) { source = gone.room }
        return .forward(from: source, number(in: model.rooms[source]), to: target, name: name())
    }

    private mutating func create() -> Step {
        var members = users.filter { _ in Bool.random(using: &random) }
        if !chance(10) { members = Array(members.prefix(3)) }
        return .create(
            name: "room \(count)", kind: chance(3) ? "broadcast" : "group", isPublic: chance(2), showsAll: !chance(3),
            members: members)
    }

    private mutating func invite(to id: ChannelID) -> Step {
        .invite(
            id, token: "token-\(count)", role: chance(2) ? nil : one(of: Self.roles),
            usesMax: Int64.random(in: 0...2, using: &random), seconds: chance(3) ? 5 : 600)
    }

    private mutating func revoke(in model: Model) -> Step {
        guard let invite = model.invites.randomElement(using: &random) else { return create() }
        return .revoke(invite.room, chance(4) ? invite.id + 1 : invite.id)
    }

    private mutating func change() -> Step.Change {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return Step.Change(name: "room \(Int.random(in: 1...3, using: &random))")
        case 1: return Step.Change(topic: "topic \(Int.random(in: 1...3, using: &random))")
        case 2: return Step.Change(isPublic: Bool.random(using: &random))
        case 3: return Step.Change(showsAll: Bool.random(using: &random))
        case 4: return Step.Change(isArchived: chance(3))
        case 5: return Step.Change(name: "opened", isArchived: false)
        case 6: return Step.Change(topic: "x", isArchived: true)
        default: return Step.Change(retentionSeconds: one(of: [0, 10, 30]))
        }
    }

    // MARK: Chance

    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    mutating func one<Item>(of items: [Item]) -> Item {
        items[Int.random(in: 0..<items.count, using: &random)]
    }
}

extension Step {
    /// The channel, where it takes an owner.
    fileprivate var owned: ChannelID? {
        switch self {
        case .update(let id, _), .end(let id), .role(let id, _, _), .invite(let id, _, _, _, _), .revoke(let id, _),
            .pin(let id, _, _):
            id
        case .add(let id, _, let role?) where role != "member": id
        default: nil
        }
    }
}
