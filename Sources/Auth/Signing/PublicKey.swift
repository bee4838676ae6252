internal import Base

/// The half of a key that may be published, as JSON Web Keys have it (RFC 7517, RFC 7518 section 6, RFC 8037 section
/// 2).
public enum PublicKey: Sendable, Equatable {
    case ed25519(x: [UInt8])
    case p256(x: [UInt8], y: [UInt8])
    case rsa(n: [UInt8], e: [UInt8])

    /// Characters of one of its numbers: more than the largest key has.
    private static let numberCharactersMax = 2_048

    /// `nil` for a kind that is none of ours, and for one that gives a private half away.
    init?(jwk: JSONElement) {
        func bytes(_ name: StaticString) -> [UInt8]? {
            jwk[name]?.utf8.flatMap { $0.count <= Self.numberCharactersMax ? Base64.decodeURLSafe($0) : nil }
        }
        guard let kind = jwk["kty"], jwk["d"] == nil, jwk["k"] == nil else { return nil }
        if kind.isString("OKP"), jwk["crv"]?.isString("Ed25519") == true, let x = bytes("x") {
            self = .ed25519(x: x)
        } else if kind.isString("EC"), jwk["crv"]?.isString("P-256") == true, let x = bytes("x"), let y = bytes("y") {
            self = .p256(x: x, y: y)
        } else if kind.isString("RSA"), jwk["crv"] == nil, let n = bytes("n"), n.first != 0, let e = bytes("e") {
            // RFC 7518 section 2, Base64urlUInt: a number begins with no zero.
            self = .rsa(n: n, e: e)
        } else {
            return nil
        }
    }

    /// What names the key, the same for everybody: RFC 7638.
    public var thumbprint: String {
        Base64.encodeURLSafe(Digest.sha256(JSONWriter.object { json in writeMembers(to: &json) }))
    }

    /// The members that make it what it is, in the order of RFC 7638 section 3.2.
    func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .ed25519(let x):
            json.member("crv", "Ed25519")
            json.member("kty", "OKP")
            json.member("x", Base64.encodeURLSafe(x))
        case .p256(let x, let y):
            json.member("crv", "P-256")
            json.member("kty", "EC")
            json.member("x", Base64.encodeURLSafe(x))
            json.member("y", Base64.encodeURLSafe(y))
        case .rsa(let n, let e):
            json.member("e", Base64.encodeURLSafe(e))
            json.member("kty", "RSA")
            json.member("n", Base64.encodeURLSafe(n))
        }
    }
}
