import Base
import Channels

/// A ledger on disk and the model, asked in an order that a test chooses, one transaction to each question.
struct Duel {
    private var keeper: DiskKeeper
    private(set) var model: Model

    static let ann = user(1), bob = user(2), cat = user(3)

    init() throws {
        model = Model(
            zip(1..., ["ann", "bob", "Cat"]).map { number, name in
                Model.Person(id: Self.user(number), username: name, displayName: name.uppercased())
            })
        keeper = try DiskKeeper(model)
    }

    private static func user(_ number: Int64) -> UserID {
        guard let id = UserID(rawValue: number) else { preconditionFailure("\(number) is no user's number") }
        return id
    }

    /// A group of ann's with bob, in which each of some texts is bob's.
    init(saying texts: String...) throws {
        try self.init()
        _ = try ask(
            Self.ann, .create(name: "g", kind: "group", isPublic: false, showsAll: true, members: [Self.bob]))
        for text in texts { _ = try ask(Self.bob, .send(group, name: text, Step.Content(text: text))) }
    }

    let group = ChannelID("1") ?? .personal(Duel.ann)

    /// What it comes to, on which both agree; then everybody's view is compared.
    mutating func ask(_ user: UserID, _ step: Step) throws -> Model.Answer {
        model.now.milliseconds += 1_000
        let wanted = model.apply(step, by: user)
        try keeper.ledger.store.begin()
        let decision = try keeper.ledger.decide(Proposal(user: user, command: step.command), at: model.now)
        try keeper.ledger.store.commit()
        guard wanted.allows(decision.answer) else {
            throw Play<DiskKeeper>.Difference(description: "\(step): \(decision.answer), wanted \(wanted)")
        }
        try compare()
        return decision.answer
    }

    /// Time passes, and what is old is taken away.
    mutating func age(seconds: Int64) throws {
        model.now = model.now.adding(seconds: seconds)
        try keeper.settle()
        try keeper.ledger.store.begin()
        _ = try keeper.ledger.purge(at: model.now)
        try keeper.ledger.store.commit()
        guard let state = try keeper.ledger.store.channel(group) else { return }
        if let fault = model.purge(group, through: state.purged.seq, number: state.purged.number) {
            throw Play<DiskKeeper>.Difference(description: fault)
        }
        try compare()
    }

    private func compare() throws {
        guard let reader = keeper.reader else { return }
        for person in model.people {
            try Glance.lookAtOwnLog(of: person.id, in: model, with: reader)
            for room in model.rooms.values {
                try Glance(model: model, room: room, user: person.id).lookAtWhole(with: reader)
            }
        }
    }
}
