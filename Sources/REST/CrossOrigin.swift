internal import Base
internal import Wire

/// Which pages elsewhere on the web may read answers (CORS, as https://fetch.spec.whatwg.org has it): those of listed
/// origins, letter for letter. Nothing is ever allowed to all. Who calls is said by a token, which no browser sends on
/// its own, or, where that is on, by a cookie, for which the router asks where a change comes from.
struct CrossOrigin: Sendable {
    private let origins: Set<String>
    private let secondsMax: Int
    private let takesCookies: Bool

    init(_ origins: Set<String>, _ limits: Limits, takesCookies: Bool = false) {
        self.origins = origins
        secondsMax = limits.corsSecondsMax
        self.takesCookies = takesCookies
    }

    /// What a page may send beside what every page may.
    private static let requestHeaders = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id", "Range",
        "Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum",
        "X-HTTP-Method-Override",
    ].joined(separator: ", ")
    /// What a page may read of an answer beside what every page may.
    private static let answerHeaders = [
        "ETag", "Link", "Retry-After", "X-Request-Id", "Content-Range", "RateLimit", "RateLimit-Policy",
        "Location", "Content-Location", "Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size",
        "Tus-Checksum-Algorithm", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires",
    ].joined(separator: ", ")

    /// With what a browser needs to show the answer to a page of that origin; also for errors.
    func answer(_ response: HTTPResponse, to head: HTTPRequestHead?) -> HTTPResponse {
        guard !origins.isEmpty else { return response }
        var answer = response
        // Also where there is no origin: a cache must not give that answer to a page.
        answer.headers.vary(on: "Origin")
        guard let origin = head.flatMap(listedOrigin) else { return answer }
        answer.headers.set("Access-Control-Allow-Origin", origin)
        if takesCookies { answer.headers.set("Access-Control-Allow-Credentials", "true") }
        answer.headers.set("Access-Control-Expose-Headers", Self.answerHeaders)
        return answer
    }

    /// The answer to OPTIONS, which for a page of a listed origin that asks beforehand says what it may do.
    func options(allow: String, to head: HTTPRequestHead) -> HTTPResponse {
        var answer = HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", allow)]))
        guard head.headers["access-control-request-method"] != nil, listedOrigin(of: head) != nil else { return answer }
        answer.headers.set("Access-Control-Allow-Methods", allow)
        answer.headers.set("Access-Control-Allow-Headers", Self.requestHeaders)
        answer.headers.set("Access-Control-Max-Age", String(secondsMax))
        return answer
    }

    private func listedOrigin(of head: HTTPRequestHead) -> String? {
        let given = head.headers.values("origin")
        // `null` is what pages without an origin say, all of them the same.
        guard given.count == 1, given[0] != "null", origins.contains(given[0]) else { return nil }
        return given[0]
    }
}

/// The origin of a web page, as browsers write it in the Origin field (RFC 6454 section 6.2).
public enum WebOrigin {
    /// Whether a text is `scheme://host` or `scheme://host:port`, in the letters of a browser: lower case, no path, and
    /// no port that the scheme implies. `*` and `null` are none.
    public static func isValid(_ text: String) -> Bool {
        guard let mark = text.firstRange(of: "://") else { return false }
        let scheme = text[..<mark.lowerBound], rest = text[mark.upperBound...]
        let isScheme =
            scheme.first?.isLowercase == true
            && scheme.utf8.allSatisfy { isLower($0) || isDigit($0) || [0x2B, 0x2D, 0x2E].contains($0) }
        let isBracketed = rest.hasPrefix("[")
        let end = isBracketed ? rest.firstIndex(of: "]").map { rest.index(after: $0) } : rest.firstIndex(of: ":")
        if isBracketed, end == nil { return false }
        let host = rest[..<(end ?? rest.endIndex)], port = rest[host.endIndex...]
        let isHost =
            isBracketed
            ? host.utf8.dropFirst().dropLast().allSatisfy { isDigit($0) || (0x61...0x66).contains($0) || $0 == 0x3A }
            : host.utf8.allSatisfy { isLower($0) || isDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        let implied = ["http": ":80", "https": ":443"][String(scheme)]
        let isPort =
            port.isEmpty
            || (port.hasPrefix(":") && port.utf8.dropFirst().allSatisfy(isDigit) && port != implied ?? ""
                && UInt16(port.dropFirst()).map { $0 > 0 } ?? false)
        return isScheme && !host.isEmpty && isHost && isPort
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
