internal import COpenSSL

/// A hash (FIPS 180-4) of what comes in pieces. Used by one thread at a time.
public final class RunningDigest {
    public enum Kind: String, Sendable, CaseIterable {
        /// Only for what was damaged on its way, never against somebody who means to deceive.
        case sha1
        case sha256

        /// Bytes of the result.
        public var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: Digest.byteCount
            }
        }
    }

    private let context: OpaquePointer
    private let kind: Kind

    public init(_ kind: Kind = .sha256) {
        self.kind = kind
        let method =
            switch kind {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            }
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, method, nil) == 1 else {
            preconditionFailure("this OpenSSL has no \(kind)")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: [UInt8]) {
        let isDone = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(isDone == 1, "a hash takes any bytes")
    }

    /// Of all that came. Nothing may come afterwards.
    public func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: kind.byteCount) { output, count in
            let isDone = EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(isDone == 1, "a hash has an end")
            count = kind.byteCount
        }
    }
}
