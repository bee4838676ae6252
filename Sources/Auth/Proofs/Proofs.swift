public import Base

/// Where one-time proofs are kept, and what they are exchanged for. Each is redeemed in one step with what it is good
/// for: of many tries at once one wins.
public protocol Proofs: Sendable {
    /// Keeps a proof, and lets older ones of its kind and target die. Nothing is kept when it is too soon.
    /// - Parameter rate: `nil` where nothing is sent.
    func ask(_ new: NewProof, rate: ProofRate?, by cause: Cause) async throws(AccountFailure) -> Asked

    /// The proof of this token, if it stands. Looking does not spend it.
    func find(_ kind: ProofKind, token hash: [UInt8]) async throws(AccountFailure) -> Proof?

    /// Spends the proof of this token; `nil` unless it stood.
    func redeem(_ kind: ProofKind, token hash: [UInt8]) async throws(AccountFailure) -> Proof?

    /// Marks something as used for ever, for as long as anybody could use it again; false when it has been before.
    func useOnce(_ kind: ProofKind, token hash: [UInt8]) async throws(AccountFailure) -> Bool

    /// Spends a link that went to an e-mail address, and has the address verified; `nil` unless it stood and the
    /// account still has the address.
    func verifyEmail(token hash: [UInt8], by cause: Cause) async throws(AccountFailure) -> UserID?

    /// Spends a code that went to a phone. Who has the number logs in with it, and its number is verified; with
    /// `newcomer` an account is made where nobody has it.
    ///
    /// An account whose number was never verified may be that of somebody who only wrote it there. If nothing else of
    /// it is verified, it becomes the phone's owner's: its password, e-mail address and logins end. If its e-mail
    /// address is, only the number is taken from it. Nothing of this where the account itself asks.
    /// - Parameter bearer: who is logged in while doing it.
    func redeemPhoneCode(
        _ hash: [UInt8], phone: PhoneNumber, bearer: UserID?, newcomer: NewAccount?, by cause: Cause
    ) async throws(AccountFailure) -> PhoneOutcome

    /// Spends a link and sets a new password, verifies the address that the link went to, and ends all logins of the
    /// user; `nil` unless the link stood and the account still has the address.
    func resetPassword(
        token hash: [UInt8], to password: PasswordHash, by cause: Cause
    ) async throws(AccountFailure) -> Account?

    /// Sets a password and ends all logins of the user but one. `.notFound` when the user's hash is not `old` any more.
    func setPassword(
        of user: UserID, from old: PasswordHash?, to password: PasswordHash, keeping login: LoginID, by cause: Cause
    ) async throws(AccountFailure)

    /// The account with what its password is checked against.
    func stored(_ user: UserID) async throws(AccountFailure) -> StoredAccount?
}

/// Whether a proof may be sent.
public enum Asked: Sendable, Equatable {
    case kept
    /// Seconds to wait.
    case tooSoon(Int64)
}

public enum PhoneOutcome: Sendable, Equatable {
    case known(Account)
    case new(Account)
    /// The code is right, but nobody has the number and no account is to be made.
    case nobody
    /// Wrong, spent, too late, or never sent.
    case wrong
}
