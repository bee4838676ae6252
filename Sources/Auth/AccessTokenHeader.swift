internal import Base

/// The first part of a token (RFC 7515 section 4). It chooses nothing: this server signs in one way only, and a header
/// that speaks of another is refused (RFC 8725 sections 3.1 and 3.2).
enum AccessTokenHeader {
    static let encoded = Base64.encodeURLSafe(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    /// Members that would change how the rest is read, or where the key comes from. `kid` is not among them: with one
    /// key there is nothing to choose, and it is not looked at.
    private static let refusedMembers: Set = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"]

    static func isAccepted(_ bytes: [UInt8]) -> Bool {
        guard let header = try? JSONDocument(parsing: bytes).root, let algorithm = header["alg"],
            algorithm.isString("HS256"), header["typ"]?.isString("JWT") ?? true
        else { return false }
        return !header.members.contains { refusedMembers.contains($0.name) }
    }
}
