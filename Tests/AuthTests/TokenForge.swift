import Auth
import Base

/// Makes tokens as an attacker would, and as a careless holder of the key would.
enum TokenForge {
    static let key = Array(1...32) as [UInt8]
    static let issuer = "confab"
    static let audience = "chat"
    static let issuedAt = Timestamp(milliseconds: 1_800_000_000_000)
    static let header = #"{"alg":"HS256","typ":"JWT"}"#

    /// Names and JSON values of a token that is good.
    static let claims = [
        ("iss", #""confab""#), ("aud", #""chat""#), ("sub", #""108""#), ("id", #""u1""#),
        ("sid", #""00000000000000010000000000000002""#), ("role", #""member""#), ("jti", #""t1""#),
        ("iat", "1800000000"), ("exp", "1800007200"),
    ]
    static let payload = json(claims)

    static func json(_ claims: [(String, String)]) -> String {
        "{" + claims.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    static func encoded(_ text: String) -> String { Base64.encodeURLSafe(Array(text.utf8)) }

    static func signature(_ signed: String, key: [UInt8] = key) -> String {
        Base64.encodeURLSafe(Digest.hmacSHA256(key: Secret(key), signed.utf8))
    }

    static func token(header: String = header, payload: String = payload, key: [UInt8] = key) -> String {
        let signed = "\(encoded(header)).\(encoded(payload))"
        return "\(signed).\(signature(signed, key: key))"
    }

    /// Signed with the right key, but with one claim changed, added, or (`nil`) left out.
    static func token(changing name: String, to value: String?) -> String {
        var changed = claims.filter { $0.0 != name }
        if let value { changed.append((name, value)) }
        return token(payload: json(changed))
    }

    static let good = token()

    /// The good token with its last character moved by one place in the alphabet: other spare bits, same signature.
    static var goodWithSpareBits: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        guard let last = good.last, let place = alphabet.firstIndex(of: last) else { return "" }
        return good.dropLast() + String(alphabet[place + 1])
    }

    static let badTokens = badForms + badHeaders + badSignatures + badClaims + badTimes + badNames
}
