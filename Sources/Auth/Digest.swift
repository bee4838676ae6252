internal import COpenSSL

/// SHA-256 (FIPS 180-4) and its keyed form (RFC 2104), 32 bytes each; and the keyed form of SHA-1 for what still asks
/// for that.
public enum Digest: Sendable {
    /// Bytes of either result.
    public static let byteCount = 32

    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        let digest = [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            let isDone = bytes.withUnsafeBytes {
                EVP_Digest($0.baseAddress, $0.count, output.baseAddress, nil, EVP_sha256(), nil)
            }
            count = isDone == 1 ? byteCount : 0
        }
        precondition(digest.count == byteCount, "this OpenSSL has no SHA-256")
        return digest
    }

    /// HMAC-SHA256. A key of any length works; what signs tokens asks for 32 bytes or more (`AccessTokenSigner`).
    public static func hmacSHA256(key: Secret, _ bytes: some Collection<UInt8>) -> [UInt8] {
        hmac("SHA256", byteCount, key: key, Array(bytes))
    }

    /// HMAC-SHA1, 20 bytes: for RFC 6238 alone. As a keyed hash it stands (NIST SP 800-107).
    static func hmacSHA1(key: Secret, _ bytes: [UInt8]) -> [UInt8] { hmac("SHA1", 20, key: key, bytes) }

    private static func hmac(_ name: String, _ size: Int, key: Secret, _ message: [UInt8]) -> [UInt8] {
        let code = [UInt8](unsafeUninitializedCapacity: size) { output, count in
            key.withBytes { key in
                message.withUnsafeBufferPointer { message in
                    _ = EVP_Q_mac(
                        nil, "HMAC", nil, name, nil, key.baseAddress, key.count, message.baseAddress, message.count,
                        output.baseAddress, size, &count)
                }
            }
        }
        precondition(code.count == size, "this OpenSSL has no HMAC-\(name)")
        return code
    }
}
