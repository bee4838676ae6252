/// Why a token is refused, whoever made it. To clients all of them are one answer; the difference is for logs and
/// tests.
public enum TokenFault: Error, Equatable, Sendable {
    /// It has not the form of a token, or a header that this server obeys none of.
    case malformed
    /// It names a key that is none of its maker's, or none although there are several.
    case unknownKey
    /// It was not signed with its key, or has been changed since.
    case badSignature
    case expired
    case notYetValid
    case wrongIssuer
    case wrongAudience
    /// It was given to another party (`azp`), or is for several and names none.
    case wrongAuthorizedParty
    /// It says another `nonce` than it was asked to, or one that nobody asked for.
    case wrongNonce
}
