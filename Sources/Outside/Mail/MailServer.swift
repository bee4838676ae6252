public import Auth

/// The server that takes our mail, as the operator set it up.
public struct MailServer: Sendable {
    public enum Security: String, Sendable, CaseIterable {
        /// TLS from the first byte, `smtps://`.
        case implicit
        /// The connection is made secure before anything is said, or not used (RFC 3207).
        case starttls
        /// In plain sight: for a server on the same machine.
        case none
    }

    /// `smtp://host:port` or `smtps://host:port`.
    public var url: String
    public var security: Security
    /// Empty for a server that asks nobody who they are.
    public var user: String
    public var password: Secret
    /// What stands in `From:`, and where what cannot be delivered comes back to.
    public var from: String

    public init(url: String, security: Security, user: String, password: Secret, from: String) {
        self.url = url
        self.security = security
        self.user = user
        self.password = password
        self.from = from
    }
}
