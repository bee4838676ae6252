public import Base

/// Where it is kept what users prove besides their password.
public protocol SecondFactors: Sendable {
    /// `nil` for a user who has none and has begun none.
    func factor(of user: UserID) async throws(AccountFailure) -> SecondFactor?

    /// Keeps a salt that is not asked for yet; false when the user has an active factor.
    func begin(_ user: UserID, salt: [UInt8]) async throws(AccountFailure) -> Bool

    /// Has the factor asked for from now on, if the user has shown that it works.
    /// - Parameter recovery: what is kept of the recovery codes.
    func confirm(
        _ user: UserID, shown: ShownFactor, recovery: [[UInt8]], by cause: Cause
    ) async throws(AccountFailure) -> FactorOutcome

    /// Takes the factor away from a user who has shown it.
    func remove(_ user: UserID, shown: ShownFactor, by cause: Cause) async throws(AccountFailure) -> FactorOutcome

    /// Spends the token of a login that owes the second factor, if the factor is shown. A wrong one counts against the
    /// token and against the user.
    func redeem(
        token hash: [UInt8], shown: ShownFactor, by cause: Cause
    ) async throws(AccountFailure) -> FactorOutcome

    /// Notes that the user of a login has shown once more who they are. Where a factor is active, it has to be shown;
    /// where none is, the password is enough. `.none` for a login that stands no more.
    func confirm(
        login: LoginID, of user: UserID, shown: ShownFactor, by cause: Cause
    ) async throws(AccountFailure) -> FactorOutcome
}

/// What is kept of a user's second factor.
public struct SecondFactor: Sendable, Equatable {
    public var salt: [UInt8]
    public var isActive: Bool
    /// The last step whose code was used.
    public var spentStep: Int64

    public init(salt: [UInt8], isActive: Bool, spentStep: Int64) {
        self.salt = salt
        self.isActive = isActive
        self.spentStep = spentStep
    }
}

/// What somebody showed, compared with what is kept as far as that is possible without the store.
public enum ShownFactor: Sendable, Equatable {
    /// The code of this step.
    case step(Int64)
    /// The hash of what may be one of the recovery codes.
    case recovery([UInt8])
    /// The password, which has been found right; good for taking the factor away, never in its place for coming in.
    case password
    /// Nothing that could be right.
    case wrong
}

public enum FactorOutcome: Sendable, Equatable {
    case passed
    case wrong
    /// There is nothing to show it for: no factor, or no token that stands.
    case none
    /// Too many were wrong: seconds to wait.
    case locked(Int64)
}
