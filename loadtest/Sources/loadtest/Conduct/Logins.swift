/// Logs users in by their passwords, one after the other: a server makes that dear on purpose.
enum Logins {
    /// Of each line "login password" the access token.
    static func tokens(_ text: [UInt8], countMax: Int, _ options: RunOptions) throws(Failure) -> [[UInt8]] {
        let tls = options.endpoint.isSecure ? try TLSSettings(caFile: options.caFile) : nil
        var tokens: [[UInt8]] = []
        for line in text.split(separator: UInt8(ascii: "\n")).prefix(countMax) {
            let words = line.split(maxSplits: 1, whereSeparator: { $0 <= UInt8(ascii: " ") })
            guard words.count == 2 else {
                throw Failure("line \(tokens.count + 1) of the users is not: login password")
            }
            let password = words[1].last == UInt8(ascii: "\r") ? words[1].dropLast() : words[1]
            let body =
                Array(#"{"login":""#.utf8) + quoted(words[0]) + Array(#"","password":""#.utf8) + quoted(password)
                + Array(#""}"#.utf8)
            let (status, answer) = try HTTPCall.post("/api/v1/auth/login", body, to: options.endpoint, tls)
            guard status == 200, let token = JSONScan.string("access_token", answer.span, in: 0..<answer.count) else {
                throw Failure("\(String(decoding: words[0], as: UTF8.self)) cannot log in: status \(status)")
            }
            tokens.append(JSONScan.copy(answer.span, token))
        }
        return tokens
    }

    private static func quoted(_ text: some Sequence<UInt8>) -> [UInt8] {
        text.flatMap { byte in
            byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
        }
    }
}
