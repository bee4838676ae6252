public import Base

/// What somebody can be asked to prove, once and for a short time.
public enum ProofKind: String, Sendable, CaseIterable {
    /// That they read mail at an address: a link.
    case emailVerification = "email_verification"
    /// The same, to choose a new password: a link.
    case passwordReset = "password_reset"
    /// That they have a phone: a code.
    case phoneCode = "phone_code"
    /// That they have just proven one thing, and owe the second factor: a token.
    case secondFactor = "second_factor"
    /// That it was their browser that came back from a provider: a token.
    case providerLogin = "provider_login"
    /// A browser's way to a provider that has been gone once, and is not gone again.
    case providerState = "provider_state"

    /// Seconds for which it is good.
    public var seconds: Int64 {
        switch self {
        case .emailVerification: 86_400
        case .passwordReset: 3_600
        case .phoneCode, .secondFactor: 300
        case .providerLogin: 60
        case .providerState: 600
        }
    }

    /// Wrong answers after which it is good no more.
    public static let attemptsMax = 5
}

/// A proof to be asked for.
public struct NewProof: Sendable {
    public var kind: ProofKind
    /// Whose it will be; `nil` where that is only known later, or where there is nobody: such a proof is never good for
    /// anything, and is kept all the same so that nobody can tell.
    public var user: UserID?
    /// Where it is sent, or whose it is: an older one of this kind and target dies.
    public var target: String
    /// What is kept of it.
    public var hash: [UInt8]
    /// What has to be known when it is redeemed; never a secret.
    public var detail: String?

    public init(_ kind: ProofKind, user: UserID?, target: String, hash: [UInt8], detail: String? = nil) {
        self.kind = kind
        self.user = user
        self.target = target
        self.hash = hash
        self.detail = detail
    }
}

/// A proof that stands.
public struct Proof: Sendable, Equatable {
    public var user: UserID
    public var target: String
    public var detail: String?

    public init(user: UserID, target: String, detail: String?) {
        self.user = user
        self.target = target
        self.detail = detail
    }
}
