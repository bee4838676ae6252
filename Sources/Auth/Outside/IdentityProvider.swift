/// A server elsewhere that says who somebody is, and what it is asked.
public struct IdentityProvider: Sendable {
    public enum Name: String, Sendable, CaseIterable { case google, facebook }

    public var name: Name
    /// Spellings of its issuer; the first is the one that identities are kept under.
    public var issuers: [String]
    public var clientID: String
    public var clientSecret: Secret
    /// Where browsers are sent.
    public var authorizeURL: String
    /// Where their codes are exchanged.
    public var tokenURL: String
    /// Where its keys are.
    public var keysURL: String
    /// Where it says whom an access token was given to.
    public var inspectURL: String
    /// Where it says who somebody with an access token is.
    public var profileURL: String

    /// - Parameter base: another server in its place, for tests; empty for the real one.
    public static func google(clientID: String, clientSecret: Secret, base: String = "") -> IdentityProvider {
        guard base.isEmpty else {
            return IdentityProvider(.google, base: base, clientID: clientID, clientSecret: clientSecret)
        }
        return IdentityProvider(
            name: .google, issuers: ["https://accounts.google.com", "accounts.google.com"], clientID: clientID,
            clientSecret: clientSecret, authorizeURL: "https://accounts.google.com/o/oauth2/v2/auth",
            tokenURL: "https://oauth2.googleapis.com/token", keysURL: "https://www.googleapis.com/oauth2/v3/certs",
            inspectURL: "https://oauth2.googleapis.com/tokeninfo",
            profileURL: "https://openidconnect.googleapis.com/v1/userinfo")
    }

    /// - Parameter base: as above.
    public static func facebook(appID: String, appSecret: Secret, base: String = "") -> IdentityProvider {
        guard base.isEmpty else {
            return IdentityProvider(.facebook, base: base, clientID: appID, clientSecret: appSecret)
        }
        return IdentityProvider(
            name: .facebook, issuers: ["https://www.facebook.com"], clientID: appID, clientSecret: appSecret,
            authorizeURL: "https://www.facebook.com/v21.0/dialog/oauth",
            tokenURL: "https://graph.facebook.com/v21.0/oauth/access_token",
            keysURL: "https://www.facebook.com/.well-known/oauth/openid/jwks/",
            inspectURL: "https://graph.facebook.com/v21.0/debug_token",
            profileURL: "https://graph.facebook.com/v21.0/me")
    }

    private init(_ name: Name, base: String, clientID: String, clientSecret: Secret) {
        self.init(
            name: name, issuers: [base], clientID: clientID, clientSecret: clientSecret,
            authorizeURL: base + "/authorize", tokenURL: base + "/token", keysURL: base + "/keys",
            inspectURL: base + "/inspect", profileURL: base + "/profile")
    }

    private init(
        name: Name, issuers: [String], clientID: String, clientSecret: Secret, authorizeURL: String, tokenURL: String,
        keysURL: String, inspectURL: String, profileURL: String
    ) {
        self.name = name
        self.issuers = issuers
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.authorizeURL = authorizeURL
        self.tokenURL = tokenURL
        self.keysURL = keysURL
        self.inspectURL = inspectURL
        self.profileURL = profileURL
    }
}
