public import Base

/// A user as another system knows them: who says so, and what it calls them.
public struct Identity: Sendable, Hashable {
    /// `mint` for products that have tokens made, the `iss` of a trusted issuer's tokens, or a provider's name.
    public var issuer: String
    /// 1 to `subjectBytesMax` bytes, compared byte by byte.
    public var subject: String

    public static let subjectBytesMax = 255
    public static let minted = "mint"

    /// `nil` for a subject that is empty or too long.
    public init?(issuer: String, subject: String) {
        guard (1...Self.subjectBytesMax).contains(subject.utf8.count) else { return nil }
        self.issuer = issuer
        self.subject = subject
    }
}

/// What a trusted token opens: a login that ends like every other.
public struct ForeignLogin: Sendable, Equatable {
    public var id: LoginID
    public var expiresAt: Timestamp
    /// What the user sees among their devices.
    public var device: String
    /// When the user showed the issuer who they are.
    public var provenAt: Timestamp

    public init(id: LoginID, expiresAt: Timestamp, device: String, provenAt: Timestamp) {
        self.id = id
        self.expiresAt = expiresAt
        self.provenAt = provenAt
        self.device = device
    }
}

/// What became of a trusted token.
public enum ForeignAdmission: Sendable, Equatable {
    case admitted(Account)
    /// Its login has been ended here, whatever its issuer thinks of it.
    case ended
    case blocked
}

/// Where it is kept whom other systems' users are here. What changes anything returns only when it is durable.
public protocol ForeignUsers: Sendable {
    /// The user of an identity, made of `new` when there is none yet. `.taken` when one of the names of `new` is
    /// another's.
    func account(of identity: Identity, orMaking new: NewAccount, by cause: Cause) async throws(AccountFailure)
        -> Account

    /// The same for who comes with a token: its login is opened when it has not been before. A username that is taken
    /// is left out.
    func admit(
        _ identity: Identity, orMaking new: NewAccount, by login: ForeignLogin, at now: Timestamp
    ) async throws(AccountFailure) -> ForeignAdmission
}
