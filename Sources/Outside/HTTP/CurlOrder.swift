internal import Auth
internal import Base

/// One transfer, as a value: what is asked, and within which bounds.
struct CurlOrder: Sendable {
    enum Kind: Sendable {
        case http(method: String, headers: [String], body: Body)
        case mail(from: String, to: String, content: [UInt8], user: String, password: Secret, tls: MailServer.Security)
    }

    enum Body: Sendable {
        case bytes([UInt8])
        /// Some of a file, read as it is sent.
        case file(OpenFile, Range<Int>)
    }

    var url: String
    var kind: Kind
    /// Whether it goes without TLS, which `rules` allow to some addresses only.
    var isPlain: Bool
    /// `nil` where the operator has said whom to ask: that is often the next machine.
    var rules: OutsideRules?
    /// A file of certificates (PEM) to trust instead of the system's; for tests and for servers of one's own.
    var trustedCertificates: String
    /// HTTP/2 where the other side speaks it.
    var speaksHTTP2 = false
    /// From the first look-up to the last byte; `nil` for as long as it moves (`CurlTransfer.slowSeconds`).
    var timeoutMilliseconds: Int?
    var answerBytesMax: Int
    /// Takes what comes of an answer of success, in the place of `CurlEnd.body`; false ends the transfer.
    var sink: (@Sendable ([UInt8]) -> Bool)?
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
