internal import Auth

/// Keyed hashes of what a message first said: enough to know it again, and useless to who has the file but not the
/// words.
enum Fingerprint {
    /// Half of an HMAC-SHA256: two messages of one sender and name never agree by chance.
    static func make(of content: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(Digest.hmacSHA256(key: Secret(key), content).prefix(16))
    }
}
