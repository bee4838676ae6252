/// Why a provider's ID token is refused. To clients all of them are one answer; the difference is for logs and tests.
public enum IDTokenFault: Error, Equatable, Sendable {
    case malformed
    case unsupportedAlgorithm
    /// None of the keys that are known has signed it so; newer ones may be asked for.
    case unknownKey
    case badSignature
    case wrongIssuer
    case wrongAudience
    case wrongAuthorizedParty
    case wrongNonce
    case expired
    case notYetValid
}
