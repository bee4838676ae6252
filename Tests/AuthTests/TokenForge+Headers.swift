import Auth

extension TokenForge {
    /// Each with a right signature, where one can be made.
    static let badHeaders =
        [
            #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"NONE"}"#, #"{"alg":"nOnE"}"#, #"{"alg":""}"#, #"{"alg":null}"#,
            #"{"alg":256}"#, #"{"alg":["HS256"]}"#, #"{"alg":"hs256"}"#, #"{"alg":"HS256 "}"#, #"{"alg":"HS384"}"#,
            #"{"alg":"HS512"}"#, #"{"alg":"ES384"}"#, #"{"alg":"ES512"}"#, #"{"alg":"ES256K"}"#,
            #"{"alg":"PS256"}"#, #"{"typ":"JWT"}"#, "{}", "[]", "null", #""HS256""#, "", #"{"alg":"HS256"} "x""#,
            #"{"alg":"HS256","alg":"none"}"#, #"{"alg":"none","alg":"HS256"}"#, #"{"alg":"HS256","\u0061lg":"HS256"}"#,
            #"{"Alg":"HS256"}"#, #"{"alg":"HS256","typ":"jwt"}"#, #"{"alg":"HS256","typ":"at+jwt"}"#,
            #"{"alg":"HS256","typ":"JWS"}"#, #"{"alg":"HS256","typ":null}"#, #"{"alg":"HS256","typ":1}"#,
            #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","crit":[]}"#, #"{"alg":"HS256","b64":false}"#,
            #"{"alg":"HS256","b64":true}"#, #"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
            #"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#, #"{"alg":"HS256","jku":"https://evil.example/keys"}"#,
            #"{"alg":"HS256","x5u":"https://evil.example/cert"}"#, #"{"alg":"HS256","x5c":["AAAA"]}"#,
            #"{"alg":"HS256","zip":"DEF"}"#, #"{"alg":"HS256","enc":"A128GCM"}"#, #"{"alg":"HS256","jwk":null}"#,
            #"{"alg":"HS256","kid":"a","jku":"file:///dev/null"}"#, "\u{FEFF}{\"alg\":\"HS256\"}",
        ].map { BadToken("header \($0)", .malformed, token(header: $0)) }
        + ["RS256", "ES256", "EdDSA"].map {
            // Of an algorithm that is known, but not the key's.
            BadToken("alg \($0)", .badSignature, token(header: #"{"alg":"\#($0)","typ":"JWT"}"#))
        } + [
            BadToken("alg none, unsigned", .malformed, encoded(#"{"alg":"none"}"#) + "." + encoded(payload) + "."),
            BadToken("kid naming an empty file", .unknownKey, token(header: kid("../../../dev/null"), key: [])),
            BadToken("kid with SQL", .unknownKey, token(header: kid("x' UNION SELECT 'k"), key: Array("k".utf8))),
            BadToken("kid that is no string", .malformed, token(header: #"{"alg":"HS256","kid":{}}"#)),
            BadToken("kid that is a number", .malformed, token(header: #"{"alg":"HS256","kid":1}"#)),
            BadToken("kid that is null", .malformed, token(header: #"{"alg":"HS256","kid":null}"#)),
            BadToken("kid that is empty", .malformed, token(header: kid(""))),
            BadToken("kid of a kibibyte", .malformed, token(header: kid(String(repeating: "k", count: 1_024)))),
            BadToken("kid of another server", .unknownKey, token(header: kid("NzbLsXh8uDCcd-6M"))),
            BadToken("kid that is an address", .unknownKey, token(header: kid("https://evil.example/jwks.json"))),
            BadToken("kid that is a command", .unknownKey, token(header: kid("$(cat /etc/passwd)"))),
            BadToken("kid twice", .malformed, token(header: #"{"alg":"HS256","kid":"a","kid":"a"}"#)),
        ]

    private static func kid(_ text: String) -> String { #"{"alg":"HS256","kid":"\#(text)"}"# }
}
