/// The first line of a request (RFC 9112 section 3), checked.
struct HTTPRequestLine: Sendable {
    var method: HTTPMethod
    var target: HTTPTarget
    var version: HTTPVersion

    /// Reads a line without its end. The version is judged before the method, so that an HTTP/2 preface hears 505.
    init(parsing line: [UInt8]) throws(HTTPViolation) {
        // Exactly one SP between the parts; the leniency of RFC 9112 section 3 is not taken.
        let parts = line.split(separator: .space, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isToken, !parts[1].isEmpty else {
            throw HTTPViolation(400, "the request line is malformed")
        }
        guard parts[1].allSatisfy({ !$0.isControl && $0 < 0x80 }) else {
            throw HTTPViolation(400, "the request target has forbidden characters")
        }
        version = try HTTPVersion(parsing: parts[2])
        // An unknown method is answered with 501 (RFC 9110 section 9.1).
        guard let method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self)) else {
            throw HTTPViolation(501, "the method is not known here")
        }
        self.method = method
        target = try HTTPTarget(parsing: parts[1], method: method)
    }
}
