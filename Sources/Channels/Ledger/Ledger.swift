public import Base

/// Decides commands one after another, and keeps in memory what the next decision needs. Order, numbers and retries
/// need no locks here, because there is nobody to race with.
public struct Ledger<Store: ChannelStore> {
    public var store: Store
    /// May be changed between two proposals.
    public var limits: Limits
    #if DEBUG
        public var planted: PlantedFault?
    #endif
    var channels: [ChannelID: Loaded] = [:]
    var memberships: [UserID: [ChannelID]] = [:]
    var personalHeads: [UserID: ChannelHead] = [:]
    var users: [UserID: UserCard] = [:]
    private var sendRates: [UserID: TokenBucket] = [:]
    private var joinRates: [UserID: TokenBucket] = [:]
    /// The last channel that was looked at for what is too old, and when to look again.
    var sweep = Sweep()
    var book = NotificationBook()

    public init(store: Store, limits: Limits) {
        self.store = store
        self.limits = limits
    }

    /// Decides one command and hands what has changed to the store's open transaction.
    public mutating func decide(_ proposal: Proposal, at now: Timestamp) throws(StoreFailure) -> Decision {
        try answer { ledger throws(Interruption) in try ledger.decision(on: proposal, at: now) }
    }

    /// Tells in a decision why another one ended early.
    mutating func answer(
        _ body: (inout Ledger) throws(Interruption) -> Decision
    ) throws(StoreFailure) -> Decision {
        do throws(Interruption) {
            return try body(&self)
        } catch {
            switch error {
            case .rejected(let rejection): return Decision(refused: rejection)
            case .failed(let failure) where failure.isOfReading: return Decision(refused: Rejection(lacking: failure))
            case .failed(let failure): throw failure
            }
        }
    }

    /// Forgets everything: after a failed transaction memory must not run ahead of the disk.
    public mutating func forget() {
        channels.removeAll()
        memberships.removeAll()
        personalHeads.removeAll()
        users.removeAll()
        book.rolledBack()
    }

    /// Keeps memory within its bound. Called between transactions; whatever goes is read again when it is wanted.
    public mutating func trim(at now: Timestamp) {
        let most = limits.channelsInMemoryMax
        if channels.count > most || users.count > most || memberships.count > most || personalHeads.count > most {
            forget()
        }
        if sendRates.count > most {
            let window = limits.sendWindowMilliseconds
            sendRates = sendRates.filter { !$0.value.isForgotten(windowMilliseconds: window, at: now.milliseconds) }
        }
        if joinRates.count > most {
            let window = limits.newMembersWindowMilliseconds
            joinRates = joinRates.filter { !$0.value.isForgotten(windowMilliseconds: window, at: now.milliseconds) }
        }
    }

    private mutating func decision(
        on proposal: Proposal, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let user = proposal.user, authority = proposal.authority
        return switch proposal.command {
        case .sendMessage(let send): try decide(send, by: user, at: now)
        case .markRead(let mark): try decide(mark, by: user)
        case .editMessage(let edit): try decide(edit, by: user, at: now)
        case .deleteMessages(let delete): try decide(delete, by: user, as: authority, at: now)
        case .forwardMessage(let forward): try decide(forward, by: user, at: now)
        case .react(let react): try decide(react, by: user, at: now)
        case .pinMessage(let pin): try decide(pin, by: user, at: now)
        case .reportMessage(let report): try decide(report, by: user, at: now)
        case .openDirect(let open): try decide(open, by: user, at: now)
        case .createChannel(let create): try decide(create, by: user, at: now)
        case .updateChannel(let update): try decide(update, by: user, as: authority, at: now)
        case .deleteChannel(let id): try deleteChannel(id, by: user, as: authority, at: now)
        case .joinChannel(let join): try decide(join, by: user, at: now)
        case .addMember(let add): try decide(add, by: user, at: now)
        case .changeRole(let change): try decide(change, by: user, at: now)
        case .removeMember(let remove): try decide(remove, by: user, as: authority, at: now)
        case .leaveChannel(let id):
            try decide(RemoveMember(channel: id, user: user), by: user, as: .member, at: now)
        case .createInvite(let create): try decide(create, by: user, at: now)
        case .revokeInvite(let channel, let id): try revokeInvite(id, of: channel, by: user)
        case .setNotifications(let wishes): try decide(wishes, by: user)
        case .block(let other, let isBlocked): try block(other, isBlocked, by: user, at: now)
        case .userChanged(let user): userChanged(user)
        case .eraseUser(let erase): try decide(erase, at: now)
        case .tellUser(let tell): try decide(tell, to: user, at: now)
        case .notify(let new): try decide(new, at: now)
        case .leadChannel(let lead): try decide(lead, by: user, at: now)
        case .readNotifications(let which): try decide(which, of: user, at: now)
        case .catchUpNotifications: try catchUp(user, at: now)
        case .attend(let attend): try decide(attend, by: user)
        case .listChannels: Decision(.listed(try summaries(for: user)))
        case .listMembers(let id): Decision(.members(try members(of: id, for: user)))
        case .describeChannel(let id): try describe(id, for: user)
        case .listInvites(let id): try listInvites(of: id, for: user)
        case .listBlocked: Decision(.users(try stored { store throws(StoreFailure) in try store.blocked(by: user) }))
        case .compareMembers(let id): try compareMembers(of: id, for: user)
        case .listReaders(let id, let number): try readers(of: number, in: id, for: user)
        }
    }

    // MARK: Rates

    mutating func takeSendToken(of user: UserID, at now: Timestamp) throws(Interruption) {
        guard limits.areRatesLimited else { return }
        let capacity = limits.sendCountMax, window = limits.sendWindowMilliseconds
        let wait = sendRates[
            user, default: TokenBucket(capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        ]
        .take(capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        guard let wait else { return }
        let rule = "\(capacity) messages per \(window / 1_000) s"
        throw .rejected(Rejection(.rateLimited, rule, retryAfterMilliseconds: wait))
    }

    /// A new channel costs as much as it has members: each of them is told, and written down.
    mutating func takeJoinTokens(_ count: Int, of user: UserID, at now: Timestamp) throws(Interruption) {
        guard limits.areRatesLimited else { return }
        let capacity = limits.newMembersMax, window = limits.newMembersWindowMilliseconds
        let wait = joinRates[
            user, default: TokenBucket(capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        ]
        .take(count, capacity: capacity, windowMilliseconds: window, at: now.milliseconds)
        guard let wait else { return }
        let rule = "\(capacity) new members in all per \(window / 1_000) s"
        throw .rejected(Rejection(.rateLimited, rule, retryAfterMilliseconds: wait))
    }

    // MARK: Ways out

    mutating func stored<Value>(
        _ body: (inout Store) throws(StoreFailure) -> Value
    ) throws(Interruption) -> Value {
        do throws(StoreFailure) { return try body(&store) } catch { throw .failed(error) }
    }

    @discardableResult func allowed<Value>(_ body: () throws(Rejection) -> Value) throws(Interruption) -> Value {
        do throws(Rejection) { return try body() } catch { throw .rejected(error) }
    }
}

/// A channel in memory, changed in place: a copy for each message would cost as much as the channel has members.
final class Loaded {
    var state: ChannelState

    init(_ state: ChannelState) { self.state = state }
}

/// Why a decision ended early: the user may not, or the machine could not.
enum Interruption: Error {
    case rejected(Rejection)
    case failed(StoreFailure)
}
