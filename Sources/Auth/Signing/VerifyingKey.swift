public import Base

/// What checks the signatures of one key, by one algorithm.
public struct VerifyingKey: Sendable {
    /// What tokens call it (`kid`, RFC 7515 section 4.1.4); `nil` where its owner has not said.
    public let id: String?
    public let algorithm: SigningAlgorithm
    let material: Material

    enum Material: Sendable {
        case secret(Secret)
        case pair(KeyPair)
    }

    init(id: String?, algorithm: SigningAlgorithm, material: Material) {
        self.id = id
        self.algorithm = algorithm
        self.material = material
    }

    /// A shared secret (HS256). RFC 7518 section 3.2: no shorter than the hash.
    public init(id: String? = nil, secret: Secret) throws(WeakKey) {
        guard secret.count >= AccessTokenSigner.keyBytesMin else {
            throw WeakKey(byteCount: secret.count, bytesMin: AccessTokenSigner.keyBytesMin)
        }
        self.init(id: id, algorithm: .hs256, material: .secret(secret))
    }

    /// A published key (RFC 7517); `nil` when it is of no use here: of another kind, for another purpose, for another
    /// algorithm than its kind has, or not a key at all.
    public init?(jwk: JSONElement) {
        guard let key = PublicKey(jwk: jwk), let pair = KeyPair(key) else { return nil }
        if let purpose = jwk["use"], !purpose.isString("sig") { return nil }
        if let algorithm = jwk["alg"], algorithm.string != pair.algorithm.rawValue { return nil }
        if let operations = jwk["key_ops"], !operations.elements.contains(where: { $0.isString("verify") }) {
            return nil
        }
        let id = jwk["kid"]
        if let id, id.string.map({ !(1...CompactToken.keyIDBytesMax).contains($0.utf8.count) }) ?? true { return nil }
        self.init(id: id?.string, algorithm: pair.algorithm, material: .pair(pair))
    }

    public func isRight(_ signature: [UInt8], over message: some Collection<UInt8>) -> Bool {
        switch material {
        case .secret(let secret): Secret(Digest.hmacSHA256(key: secret, message)).matches(signature)
        case .pair(let pair): pair.isRight(signature, over: Array(message))
        }
    }

    /// What may be published of it; `nil` for a shared secret.
    public var publicKey: PublicKey? {
        switch material {
        case .secret: nil
        case .pair(let pair): pair.publicKey
        }
    }
}
