internal import COpenSSL

/// Why a certificate and key cannot be used, in words for the operator who named them.
public enum TLSFault: Error, Equatable, Sendable {
    case noPair
    case unreadable(String, why: String)
    case noCertificate(String, why: String)
    case noKey(String, why: String)
    case mismatch(certificate: String, key: String)
    case refused(String)

    /// The earliest of the reasons that OpenSSL has noted on this thread; the later ones follow from it.
    static var notedReason: String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return "no reason given" }
        guard let reason = ERR_reason_error_string(code) else { return "OpenSSL error \(code)" }
        return String(cString: reason)
    }
}

extension TLSFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noPair: "no certificate is named"
        case .unreadable(let path, let why): "\(path): \(why)"
        case .noCertificate(let path, let why): "\(path) holds no certificate that can be used: \(why)"
        case .noKey(let path, let why): "\(path) holds no private key that can be used: \(why)"
        case .mismatch(let certificate, let key):
            "the key in \(key) does not belong to the certificate in \(certificate)"
        case .refused(let why): "OpenSSL cannot be set up: \(why)"
        }
    }
}
