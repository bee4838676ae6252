public import Base

/// Codes that an authenticator app shows: RFC 6238 with what all apps do, HMAC-SHA1, six digits, thirty seconds.
public enum TOTP: Sendable {
    public static let digitCount = 6
    public static let stepSeconds: Int64 = 30
    /// Bytes of a secret (RFC 4226 section 4, R6).
    public static let secretByteCount = 20
    public static let saltByteCount = 16
    /// Steps that a clock may be off, either way (RFC 6238 section 5.2).
    static let driftSteps: Int64 = 1
    /// Wrong codes of a user within `failureWindowSeconds`, after which none is looked at until it has passed. Three
    /// codes are valid at a time, so that a day of guessing, by somebody who has the password, succeeds once in 350.
    public static let failuresMax = 10
    public static let failureWindowSeconds: Int64 = 900

    /// The user's secret is not kept: it is derived from a salt that is, under the server's key.
    public static func secret(salt: [UInt8], _ key: ProofKey) -> Secret {
        Secret(Array(key.derive("totp", [salt]).prefix(secretByteCount)))
    }

    public static func step(at now: Timestamp) -> Int64 { max(0, now.seconds / stepSeconds) }

    /// RFC 4226 section 5.3.
    public static func code(_ secret: Secret, step: Int64, digits: Int = digitCount) -> String {
        var counter: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) { counter.append(UInt8(truncatingIfNeeded: step >> shift)) }
        let mac = Digest.hmacSHA1(key: secret, counter)
        let offset = Int(mac[19] & 0x0F)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % (0..<digits).reduce(1) { power, _ in power * 10 })
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// The step whose code this is, within the drift and after `spent`, the last one that was used: a code is good
    /// once (RFC 6238 section 5.2). All steps are compared, in constant time each.
    public static func match(_ code: String, _ secret: Secret, at now: Timestamp, after spent: Int64) -> Int64? {
        let typed = Array(code.utf8)
        var found: Int64?
        let current = step(at: now)
        for step in max(0, current - driftSteps)...(current + driftSteps) {
            let isRight = Secret(Array(Self.code(secret, step: step).utf8)).matches(typed)
            if isRight, step > spent, found == nil { found = step }
        }
        return found
    }

    /// What authenticator apps read, mostly from a picture:
    /// https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    public static func url(_ secret: Secret, account: String, issuer: String) -> String {
        let label = URLText.percentEncoded("\(issuer):\(account)")
        let text = secret.withBytes { Base32.encode(Array($0)) }
        return "otpauth://totp/\(label)?secret=\(text)&issuer=\(URLText.percentEncoded(issuer))"
            + "&algorithm=SHA1&digits=\(digitCount)&period=\(stepSeconds)"
    }
}
