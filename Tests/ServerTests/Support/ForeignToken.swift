import Auth
import Base

/// Tokens as another system makes them that shares a secret with the server.
enum ForeignToken {
    static func make(secret: String, subject: String, name: String) throws -> String {
        var random = RandomSource.system
        let now = TimeSource.system.now().seconds
        let header = #"{"typ":"JWT","alg":"HS256"}"#
        let claims =
            #"{"iss":"https://id.example","aud":"chat","sub":"\#(subject)","preferred_username":"\#(name)","#
            + #""jti":"\#(random.next())","iat":\#(now),"exp":\#(now + 600)}"#
        let signed = "\(Base64.encodeURLSafe(Array(header.utf8))).\(Base64.encodeURLSafe(Array(claims.utf8)))"
        let signature = Digest.hmacSHA256(key: Secret(Array(secret.utf8)), signed.utf8)
        return "\(signed).\(Base64.encodeURLSafe(signature))"
    }
}
