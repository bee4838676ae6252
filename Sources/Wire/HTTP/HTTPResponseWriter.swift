/// Why a response cannot be written. Nothing of it has been sent.
public enum HTTPEncodingError: Error, Sendable, Equatable {
    /// The status is not within 100 ... 599.
    case invalidStatus
    /// A field's name is no token (RFC 9110 section 5.1).
    case invalidFieldName
    /// A field's value, or the date, has a control character, which could forge a header or a second response.
    case invalidFieldValue
    /// The response sets a field that is the writer's own: Content-Length, Transfer-Encoding, Connection or Date.
    case reservedField
}

/// Writes responses as HTTP/1.1 bytes (RFC 9112 section 4).
public enum HTTPResponseWriter {
    /// The whole response to a request of that method, which for HEAD means without its body. Where the content is a
    /// file, the head alone: its bytes are for whoever owns the socket to send.
    ///
    /// Date, Connection and Content-Length are added, the last not to 1xx, 204 and 304; a 1xx gets none of them and may
    /// carry its own Connection, as 101 must.
    /// - Parameter date: as `HTTPDate` writes it.
    public static func encode(
        _ response: HTTPResponse, to method: HTTPMethod, keepsAlive: Bool, date: String
    ) throws(HTTPEncodingError) -> [UInt8] {
        var bytes = try encodeHead(response, contentLength: response.content.count, keepsAlive: keepsAlive, date: date)
        if hasContent(response.status, to: method) { bytes.append(contentsOf: response.body) }
        return bytes
    }

    /// Whether content follows the head: not in answer to HEAD, nor with 1xx, 204 and 304 (RFC 9110 sections 6.4.1 and
    /// 9.3.2).
    public static func hasContent(_ status: Int, to method: HTTPMethod) -> Bool {
        method != .head && mayHaveContent(status)
    }

    /// The head alone, for a body of `contentLength` bytes that is sent from elsewhere; the response's own is not
    /// looked at.
    public static func encodeHead(
        _ response: HTTPResponse, contentLength: Int, keepsAlive: Bool, date: String
    ) throws(HTTPEncodingError) -> [UInt8] {
        // RFC 9110 section 8.6: no Content-Length with 1xx and 204; with 304 it would describe another response.
        let length = mayHaveContent(response.status) ? ("Content-Length", String(contentLength)) : nil
        return try encodeHead(response, length: length, keepsAlive: keepsAlive, date: date)
    }

    /// The head of an answer whose content comes in pieces, for as long as there are any (RFC 9112 section 6.1).
    public static func encodeHead(
        _ response: HTTPResponse, framing: StreamFraming, keepsAlive: Bool, date: String
    ) throws(HTTPEncodingError) -> [UInt8] {
        let length = framing == .chunks ? ("Transfer-Encoding", "chunked") : nil
        return try encodeHead(response, length: length, keepsAlive: keepsAlive, date: date)
    }

    /// - Parameter length: the field that says where the content ends.
    private static func encodeHead(
        _ response: HTTPResponse, length: (name: String, value: String)?, keepsAlive: Bool, date: String
    ) throws(HTTPEncodingError) -> [UInt8] {
        guard (100...599).contains(response.status) else { throw .invalidStatus }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + response.body.count)
        bytes.append(contentsOf: "HTTP/1.1 \(response.status) \(HTTPReasonPhrase.of(response.status))\r\n".utf8)
        let isInterim = response.status < 200
        for field in response.headers.fields {
            guard !isReserved(field.name, isInterim: isInterim) else { throw .reservedField }
            try append(field.name, field.value, to: &bytes)
        }
        if !isInterim {
            try append("Date", date, to: &bytes)
            try append("Connection", connection(for: response, keepsAlive: keepsAlive), to: &bytes)
        }
        if let length { try append(length.name, length.value, to: &bytes) }
        bytes.append(contentsOf: [.carriageReturn, .lineFeed])
        return bytes
    }

    private static func mayHaveContent(_ status: Int) -> Bool { status >= 200 && status != 204 && status != 304 }

    /// Whoever sends Upgrade names it in Connection too (RFC 9110 section 7.8).
    private static func connection(for response: HTTPResponse, keepsAlive: Bool) -> String {
        (keepsAlive ? "keep-alive" : "close") + (response.headers["upgrade"] == nil ? "" : ", Upgrade")
    }

    private static func isReserved(_ name: String, isInterim: Bool) -> Bool {
        switch name.utf8.lowercasedText {
        case "content-length", "transfer-encoding", "date": true
        case "connection": !isInterim
        default: false
        }
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) throws(HTTPEncodingError) {
        guard name.utf8.isToken else { throw .invalidFieldName }
        // RFC 9110 section 5.5: CR, LF and NUL are dangerous; of the other controls we have no use for any.
        guard !value.utf8.contains(where: \.isControl) else { throw .invalidFieldValue }
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: ": ".utf8)
        bytes.append(contentsOf: value.utf8)
        bytes.append(contentsOf: [.carriageReturn, .lineFeed])
    }
}
