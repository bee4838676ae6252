/// What an imported user will prove themselves with.
public enum ImportedCredential: Sendable {
    /// Nothing: the user sets a password later, or logs in by other means.
    case none
    /// A password in plain text, to be hashed before it is stored.
    case password(Secret)
    /// A hash made by this server or by another one of the same kind.
    case hash(PasswordHash)
}
