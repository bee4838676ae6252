internal import Auth
internal import Base
internal import CCurl

/// Hands mail to the mail server.
struct Mailer: Sendable {
    enum Failure: Error, Equatable, Sendable {
        /// The server will not take it, however often it is asked (RFC 5321 section 4.2.1: 5yz).
        case refused(String)
        /// Not now: a connection that failed, or 4yz.
        case later(String)
    }

    let client: CurlClient
    let server: MailServer
    let trustedCertificates: String

    private static let timeoutMilliseconds = 60_000

    func send(_ message: MailMessage, to: String) async throws(Failure) {
        let end: CurlEnd
        do throws(WebFailure) {
            end = try await client.run(
                CurlOrder(
                    url: server.url,
                    kind: .mail(
                        from: server.from, to: to, content: message.bytes, user: server.user,
                        password: server.password, tls: server.security), isPlain: false, rules: nil,
                    trustedCertificates: trustedCertificates, timeoutMilliseconds: Self.timeoutMilliseconds,
                    answerBytesMax: 64 << 10))
        } catch {
            throw .later("\(error)")
        }
        guard end.code != CInt(CC_CURLE_OK.rawValue) else { return }
        // Wrong credentials are the operator's mistake, which is put right while letters wait.
        let isRefused =
            (500..<600).contains(end.status) && !(530..<540).contains(end.status)
            && end.code != CInt(CC_CURLE_LOGIN_DENIED.rawValue)
        let why = end.status > 0 ? "\(end.words) (SMTP \(end.status))" : end.words
        throw isRefused ? .refused(why) : .later(why)
    }
}
