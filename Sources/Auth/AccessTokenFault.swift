/// Why an access token is refused. To clients all of them are one answer; the difference is for logs and tests.
public enum AccessTokenFault: Error, Equatable, Sendable {
    /// It has not the form that this server writes, or a header that this server obeys none of.
    case malformed
    /// It names a key that is none of ours, or none although there are several.
    case unknownKey
    /// It was not signed with its key, or has been changed since.
    case badSignature
    case expired
    case notYetValid
    case wrongIssuer
    case wrongAudience
}
