import Auth
import Base
import COpenSSL
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

/// A provider's keys and tokens, made with OpenSSL itself.
struct PlayedProvider: Sendable {
    static let url = "https://provider.example"
    static let clientID = "our-client"
    static let known = PlayedProvider(id: "known")
    static let other = PlayedProvider(id: "other")

    let id: String
    /// DER (RFC 5958).
    private let privateKey: [UInt8]
    private let modulus: [UInt8]

    private init(id: String) {
        self.id = id
        var key: OpaquePointer?
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        precondition(EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_generate(context, &key) == 1)
        defer {
            EVP_PKEY_free(key)
            EVP_PKEY_CTX_free(context)
        }
        var number: OpaquePointer?
        precondition(EVP_PKEY_get_bn_param(key, "n", &number) == 1)
        defer { BN_free(number) }
        modulus = [UInt8](unsafeUninitializedCapacity: 256) { room, count in
            count = Int(BN_bn2bin(number, room.baseAddress))
        }
        let size = i2d_PrivateKey(key, nil)
        privateKey = [UInt8](unsafeUninitializedCapacity: Int(size)) { room, count in
            var start = room.baseAddress
            count = Int(i2d_PrivateKey(key, &start))
        }
    }

    /// As in a set of keys.
    var jwk: String {
        #"{"kty":"RSA","kid":"\#(id)","use":"sig","alg":"RS256","n":"\#(modulusText)","e":"AQAB"}"#
    }

    var modulusText: String { Base64.encodeURLSafe(modulus) }

    /// A token in compact form, signed by this key whatever it says.
    func token(_ payload: String, header: String? = nil) -> String {
        let header = header ?? #"{"alg":"RS256","kid":"\#(id)","typ":"JWT"}"#
        let signed = "\(Base64.encodeURLSafe(Array(header.utf8))).\(Base64.encodeURLSafe(Array(payload.utf8)))"
        return "\(signed).\(Base64.encodeURLSafe(sign(Array(signed.utf8))))"
    }

    private func sign(_ message: [UInt8]) -> [UInt8] {
        let key = privateKey.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &start, bytes.count)
        }
        let context = EVP_MD_CTX_new()
        defer {
            EVP_PKEY_free(key)
            EVP_MD_CTX_free(context)
        }
        precondition(EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1)
        return [UInt8](unsafeUninitializedCapacity: 512) { room, count in
            var size = 512
            precondition(EVP_DigestSign(context, room.baseAddress, &size, message, message.count) == 1)
            count = size
        }
    }
}

/// What an ID token says; each part can be another, or not be there.
struct Claims {
    var members: [(name: String, value: String)]

    init(at now: Timestamp, subject: String = "g-1", email: String? = nil, isVerified: Bool = true) {
        members = [
            ("iss", "\"\(PlayedProvider.url)\""), ("aud", "\"\(PlayedProvider.clientID)\""),
            ("sub", "\"\(subject)\""), ("iat", "\(now.seconds)"), ("exp", "\(now.seconds + 3_600)"),
        ]
        if let email { members += [("email", "\"\(email)\""), ("email_verified", isVerified ? "true" : "false")] }
    }

    /// - Parameter value: JSON; `nil` takes the member away.
    func with(_ name: String, _ value: String?) -> Claims {
        var changed = self
        changed.members.removeAll { $0.name == name }
        if let value { changed.members.append((name, value)) }
        return changed
    }

    var text: String { "{" + members.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}" }
}

extension Hall {
    /// A hall with both providers, which are played at one address.
    static func withProviders(_ change: (inout WaysInSettings) -> Void = { _ in }) throws -> Hall {
        let hall = try Hall { settings in
            let secret = Secret(Array("our-secret".utf8))
            settings.providers = [
                .google(clientID: PlayedProvider.clientID, clientSecret: secret, base: PlayedProvider.url),
                .facebook(appID: PlayedProvider.clientID, appSecret: secret, base: PlayedProvider.url + "/fb"),
            ]
            change(&settings)
        }
        hall.web.at("\(PlayedProvider.url)/keys", #"{"keys":[\#(PlayedProvider.known.jwk)]}"#)
        return hall
    }

    func withIDToken(_ token: String, _ more: String = "") async throws -> HTTPResponse {
        try await post("/auth/oauth/google", #"{"id_token":"\#(token)"\#(more)}"#)
    }
}
