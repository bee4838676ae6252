public import Base
internal import COpenSSL

/// What a browser gives for being sent messages that only it can read (RFC 8291 section 3.1).
public struct PushKeys: Sendable, Equatable {
    /// A point of P-256, uncompressed: 65 bytes.
    public let publicKey: [UInt8]
    /// 16 bytes.
    public let authSecret: Secret

    /// `nil` unless the point lies on the curve and the secret has its length.
    public init?(publicKey: [UInt8], authSecret: [UInt8]) {
        guard publicKey.count == 65, publicKey[0] == 4, authSecret.count == 16,
            let key = PublicKey(point: publicKey), KeyPair(key) != nil
        else { return nil }
        self.publicKey = publicKey
        self.authSecret = Secret(authSecret)
    }

    public static func == (one: PushKeys, other: PushKeys) -> Bool {
        one.publicKey == other.publicKey && one.authSecret.matches(other.authSecret.withBytes { Array($0) })
    }
}

/// Encrypts messages for browsers: `aes128gcm` (RFC 8188) with keys that are agreed on by P-256 (RFC 8291). A value:
/// the key of the sender and the salt are given.
public enum PushEncryption {
    /// Bytes of a message's encrypted form at most; push services take no more (RFC 8030 section 7.2).
    public static let bytesMax = 4_096
    /// Bytes that the form adds: salt, record size, the sender's key, the end of the record, the authentication tag.
    static let overheadByteCount = 16 + 4 + 1 + 65 + 1 + 16
    public static let plainBytesMax = bytesMax - overheadByteCount
    /// Messages are filled up to a multiple of this, so that their length says little about them.
    private static let paddedByteCount = 256

    /// `nil` when the message is too long, or when this OpenSSL cannot do it.
    public static func encrypt(_ plain: [UInt8], for keys: PushKeys, random: inout RandomSource) -> [UInt8]? {
        guard let pair = KeyPair.make(.es256) else { return nil }
        let padding = (paddedByteCount - plain.count % paddedByteCount) % paddedByteCount
        return encrypt(
            plain, for: keys, by: pair, salt: random.bytes(16),
            padding: min(padding, max(0, plainBytesMax - plain.count)))
    }

    static func encrypt(
        _ plain: [UInt8], for keys: PushKeys, by pair: KeyPair, salt: [UInt8], padding: Int
    ) -> [UInt8]? {
        guard plain.count <= plainBytesMax, let peer = PublicKey(point: keys.publicKey).flatMap({ KeyPair($0) }),
            let shared = pair.agree(with: peer)
        else { return nil }
        let ours = pair.publicKey.point
        // RFC 8291 section 3.4.
        let info = Array("WebPush: info\0".utf8) + keys.publicKey + ours
        let inner = Digest.hmacSHA256(key: keys.authSecret, shared)
        let material = Digest.hmacSHA256(key: Secret(inner), info + [1])
        // RFC 8188 sections 2.2 and 2.3.
        let outer = Secret(Digest.hmacSHA256(key: Secret(salt), material))
        let key = Digest.hmacSHA256(key: outer, Array("Content-Encoding: aes128gcm\0".utf8) + [1]).prefix(16)
        let nonce = Digest.hmacSHA256(key: outer, Array("Content-Encoding: nonce\0".utf8) + [1]).prefix(12)
        // One record, its end marked by 2.
        let record = plain + [2] + [UInt8](repeating: 0, count: padding)
        guard let sealed = seal(record, key: Array(key), nonce: Array(nonce)) else { return nil }
        let recordSize = UInt32(bytesMax)
        let head = salt + withUnsafeBytes(of: recordSize.bigEndian) { Array($0) } + [UInt8(ours.count)] + ours
        return head + sealed
    }

    /// AES-128-GCM (NIST SP 800-38D), the tag behind the text.
    private static func seal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8]? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: plain.count + 16)
        var written: CInt = 0, rest: CInt = 0
        guard EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(context, &output, &written, plain, CInt(plain.count)) == 1, Int(written) == plain.count,
            EVP_EncryptFinal_ex(context, &output, &rest) == 1, rest == 0
        else { return nil }
        var tag = [UInt8](repeating: 0, count: 16)
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1 else { return nil }
        output.replaceSubrange(plain.count..., with: tag)
        return output
    }
}

extension PublicKey {
    /// Of a point in uncompressed form.
    init?(point: [UInt8]) {
        guard point.count == 65, point[0] == 4 else { return nil }
        self = .p256(x: Array(point[1..<33]), y: Array(point[33...]))
    }

    /// A point of P-256 in uncompressed form; empty for other keys.
    var point: [UInt8] {
        if case .p256(let x, let y) = self { [4] + x + y } else { [] }
    }
}
