extension BodyLength {
    /// RFC 9112 section 6.3. Where two readers might disagree about a body's end, the request is refused.
    init(of headers: HTTPHeaders, version: HTTPVersion) throws(HTTPViolation) {
        let lengths = headers.values("content-length")
        let isCoded = headers["transfer-encoding"] != nil
        guard !isCoded || lengths.isEmpty else {
            // RFC 9112 section 6.1: it may be smuggling, and a server may refuse it.
            throw HTTPViolation(400, "Content-Length and Transfer-Encoding exclude one another")
        }
        if isCoded {
            try Self.checkChunked(headers, version: version)
            self = .chunked
        } else if let length = lengths.first {
            // A repeated length is refused also when the values agree (RFC 9110 section 8.6 allows either).
            guard lengths.count == 1 else { throw HTTPViolation(400, "Content-Length is repeated") }
            self = .length(try Self.number(length))
        } else {
            self = .none
        }
    }

    /// `chunked` alone is known here; names of codings have no case (RFC 9112 section 7).
    private static func checkChunked(_ headers: HTTPHeaders, version: HTTPVersion) throws(HTTPViolation) {
        guard version == .http11 else {
            // RFC 9112 section 6.1: its framing cannot be trusted.
            throw HTTPViolation(400, "HTTP/1.0 has no Transfer-Encoding")
        }
        let values = headers.values("transfer-encoding")
        if values.count == 1, values[0].utf8.lowercasedText == "chunked" { return }
        let codings = headers.tokens("transfer-encoding")
        // RFC 9112 section 6.3: without `chunked` in the last place, and only there, the body's end cannot be known.
        guard codings.firstIndex(of: "chunked") == codings.count - 1, codings.count > 1 else {
            throw HTTPViolation(400, "the Transfer-Encoding is malformed")
        }
        // RFC 9112 section 6.1: a coding that is not understood is answered with 501.
        throw HTTPViolation(501, "no Transfer-Encoding but chunked is known here")
    }

    /// `1*DIGIT` (RFC 9110 section 8.6): no sign, no list, no white space.
    private static func number(_ text: String) throws(HTTPViolation) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
            throw HTTPViolation(400, "the Content-Length is no number")
        }
        guard let number = Int(text) else { throw HTTPViolation(413, "the body is too large") }
        return number
    }
}
