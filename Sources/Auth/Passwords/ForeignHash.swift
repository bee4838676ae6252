internal import Base

/// A password as other systems keep it, so that their users need not choose a new one. It is checked at the first login
/// and replaced by one of ours.
enum ForeignHash: Sendable {
    /// Werkzeug's `scrypt:32768:8:1$salt$hex`. The salt is used as the text that it is.
    case scrypt(PasswordHash.Cost, salt: [UInt8], hash: Secret)
    /// Django's `pbkdf2_sha256$iterations$salt$base64` and Werkzeug's `pbkdf2:sha256:iterations$salt$hex`.
    case pbkdf2(iterations: Int, salt: [UInt8], hash: Secret)
    /// `$2b$12$` and 53 characters of salt and hash, also `$2a$` and `$2y$`.
    case bcrypt(String)

    /// Rounds that this server agrees to compute: some two seconds.
    static let iterationsMax = 4_000_000
    private static let saltBytes = 1...64

    /// `nil` unless the text has one of the forms, exactly, and asks for no more than this server agrees to pay.
    init?(text: String) {
        let bytes = Array(text.utf8)
        if bytes.starts(with: "$2".utf8) {
            guard Bcrypt.isAvailable, Bcrypt.isWellFormed(bytes) else { return nil }
            self = .bcrypt(text)
            return
        }
        let parts = bytes.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).map { Array($0) }
        if parts.count == 4, parts[0].elementsEqual("pbkdf2_sha256".utf8) {
            self.init(iterations: parts[1], salt: parts[2], hash: Base64.decode(parts[3]))
            return
        }
        guard parts.count == 3 else { return nil }
        let method = parts[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { Array($0) }
        if method.count == 3, method[0].elementsEqual("pbkdf2".utf8), method[1].elementsEqual("sha256".utf8) {
            self.init(iterations: method[2], salt: parts[1], hash: Self.hexadecimal(parts[2]))
            return
        }
        guard method.count == 4, method[0].elementsEqual("scrypt".utf8), Self.saltBytes.contains(parts[1].count),
            let blocks = Self.number(method[1]), let blockSize = Self.number(method[2]),
            let parallelism = Self.number(method[3]), blocks > 1, blocks & (blocks - 1) == 0,
            let hash = Self.hexadecimal(parts[2]), hash.count == 64
        else { return nil }
        let cost = PasswordHash.Cost(
            logN: blocks.trailingZeroBitCount, blockSize: blockSize, parallelism: parallelism)
        guard cost.isPayable else { return nil }
        self = .scrypt(cost, salt: parts[1], hash: Secret(hash))
    }

    private init?(iterations: [UInt8], salt: [UInt8], hash: [UInt8]?) {
        guard let count = Self.number(iterations), (1...Self.iterationsMax).contains(count),
            Self.saltBytes.contains(salt.count), let hash, hash.count == Digest.byteCount
        else { return nil }
        self = .pbkdf2(iterations: count, salt: salt, hash: Secret(hash))
    }

    func matches(_ password: [UInt8]) throws(PasswordHashError) -> Bool {
        switch self {
        case .scrypt(let cost, let salt, let hash):
            hash.matches(try Scrypt.derive(password, salt: salt, cost: cost, byteCount: hash.count))
        case .pbkdf2(let iterations, let salt, let hash):
            hash.matches(try PBKDF2.derive(password, salt: salt, iterations: iterations, byteCount: hash.count))
        case .bcrypt(let text): try Bcrypt.matches(password, text)
        }
    }

    /// Whether a text looks like one of them, readable or not.
    static func isKnown(_ text: String) -> Bool {
        ["pbkdf2_sha256$", "pbkdf2:sha256:", "scrypt:", "$2a$", "$2b$", "$2y$"].contains { text.hasPrefix($0) }
    }

    private static func number(_ digits: [UInt8]) -> Int? {
        Int64(plainDecimal: digits[...]).flatMap { $0 <= 1 << 32 ? Int($0) : nil }
    }

    /// Small letters, as both systems write them.
    private static func hexadecimal(_ digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2), digits.count <= 128 else { return nil }
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
