import Base
import Channels

/// Random commands of three users, and a ledger's answers to them.
struct Talk {
    private var random: RandomSource
    private static let users = [Shelf.ann, Shelf.bob, Shelf.cat]

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    mutating func next(_ count: Int) -> [Proposal] {
        (0..<count).map { _ in
            let user = Self.users.randomElement(using: &random) ?? Shelf.ann
            return Proposal(user: user, command: command(by: user))
        }
    }

    private mutating func command(by user: UserID) -> Command {
        let peer = Self.users.filter { $0 != user }.randomElement(using: &random) ?? Shelf.ann
        let group = ChannelState.group(Int64.random(in: 1...3, using: &random))
        let channel = Bool.random(using: &random) ? ChannelState.direct(user, peer) : group
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .openDirect(OpenDirect(peer: .id(peer)))
        case 1: return .createChannel(CreateChannel(name: "group", members: [peer]))
        case 2, 3:
            return .markRead(MarkRead(channel: channel, messageNumber: .random(in: 0..<60, using: &random)))
        case 4: return .listChannels
        case 5: return .listMembers(channel)
        case 6: return .attend(Attend(login: Shelf.openLogin, session: SessionID(high: 1, low: 1)))
        default:
            let name = "\(Int.random(in: 0..<40, using: &random))"
            return .sendMessage(
                SendMessage(channel: channel, clientMessageID: ClientMessageID(name), text: Array(name.utf8)))
        }
    }

    /// Has the proposals decided, a few to a transaction, by a new ledger: whatever it knows, it has from the store.
    mutating func hold<Store: ChannelStore>(
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
                    proposal, at: Timestamp(milliseconds: Shelf.start.milliseconds + Int64(decisions.count))))
            if index % 7 == 6 || index == proposals.count - 1 { try ledger.store.commit() }
        }
        store = ledger.store
        return decisions
    }
}
