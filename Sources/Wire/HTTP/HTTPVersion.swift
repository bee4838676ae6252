/// The protocol versions that a request may speak (RFC 9112 section 2.3).
public enum HTTPVersion: Sendable, Equatable {
    case http10
    case http11
}

extension HTTPVersion {
    /// Reads `HTTP/1.1`. A later minor version is answered as 1.1, the highest we speak (RFC 9110 section 6.2).
    init(parsing bytes: ArraySlice<UInt8>) throws(HTTPViolation) {
        let letters = Array(bytes)
        // HTTP-version is case-sensitive and has one digit on each side (RFC 9112 section 2.3).
        guard letters.count == 8, letters.starts(with: "HTTP/".utf8), letters[5].isDigit,
            letters[6] == UInt8(ascii: "."), letters[7].isDigit
        else { throw HTTPViolation(400, "the request line names no HTTP version") }
        guard letters[5] == UInt8(ascii: "1") else {
            throw HTTPViolation(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        self = letters[7] == UInt8(ascii: "0") ? .http10 : .http11
    }
}
