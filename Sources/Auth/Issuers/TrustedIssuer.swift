internal import Base

/// Another system whose tokens are taken as access tokens: who it is, how its signatures are checked, and where its
/// tokens say what.
public struct TrustedIssuer: Sendable {
    /// As `iss`, letter for letter.
    public var name: String
    /// One that its tokens must name as `aud`.
    public var audience: String
    public var source: Source
    /// Names of the claims; RFC 7519 and OpenID Connect Core section 5.1 have the usual ones.
    public var subjectClaim = "sub"
    public var usernameClaim = "preferred_username"
    public var displayNameClaim = "name"

    public enum Source: Sendable {
        /// Keys that were given to us.
        case keys(KeySet)
        /// Where they are published.
        case url(String)
    }

    /// Whether it is checked with a secret that it shares with us.
    public var isSecret: Bool {
        if case .keys(let keys) = source { keys.keys.contains { !$0.algorithm.isAsymmetric } } else { false }
    }

    /// Issuers.
    public static let countMax = 32
    private static let textBytesMax = 2_048

    /// Why a file of issuers cannot be used, in words for who wrote it.
    public struct Fault: Error, Equatable, Sendable {
        public var detail: String
    }

    /// Reads `[{"issuer","audience","jwks_url" or "jwks" or "secret","claims":{"subject","username","display_name"}}]`.
    public static func list(_ json: [UInt8]) throws(Fault) -> [TrustedIssuer] {
        let root: JSONElement
        do throws(JSONError) { root = try JSONDocument(parsing: json).root } catch {
            throw Fault(detail: "it is no acceptable JSON (\(error))")
        }
        guard root.isArray, root.elements.count <= countMax else {
            throw Fault(detail: "it must be a list of at most \(countMax) issuers")
        }
        var issuers: [TrustedIssuer] = []
        for element in root.elements {
            let issuer = try TrustedIssuer(element)
            guard !issuers.contains(where: { $0.name == issuer.name }) else {
                throw Fault(detail: "\(issuer.name) stands in it twice")
            }
            issuers.append(issuer)
        }
        return issuers
    }

    private init(_ json: JSONElement) throws(Fault) {
        func text(_ name: StaticString, in json: JSONElement?) throws(Fault) -> String? {
            guard let value = json?.present(name) else { return nil }
            guard let text = value.string, (1...Self.textBytesMax).contains(text.utf8.count) else {
                throw Fault(detail: "\(name) must be a text")
            }
            return text
        }
        guard let name = try text("issuer", in: json), let audience = try text("audience", in: json) else {
            throw Fault(detail: "each issuer needs issuer and audience")
        }
        guard name != Identity.minted else { throw Fault(detail: "\(name) is a name of this server's own") }
        self.name = name
        self.audience = audience
        let given = ["jwks_url", "jwks", "secret"] as [StaticString]
        guard given.count(where: { json.present($0) != nil }) == 1 else {
            throw Fault(detail: "\(name): give one of jwks_url, jwks and secret")
        }
        if let url = try text("jwks_url", in: json) {
            guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
                throw Fault(detail: "\(name): jwks_url must be https://…")
            }
            source = .url(url)
        } else if let secret = try text("secret", in: json) {
            guard let key = try? VerifyingKey(secret: Secret(Array(secret.utf8))) else {
                throw Fault(detail: "\(name): a secret has at least \(AccessTokenSigner.keyBytesMin) bytes")
            }
            source = .keys(KeySet([key]))
        } else {
            guard let keys = json["jwks"].flatMap({ KeySet($0) }), !keys.keys.isEmpty else {
                throw Fault(detail: "\(name): there is no key in jwks that can be used")
            }
            source = .keys(keys)
        }
        let claims = json.present("claims")
        subjectClaim = try text("subject", in: claims) ?? subjectClaim
        usernameClaim = try text("username", in: claims) ?? usernameClaim
        displayNameClaim = try text("display_name", in: claims) ?? displayNameClaim
    }
}
