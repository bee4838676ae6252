public import Base
internal import COpenSSL

/// A public key that others sign with, as RFC 7517 writes it: RSA of 2,048 to 8,192 bits, P-256, or Ed25519. It checks
/// signatures by its own algorithm and by no other.
public struct JSONWebKey: Sendable, Equatable {
    public enum Algorithm: String, Sendable {
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    /// `kid`; at most 256 bytes.
    public let id: String?
    public let algorithm: Algorithm
    /// SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    let encoded: [UInt8]

    static let modulusBytes = 256...1_024
    static let idBytesMax = 256
    /// Keys of a set that are looked at.
    static let setCountMax = 64

    /// `nil` for a kind of key that is not one of the above, for one that is not for signatures, and for one that holds
    /// its private half.
    public init?(_ json: JSONElement) {
        guard json.isObject, json["use"]?.isString("sig") ?? true, json["d"] == nil, json["k"] == nil else {
            return nil
        }
        if let operations = json["key_ops"] {
            guard operations.elements.contains(where: { $0.isString("verify") }) else { return nil }
        }
        id = json["kid"]?.string
        guard id?.utf8.count ?? 0 <= Self.idBytesMax, let kind = json["kty"]?.string else { return nil }
        switch (kind, json["crv"]?.string) {
        case ("RSA", nil):
            guard let modulus = Self.bytes(json["n"]), Self.modulusBytes.contains(modulus.count), modulus[0] >= 0x80,
                let exponent = Self.bytes(json["e"]), (1...8).contains(exponent.count),
                exponent.last.map({ $0 & 1 == 1 }) == true, exponent != [1]
            else { return nil }
            algorithm = .rs256
            encoded = DER.rsaKey(modulus: modulus, exponent: exponent)
        case ("EC", "P-256"?):
            guard let x = Self.bytes(json["x"]), let y = Self.bytes(json["y"]), x.count == 32, y.count == 32 else {
                return nil
            }
            algorithm = .es256
            encoded = DER.p256Prefix + x + y
        case ("OKP", "Ed25519"?):
            guard let x = Self.bytes(json["x"]), x.count == 32 else { return nil }
            algorithm = .edDSA
            encoded = DER.ed25519Prefix + x
        default: return nil
        }
        if let named = json["alg"]?.string, named != algorithm.rawValue { return nil }
        // A point that is on no curve is no key.
        guard Self.withKey(encoded, { _ in true }) == true else { return nil }
    }

    /// The keys of a set (RFC 7517 section 5) that can be used here; `nil` when it is no set.
    public static func set(_ json: [UInt8]) -> [JSONWebKey]? {
        guard let root = try? JSONDocument(parsing: json).root, let keys = root["keys"], keys.isArray else {
            return nil
        }
        return keys.elements.prefix(setCountMax).compactMap { JSONWebKey($0) }
    }

    /// Whether this key signed the bytes (RFC 7518 sections 3.3 and 3.4, RFC 8037 section 3.1).
    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        let form: [UInt8]
        switch algorithm {
        case .rs256: form = signature
        case .edDSA:
            guard signature.count == 64 else { return false }
            form = signature
        case .es256:
            guard signature.count == 64 else { return false }
            form = DER.sequence(DER.integer(Array(signature[..<32])) + DER.integer(Array(signature[32...])))
        }
        let isRight = Self.withKey(encoded) { key in
            guard let context = EVP_MD_CTX_new() else { return false }
            defer { EVP_MD_CTX_free(context) }
            let digest = algorithm == .edDSA ? nil : EVP_sha256()
            guard EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1 else { return false }
            return form.withUnsafeBufferPointer { form in
                message.withUnsafeBufferPointer { message in
                    EVP_DigestVerify(context, form.baseAddress, form.count, message.baseAddress, message.count) == 1
                }
            }
        }
        return isRight == true
    }

    private static func bytes(_ json: JSONElement?) -> [UInt8]? {
        guard let text = json?.utf8, text.count <= 2_048, let bytes = Base64.decodeURLSafe(text), !bytes.isEmpty else {
            return nil
        }
        return bytes
    }

    private static func withKey(_ encoded: [UInt8], _ body: (OpaquePointer) -> Bool) -> Bool? {
        // The queue of errors belongs to the thread; others there would take these for their own.
        defer { ERR_clear_error() }
        return encoded.withUnsafeBufferPointer { bytes -> Bool? in
            var start = bytes.baseAddress
            guard let key = d2i_PUBKEY(nil, &start, bytes.count) else { return nil }
            defer { EVP_PKEY_free(key) }
            return body(key)
        }
    }
}

/// As much of ITU-T X.690 as keys and signatures take.
private enum DER {
    /// What stands before an uncompressed point: the names of `id-ecPublicKey` and of the curve (RFC 5480).
    static let p256Prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]
    /// RFC 8410 section 4.
    static let ed25519Prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    /// `rsaEncryption` with no parameters (RFC 3279 section 2.3.1).
    private static let rsaName: [UInt8] = [
        0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]

    static func rsaKey(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        let key = sequence(integer(modulus) + integer(exponent))
        return sequence(rsaName + value(0x03, [0] + key))
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { value(0x30, content) }

    /// A number that is not negative, in as few bytes as can be.
    static func integer(_ number: [UInt8]) -> [UInt8] {
        var content = Array(number.drop { $0 == 0 })
        if content.first.map({ $0 >= 0x80 }) ?? true { content.insert(0, at: 0) }
        return value(0x02, content)
    }

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        if count < 0x80 { return [tag, UInt8(count)] + content }
        if count <= 0xFF { return [tag, 0x81, UInt8(count)] + content }
        return [tag, 0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)] + content
    }
}
