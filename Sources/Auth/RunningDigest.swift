internal import COpenSSL

/// SHA-256 (FIPS 180-4) of what comes in pieces. Used by one thread at a time.
public final class RunningDigest {
    private let context: OpaquePointer

    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("this OpenSSL has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: [UInt8]) {
        let isDone = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(isDone == 1, "SHA-256 takes any bytes")
    }

    /// Of all that came. Nothing may come afterwards.
    public func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { output, count in
            let isDone = EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(isDone == 1, "SHA-256 has an end")
            count = Digest.byteCount
        }
    }
}
