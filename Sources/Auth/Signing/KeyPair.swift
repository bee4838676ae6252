internal import COpenSSL

/// A key of Ed25519, P-256 or RSA, with its private half or without. `@unchecked` is true because the handle is never
/// changed once it is here: OpenSSL lets any number of threads use it then, each with a context of its own.
final class KeyPair: @unchecked Sendable {
    /// Bits of an RSA key; RFC 7518 section 3.3 asks for 2,048 at least, and more than 8,192 is only work.
    static let rsaBits = 2_048...8_192

    let algorithm: SigningAlgorithm
    private let handle: OpaquePointer

    /// Takes the handle over; `nil` when it is no key of an algorithm of ours.
    private init?(owning handle: OpaquePointer?) {
        guard let handle else {
            ERR_clear_error()
            return nil
        }
        self.handle = handle
        if EVP_PKEY_is_a(handle, "ED25519") == 1 {
            algorithm = .edDSA
        } else if EVP_PKEY_is_a(handle, "EC") == 1, Self.groupName(of: handle) == "prime256v1" {
            algorithm = .es256
        } else if EVP_PKEY_is_a(handle, "RSA") == 1, Self.rsaBits.contains(Int(EVP_PKEY_get_bits(handle))) {
            algorithm = .rs256
        } else {
            EVP_PKEY_free(handle)
            return nil
        }
    }

    deinit { EVP_PKEY_free(handle) }

    // MARK: Making

    /// A new pair; `nil` for an algorithm whose key is no pair.
    static func make(_ algorithm: SigningAlgorithm) -> KeyPair? {
        switch algorithm {
        case .hs256: nil
        case .edDSA: KeyPair(owning: confab_make_ed25519())
        case .es256: KeyPair(owning: confab_make_p256())
        case .rs256: KeyPair(owning: confab_make_rsa(rsaBits.lowerBound))
        }
    }

    /// A pair as `privateBytes` gave it.
    convenience init?(privateBytes: [UInt8]) {
        let handle = privateBytes.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &start, bytes.count)
        }
        self.init(owning: handle)
    }

    /// The public half alone.
    convenience init?(_ key: PublicKey) {
        switch key {
        case .ed25519(let x):
            guard x.count == 32 else { return nil }
            self.init(owning: EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, x, x.count))
        case .p256(let x, let y):
            guard x.count == 32, y.count == 32 else { return nil }
            // SEC 1 section 2.3.3: 4 is for a point with both its coordinates.
            let point = [4] + x + y
            self.init(owning: confab_public_p256(point, point.count))
        case .rsa(let n, let e):
            let exponent = e.count <= 8 ? e.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } : 0
            // RFC 8017 section 3.1: odd and at least 3. A long one only makes checking slow.
            guard n.count <= Self.rsaBits.upperBound / 8, exponent >= 3, exponent % 2 == 1, exponent < 1 << 33 else {
                return nil
            }
            self.init(owning: confab_public_rsa(n, n.count, e, e.count))
        }
    }

    /// DER, with the private half (RFC 5958).
    var privateBytes: [UInt8] {
        let count = i2d_PrivateKey(handle, nil)
        precondition(count > 0, "a key pair has a private half")
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
            var start = buffer.baseAddress
            written = Int(max(0, i2d_PrivateKey(handle, &start)))
        }
    }

    var publicKey: PublicKey {
        switch algorithm {
        case .edDSA:
            var bytes = [UInt8](repeating: 0, count: 32), count = 32
            precondition(
                EVP_PKEY_get_raw_public_key(handle, &bytes, &count) == 1 && count == 32, "it has a public half")
            return .ed25519(x: bytes)
        case .es256: return .p256(x: number("qx", width: 32), y: number("qy", width: 32))
        case .rs256, .hs256: return .rsa(n: number("n"), e: number("e"))
        }
    }

    private func number(_ name: String, width: CInt = 0) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.rsaBits.upperBound / 8) { buffer, count in
            count = confab_number_of(handle, name, width, buffer.baseAddress, buffer.count)
        }
        precondition(!bytes.isEmpty, "a key has its numbers")
        return bytes
    }

    private static func groupName(of handle: OpaquePointer) -> String {
        var name = [CChar](repeating: 0, count: 64), count = 0
        guard EVP_PKEY_get_group_name(handle, &name, name.count, &count) == 1 else { return "" }
        return String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: Use

    /// The hash that signing begins with; Ed25519 has its own inside (RFC 8032 section 5.1).
    private var digest: OpaquePointer? { algorithm == .edDSA ? nil : EVP_sha256() }

    /// As tokens have it.
    func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        precondition(
            EVP_DigestSignInit(context, nil, digest, nil, handle) == 1
                && EVP_DigestSign(context, nil, &count, message, message.count) == 1, "a key pair signs")
        var signature = [UInt8](repeating: 0, count: count)
        precondition(EVP_DigestSign(context, &signature, &count, message, message.count) == 1, "a key pair signs")
        signature.removeLast(signature.count - count)
        guard algorithm == .es256 else { return signature }
        guard let plain = ECDSASignature.plain(signature) else { preconditionFailure("ECDSA gives two numbers") }
        return plain
    }

    /// The secret that two keys of P-256 have in common (NIST SP 800-56A section 5.7.1.2): 32 bytes. `nil` for keys of
    /// other kinds.
    func agree(with peer: KeyPair) -> [UInt8]? {
        guard algorithm == .es256, peer.algorithm == .es256 else { return nil }
        let context = EVP_PKEY_CTX_new(handle, nil)
        defer {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        var secret = [UInt8](repeating: 0, count: 32), count = 32
        guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, peer.handle) == 1,
            EVP_PKEY_derive(context, &secret, &count) == 1, count == 32
        else { return nil }
        return secret
    }

    func isRight(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        var given = signature
        if algorithm == .es256 {
            guard let der = ECDSASignature.der(signature) else { return false }
            given = der
        }
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            // What is left there would be taken for a fault of a TLS connection of this thread.
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, digest, nil, handle) == 1
            && EVP_DigestVerify(context, given, given.count, message, message.count) == 1
    }
}
