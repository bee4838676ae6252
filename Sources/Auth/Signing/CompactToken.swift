internal import Base

/// A signed token in compact form, taken apart and not yet believed (RFC 7515 section 7.1).
struct CompactToken {
    /// Bytes of a `kid` that is looked at.
    static let keyIDBytesMax = 128
    private static let partCount = 3

    let algorithm: SigningAlgorithm
    /// What the signer calls the key. It chooses among keys that are known, and is used for nothing else.
    let keyID: String?
    let payload: [UInt8]
    private let signed: ArraySlice<UInt8>
    private let signature: [UInt8]

    /// `nil` for whatever has not the form, and for a header that asks for what is never done here.
    /// - Parameter types: what `typ` may be when it is there.
    init?(
        _ token: String, types: [StaticString] = ["JWT"], bytesMax: Int = AccessTokenSigner.tokenBytesMax
    ) {
        guard token.utf8.count <= bytesMax else { return nil }
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == Self.partCount, let head = Base64.decodeURLSafe(parts[0]),
            let header = try? JSONDocument(parsing: head).root, header.isObject,
            let algorithm = header["alg"]?.string.flatMap({ SigningAlgorithm(rawValue: $0) }),
            header["typ"].map({ type in types.contains { type.isString($0) } }) ?? true,
            !header.members.contains(where: { Self.refusedMembers.contains($0.name) }),
            let payload = Base64.decodeURLSafe(parts[1]), let signature = Base64.decodeURLSafe(parts[2])
        else { return nil }
        if let keyID = header["kid"] {
            guard let text = keyID.string, (1...Self.keyIDBytesMax).contains(text.utf8.count) else { return nil }
            self.keyID = text
        } else {
            keyID = nil
        }
        self.algorithm = algorithm
        self.payload = payload
        self.signature = signature
        signed = bytes[..<parts[1].endIndex]
    }

    /// Members that would change how the rest is read, or where the key comes from (RFC 8725 sections 3.1 and 3.10).
    private static let refusedMembers: Set = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"]

    /// Whether the key has signed it. A key is never used with another algorithm than its own.
    func isSigned(by key: VerifyingKey) -> Bool {
        key.algorithm == algorithm && key.isRight(signature, over: signed)
    }

    static func make(payload: [UInt8], signedBy key: SigningKey) -> String {
        let header = JSONWriter.object { json in
            json.member("alg", key.algorithm.rawValue)
            json.member("typ", "JWT")
            json.member("kid", key.id)
        }
        let signed = "\(Base64.encodeURLSafe(header)).\(Base64.encodeURLSafe(payload))"
        return "\(signed).\(Base64.encodeURLSafe(key.sign(Array(signed.utf8))))"
    }
}
