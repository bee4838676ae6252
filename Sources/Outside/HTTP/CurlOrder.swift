internal import Auth
internal import Base

/// One transfer, as a value: what is asked, and within which bounds.
struct CurlOrder: Sendable {
    enum Kind: Sendable {
        case http(method: String, headers: [String], body: [UInt8])
        case mail(from: String, to: String, content: [UInt8], user: String, password: Secret, tls: MailServer.Security)
    }

    var url: String
    var kind: Kind
    /// Whether it goes without TLS, which `rules` allow to some addresses only.
    var isPlain: Bool
    var rules: OutsideRules
    /// A file of certificates (PEM) to trust instead of the system's; for tests and for servers of one's own.
    var trustedCertificates: String
    var timeoutMilliseconds: Int
    var answerBytesMax: Int
}

/// How it ended.
struct CurlEnd: Sendable {
    /// CURLcode; 0 when it went well.
    var code: CInt
    /// The answer's status, or the mail server's last reply; 0 when there was none.
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// An address that it came to may not be connected to.
    var wasRefused: Bool
    var isTooLong: Bool
    /// The library's words for `code`.
    var words: String
}
