public import Base

/// A token by which this server says to another one who it is: what VAPID (RFC 8292), APNs and Google's OAuth
/// (RFC 7523) have in common. One is good for many requests and is kept as long.
public enum ServiceToken {
    /// A JSON Web Token in its compact form (RFC 7515 section 7.1).
    /// - Parameter keyID: as the other server knows the key; left out where it knows one only.
    public static func make(
        by key: SigningKey, keyID: String? = nil, _ claims: (inout JSONWriter) -> Void
    ) -> String {
        let header = JSONWriter.object { json in
            json.member("typ", "JWT")
            json.member("alg", key.algorithm.rawValue)
            if let keyID { json.member("kid", keyID) }
        }
        let signed = Base64.encodeURLSafe(header) + "." + Base64.encodeURLSafe(JSONWriter.object(claims))
        return signed + "." + Base64.encodeURLSafe(key.sign(Array(signed.utf8)))
    }
}

extension SigningKey {
    /// A private key as services hand them out: PKCS #8 in PEM (RFC 7468 section 10). `nil` when it is none of this
    /// kind.
    public init?(_ algorithm: SigningAlgorithm, pem: String) {
        let lines = pem.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace } }
        guard let begin = lines.firstIndex(of: "-----BEGINPRIVATEKEY-----"),
            let end = lines.firstIndex(of: "-----ENDPRIVATEKEY-----"), begin < end,
            let bytes = Base64.decode(Array(lines[(begin + 1)..<end].joined().utf8))
        else { return nil }
        self.init(algorithm, privateBytes: bytes)
    }

    /// The public half as a point, for browsers; empty for other keys than those of P-256.
    public var publicPoint: [UInt8] {
        if case .pair(let pair) = verifying.material { pair.publicKey.point } else { [] }
    }
}
