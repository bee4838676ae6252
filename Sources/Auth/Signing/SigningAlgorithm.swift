/// How a token is signed: those of RFC 7518 section 3.1 and RFC 8037 section 3.1 that this server takes. Each key is
/// for one of them and for no other (RFC 8725 section 3.1).
public enum SigningAlgorithm: String, Sendable, CaseIterable {
    /// HMAC with SHA-256: whoever can check can sign.
    case hs256 = "HS256"
    /// Ed25519.
    case edDSA = "EdDSA"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"

    /// Whether the key that checks is another than the key that signs, and may be published.
    public var isAsymmetric: Bool { self != .hs256 }
}
