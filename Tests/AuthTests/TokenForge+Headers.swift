import Auth

extension TokenForge {
    /// Each with a right signature, where one can be made.
    static let badHeaders =
        [
            #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"NONE"}"#, #"{"alg":"nOnE"}"#, #"{"alg":""}"#, #"{"alg":null}"#,
            #"{"alg":256}"#, #"{"alg":["HS256"]}"#, #"{"alg":"hs256"}"#, #"{"alg":"HS256 "}"#, #"{"alg":"HS384"}"#,
            #"{"alg":"HS512"}"#, #"{"alg":"RS256","typ":"JWT"}"#, #"{"alg":"ES256"}"#, #"{"alg":"EdDSA"}"#,
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
        ].map { BadToken("header \($0)", .malformed, token(header: $0)) } + [
            BadToken("alg none, unsigned", .malformed, encoded(#"{"alg":"none"}"#) + "." + encoded(payload) + "."),
            BadToken("kid naming an empty file", .badSignature, token(header: kid("../../../dev/null"), key: [])),
            BadToken("kid with SQL", .badSignature, token(header: kid("x' UNION SELECT 'k"), key: Array("k".utf8))),
            BadToken("kid that is no string", .badSignature, token(header: #"{"alg":"HS256","kid":{}}"#, key: [])),
        ]

    private static func kid(_ text: String) -> String { #"{"alg":"HS256","kid":"\#(text)"}"# }
}
