public import Auth
public import Base

/// What the ways in need of the server: where proofs are kept, and what short codes are kept under.
public struct WaysIn: Sendable {
    public var proofs: any Proofs
    public var secondFactors: any SecondFactors
    public var invitations: any Invitations
    public var identities: any Identities
    public var key: ProofKey
    /// Those of the providers.
    public var publishedKeys: PublishedKeys
    /// Who waits before their next password is looked at.
    let waits: LoginWaits

    public init(
        proofs: any Proofs, secondFactors: any SecondFactors, invitations: any Invitations,
        identities: any Identities, key: ProofKey, publishedKeys: PublishedKeys, limits: Limits
    ) {
        self.proofs = proofs
        self.secondFactors = secondFactors
        self.invitations = invitations
        self.identities = identities
        self.key = key
        self.publishedKeys = publishedKeys
        waits = LoginWaits(limits)
    }
}

/// What an operator may choose about them.
public struct WaysInSettings: Sendable {
    /// Who may make an account.
    public enum Registration: String, Sendable { case open, invite, closed }

    public var registration: Registration
    /// Whether an account's e-mail address has to be verified before it may log in.
    public var requiresVerification: Bool
    public var passwordRule: PasswordRule
    /// Where people reach this server, such as `https://chat.example.org`: what links begin with.
    public var publicURL: String
    public var providers: [IdentityProvider]
    /// The directory in which an operator may put texts of letters; there need not be one.
    public var templates: String

    public init(
        registration: Registration = .open, requiresVerification: Bool = false,
        passwordRule: PasswordRule = .standard, publicURL: String, providers: [IdentityProvider] = [],
        templates: String = ""
    ) {
        self.registration = registration
        self.requiresVerification = requiresVerification
        self.passwordRule = passwordRule
        self.publicURL = publicURL
        self.providers = providers
        self.templates = templates
    }
}

extension Services {
    /// Whether this account has to verify its e-mail address before it may log in. An account without one has nothing
    /// to verify; who is reached by a verified phone has verified enough.
    func owesVerification(_ account: Account) -> Bool {
        requiresVerification && account.email != nil && !account.isVerified && account.role != .superuser
    }

    var requiresVerification: Bool { settings.waysIn.requiresVerification }

    /// `nil` where the rates are let go.
    func rate(of kind: ProofKind) -> ProofRate? {
        settings.limits.areRatesLimited ? ProofRate(settings.limits, kind) : nil
    }
}
