import Auth

extension TokenForge {
    /// Signed with the right key all of them.
    static let badClaims =
        ["", "{", "[]", "null", "1", payload + "x", "{\"sub\":\"\\ud800\"}", "\u{FEFF}" + payload].map {
            BadToken("payload \($0)", .malformed, token(payload: $0))
        }
        + [
            BadToken("user twice", .malformed, token(payload: json(claims + [("sub", #""1""#)]))),
            BadToken("expiry twice", .malformed, token(payload: json(claims + [("exp", "1800007200")]))),
            BadToken("33 levels", .malformed, token(changing: "x", to: deep)),
        ]
        + changed(
            "sub", .malformed,
            [
                nil, #""0""#, #""-1""#, #""+1""#, #""01""#, #""""#, #"" 1""#, "108", "1.5", #""2147483648""#,
                #""9223372036854775808""#, #""99999999999999999999999999""#, #""1e3""#, #""alice""#, "null", "[]",
                #""1\u0660""#,
            ])
        + changed(
            "sid", .malformed,
            [
                nil, #""""#, #""0000000000000001000000000000000""#, #""000000000000000100000000000000020""#,
                #""0000000000000001000000000000000G""#, #""0000000000000001000000000000000A""#, "2", "null",
            ])
        + changed("role", .malformed, [nil, #""Root""#, #""Admin""#, #""""#, "1", #"["admin"]"#, "null"])
        + changed("id", .malformed, [nil, #""""#, "1", "null", "\"" + String(repeating: "x", count: 129) + "\""])
        + changed("jti", .malformed, [nil, #""""#, "1", "null", "\"" + String(repeating: "x", count: 129) + "\""])

    static let badTimes =
        changed("exp", .malformed, [nil] + noTimes + ["1800000000", "1799999999"])
        + changed("iat", .malformed, [nil] + noTimes)
        + changed("nbf", .malformed, noTimes)
        + changed("nbf", .notYetValid, ["1800000031", "253402300799"])
        + [
            BadToken(
                "expired half a minute ago", .expired,
                token(payload: json(replacing(["iat": "1799990000", "exp": "1799999970"])))),
            BadToken("expired in 1970", .expired, token(payload: json(replacing(["iat": "0", "exp": "1"])))),
            BadToken("issued in the future", .notYetValid, token(changing: "iat", to: "1800000031")),
            BadToken("milliseconds for seconds", .malformed, token(changing: "exp", to: "1800007200000")),
        ]

    static let badNames =
        changed("iss", .wrongIssuer, [nil, #""other""#, #""Confab""#, #""confab ""#, #"["confab"]"#, "1", "null"])
        + changed(
            "aud", .wrongAudience,
            [
                nil, #""other""#, #""Chat""#, #""chat ""#, "[]", #"["other"]"#, #"[["chat"]]"#, "1", "null",
                #"{"chat":1}"#, #""other,chat""#,
            ])

    /// What is no plain number of seconds of this era.
    private static let noTimes: [String?] = [
        "1800000000.0", "1800000000.5", "1.8e9", "-1", "-0", "-1800000000", "253402300800", "9223372036854775",
        "9223372036854775807", "9223372036854775808", "99999999999999999999999", "1e400", #""1800000000""#, "null",
        "true", "[]", "{}",
    ]

    private static let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)

    private static func changed(_ name: String, _ fault: TokenFault, _ values: [String?]) -> [BadToken] {
        values.map { BadToken("\(name) \($0 ?? "missing")", fault, token(changing: name, to: $0)) }
    }

    private static func replacing(_ values: [String: String]) -> [(String, String)] {
        claims.map { ($0.0, values[$0.0] ?? $0.1) }
    }
}
