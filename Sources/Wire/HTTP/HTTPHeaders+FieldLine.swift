internal import Base

extension HTTPHeaders.Field {
    /// Reads one field line (RFC 9112 section 5) without its line end. The name is lower-cased. The caller has already
    /// refused control characters other than the tab.
    init(parsing line: [UInt8]) throws(HTTPViolation) {
        // A line that begins with white space would continue the one before it (RFC 9112 section 5.2: answer 400).
        guard line.first?.isBlank == false else { throw HTTPViolation(400, "a header line begins with white space") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw HTTPViolation(400, "a header line has no colon")
        }
        // No white space between name and colon (RFC 9112 section 5.1): a token contains none.
        guard line[..<colon].isToken else { throw HTTPViolation(400, "a header name has forbidden characters") }
        // Bytes above 0x7F are opaque to HTTP (RFC 9110 section 5.5); here they must be UTF-8, so that a value is text.
        guard let value = line[(colon + 1)...].trimmedOfBlanks.text else {
            throw HTTPViolation(400, "a header value is not UTF-8")
        }
        self.init(name: line[..<colon].lowercasedText, value: value)
    }
}
