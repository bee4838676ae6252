internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor
internal import Telemetry

/// The thread that owns the only writing connection. It takes everything that gathered while its last commit ran,
/// decides it in order, writes it in one transaction, and tells of it when that is on disk.
final class Committer: Journal, Sendable {
    enum Letter: Sendable {
        case proposal(Proposal, Origin)
        case transaction(PendingTransaction)
        case limits(Limits)
        case hold(CheckpointHold)
        case stop
    }

    /// Who waits for a proposal's outcome.
    enum Origin: Sendable {
        case session(SessionAddress)
        case caller(CheckedContinuation<Result<Outcome, Rejection>, Never>)
    }

    private let mailbox: Mailbox<Letter>

    init(capacity: Int) throws(SystemError) { mailbox = try Mailbox(capacity: capacity) }

    /// Letters that wait to be taken out.
    var waitingCount: Int { mailbox.count }

    // MARK: Handing over

    func submit(_ proposal: Proposal, from address: SessionAddress) -> Bool {
        mailbox.offer(.proposal(proposal, .session(address)))
    }

    func commit(_ proposal: Proposal) async -> Result<Outcome, Rejection> {
        await withCheckedContinuation { continuation in
            if !mailbox.offer(.proposal(proposal, .caller(continuation))) {
                continuation.resume(returning: .failure(.overloaded))
            }
        }
    }

    /// Runs `body` inside the next batch's transaction and returns its value after the commit. What `body` throws fails
    /// the whole batch, so it must look before it writes.
    func transact<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Value
    ) async -> Result<Value, TransactionFailure> {
        await withCheckedContinuation { continuation in
            let pending = PendingTransaction(body: body, continuation: continuation)
            if !mailbox.offer(.transaction(pending)) { continuation.resume(returning: .failure(.overloaded)) }
        }
    }

    /// Has the data file hold everything that is committed by then, and stand still.
    /// - Returns: who has to let go of it; `nil` when nothing comes of it, because readers do not let go of the log.
    func hold() async -> CheckpointHold? {
        let slot = Guarded<CheckpointHold?>(nil)
        let isHeld = await withCheckedContinuation { continuation in
            let hold = CheckpointHold { continuation.resume(returning: $0) }
            slot.withLock { $0 = hold }
            if !mailbox.offer(.hold(hold)) { hold.settle(false) }
        }
        return isHeld ? slot.withLock { $0 } : nil
    }

    /// Has what comes from now on held to other bounds.
    func renew(_ limits: Limits) { mailbox.post(.limits(limits)) }

    /// Commits what has been handed over, indexes it and ends the thread.
    func stop() { mailbox.post(.stop) }

    // MARK: The thread

    /// `EX_IOERR` of sysexits.h.
    private static let brokenStoreStatus: CInt = 74

    /// The committer's work, to be done by one thread.
    func turns(_ pass: consuming CommitPass, time: TimeSource, pace: CommitterTurns.Pace = .usual) -> CommitterTurns {
        CommitterTurns(mailbox, pass, time: time, pace: pace)
    }

    func run(_ turns: consuming CommitterTurns, log: Logger) {
        var turns = turns
        do throws(StoreFailure) {
            while try turns.take(waiting: { mailbox.wait(milliseconds: $0) }) {}
        } catch {
            // What became of the transaction is unknown. Trying again could lose what a former commit promised, because
            // the kernel forgets pages that it failed to write. A restart reads what is really there.
            log.error("the data cannot be written; stopping", ["why": "\(error)"])
            _exit(Self.brokenStoreStatus)
        }
    }
}

/// What a transaction on the committer's thread may do.
struct Transaction {
    let database: Database
    let chain: AuditChain
    let now: Timestamp
    /// What the event loops are told when the batch is on disk.
    var announcements: [Announcement] = []
    /// Who is woken then.
    var rings: Set<Bells.Bell> = []
    /// What the ledger decides right behind this, in the same transaction.
    var commands: [Proposal] = []
    /// What is done when it is on disk, before whoever waits for it goes on.
    var afterwards: [@Sendable () -> Void] = []
    /// Something was taken away that is not to be found in the write-ahead log either.
    var hasErased = false
}

/// Why a transaction's value is not there.
enum TransactionFailure: Error {
    case overloaded
    case full
}

/// A transaction that waits for its turn, and the caller that waits for it.
struct PendingTransaction: Sendable {
    /// Runs the body; the value it returns tells the caller how it ended, once that is certain.
    let run: @Sendable (inout Transaction) throws(StoreFailure) -> @Sendable () -> Void
    let refuse: @Sendable (TransactionFailure) -> Void

    init<Value: Sendable>(
        body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Value,
        continuation: CheckedContinuation<Result<Value, TransactionFailure>, Never>
    ) {
        run = { transaction throws(StoreFailure) in
            let value = try body(&transaction)
            return { continuation.resume(returning: .success(value)) }
        }
        refuse = { continuation.resume(returning: .failure($0)) }
    }
}
