/// Why a password could not be hashed or checked.
public enum PasswordHashError: Error, Equatable, Sendable {
    /// The cost is outside what this server agrees to pay (`PasswordHash.Cost.isPayable`).
    case costOutOfRange
    /// OpenSSL could not do it, in practice because memory was short.
    case derivationFailed
}
