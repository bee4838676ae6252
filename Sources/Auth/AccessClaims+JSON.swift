internal import Base

extension AccessClaims {
    /// Bytes of `id` and of `jti`.
    private static let nameBytesMax = 128

    func json(issuer: String, audience: String) -> [UInt8] {
        JSONWriter.object { json in
            json.member("iss", issuer)
            json.member("aud", audience)
            json.member("sub", user)
            json.member("id", uuid)
            json.member("sid", login.description)
            json.member("role", role.name)
            json.member("jti", tokenID)
            json.member("iat", issuedAt.seconds)
            json.member("exp", expiresAt.seconds)
        }
    }

    /// `nil` unless every claim is there and has its form. Issuer, audience and `nbf` are not looked at.
    init?(_ json: JSONElement) {
        guard let user = json["sub"]?.string.flatMap({ UserID($0) }), let uuid = Self.name(json["id"]),
            let login = json["sid"]?.string.flatMap({ LoginID($0) }),
            let role = json["role"]?.string.flatMap({ Role(name: $0) }), let tokenID = Self.name(json["jti"]),
            let issuedAt = Timestamp(numericDate: json["iat"]), let expiresAt = Timestamp(numericDate: json["exp"]),
            issuedAt < expiresAt
        else { return nil }
        self.init(
            user: user, uuid: uuid, login: login, role: role, tokenID: tokenID, issuedAt: issuedAt, expiresAt: expiresAt
        )
    }

    private static func name(_ json: JSONElement?) -> String? {
        guard let text = json?.string, (1...nameBytesMax).contains(text.utf8.count) else { return nil }
        return text
    }
}

extension Timestamp {
    /// The last second that RFC 3339 can write, 9999-12-31T23:59:59Z: far enough, and far from overflow.
    private static let numericDateMax: Int64 = 253_402_300_799

    /// Reads `NumericDate` (RFC 7519 section 2) where it is a plain integer of this era; `nil` for anything else.
    init?(numericDate json: JSONElement?) {
        guard let seconds = json?.integer, (0...Self.numericDateMax).contains(seconds) else { return nil }
        self.init(milliseconds: seconds * 1000)
    }
}
