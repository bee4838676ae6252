import Base
import Channels
import TestSupport

/// Random commands of three users, and a ledger's answers to them.
struct Talk {
    private var commands: RandomCommands

    init(seed: UInt64) { commands = RandomCommands(seed: seed, users: [Shelf.ann, Shelf.bob, Shelf.cat]) }

    mutating func next(_ count: Int) -> [Proposal] { (0..<count).map { _ in commands.next() } }

    /// Has the proposals decided, a few to a transaction, by a new ledger: whatever it knows, it has from the store.
    func hold<Store: ChannelStore>(
        _ proposals: [Proposal], over store: inout Store
    ) throws(StoreFailure) -> [Decision] {
        var limits = Limits()
        limits.areRatesLimited = false
        var ledger = Ledger(store: store, limits: limits)
        var decisions: [Decision] = []
        for (index, proposal) in proposals.enumerated() {
            if index % 7 == 0 { try ledger.store.begin() }
            decisions.append(
                try ledger.decide(
                    proposal, at: Timestamp(milliseconds: Shelf.start.milliseconds + Int64(decisions.count))
                )
                .comparable)
            if index % 7 == 6 || index == proposals.count - 1 { try ledger.store.commit() }
        }
        store = ledger.store
        return decisions
    }
}
