public import Base

/// A key that signs this server's tokens.
public struct SigningKey: Sendable {
    /// What tokens call it (`kid`).
    public let id: String
    public let verifying: VerifyingKey

    public var algorithm: SigningAlgorithm { verifying.algorithm }

    /// A new one, from the system's randomness.
    public static func make(_ algorithm: SigningAlgorithm, random: inout RandomSource) -> SigningKey {
        guard let pair = KeyPair.make(algorithm) else {
            return SigningKey(checked: random.bytes(AccessTokenSigner.keyBytesMin))
        }
        return SigningKey(pair)
    }

    /// HS256 with a secret of 32 bytes or more.
    public init(secret: [UInt8]) throws(WeakKey) {
        guard secret.count >= AccessTokenSigner.keyBytesMin else {
            throw WeakKey(byteCount: secret.count, bytesMin: AccessTokenSigner.keyBytesMin)
        }
        self.init(checked: secret)
    }

    /// As `privateBytes` gave it; `nil` when these are no such key.
    public init?(_ algorithm: SigningAlgorithm, privateBytes: [UInt8]) {
        if algorithm == .hs256 {
            guard privateBytes.count >= AccessTokenSigner.keyBytesMin else { return nil }
            self.init(checked: privateBytes)
        } else {
            guard let pair = KeyPair(privateBytes: privateBytes), pair.algorithm == algorithm else { return nil }
            self.init(pair)
        }
    }

    /// A secret has no thumbprint that may be told. What names it is derived so that it says nothing of it, and is the
    /// same whenever the same secret is given.
    private init(checked secret: [UInt8]) {
        let key = Secret(secret)
        id = Base64.encodeURLSafe(Digest.hmacSHA256(key: key, "confab: the name of this key".utf8).prefix(12))
        verifying = VerifyingKey(id: id, algorithm: .hs256, material: .secret(key))
    }

    private init(_ pair: KeyPair) {
        id = pair.publicKey.thumbprint
        verifying = VerifyingKey(id: id, algorithm: pair.algorithm, material: .pair(pair))
    }

    /// What has to be kept to have the key again.
    public var privateBytes: [UInt8] {
        switch verifying.material {
        case .secret(let secret): secret.withBytes { Array($0) }
        case .pair(let pair): pair.privateBytes
        }
    }

    public func sign(_ message: [UInt8]) -> [UInt8] {
        switch verifying.material {
        case .secret(let secret): Digest.hmacSHA256(key: secret, message)
        case .pair(let pair): pair.sign(message)
        }
    }
}
