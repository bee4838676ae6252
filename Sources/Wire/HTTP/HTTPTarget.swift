/// A request target (RFC 9112 section 3.2), checked and taken apart.
struct HTTPTarget: Sendable {
    /// The host that an absolute-form target names; it overrides the Host field.
    var authority: String?
    /// As sent, still percent-encoded.
    var path: String
    var segments: [String]
    var query: HTTPQuery

    init(parsing bytes: ArraySlice<UInt8>, method: HTTPMethod) throws(HTTPViolation) {
        if bytes.elementsEqual("*".utf8) {
            // asterisk-form speaks of the server as a whole (RFC 9112 section 3.2.4).
            guard method == .options else { throw HTTPViolation(400, "only OPTIONS may ask about *") }
            (path, segments, query) = ("*", [], HTTPQuery())
            return
        }
        var rest = bytes
        if bytes.first != UInt8(ascii: "/") {
            // absolute-form must be understood by every server (RFC 9112 section 3.2.2).
            guard let schemeByteCount = Self.schemeByteCount(bytes) else {
                throw HTTPViolation(400, "the request target is neither a path nor an http address")
            }
            rest = bytes.dropFirst(schemeByteCount)
            let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            authority = HTTPAuthority.normalized(host)
            guard authority != nil else { throw HTTPViolation(400, "the request target names no valid host") }
            rest = rest[host.endIndex...]
        }
        let rawPath = rest.prefix { $0 != UInt8(ascii: "?") }
        segments = try Self.segments(of: rawPath)
        // An empty path is the same as "/" (RFC 9110 section 4.2.3).
        path = rawPath.isEmpty ? "/" : String(decoding: rawPath, as: UTF8.self)
        let rawQuery = rest[rawPath.endIndex...].dropFirst()
        // Browsers leave some characters bare that RFC 3986 would have escaped; a fragment is never sent.
        guard rawQuery.allSatisfy({ $0 > .space && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw HTTPViolation(400, "the query has forbidden characters")
        }
        query = try HTTPQuery(parsing: rawQuery)
    }

    private static func schemeByteCount(_ bytes: ArraySlice<UInt8>) -> Int? {
        ["http://", "https://"].first { scheme in
            bytes.count > scheme.utf8.count && zip(bytes, scheme.utf8).allSatisfy { $0.lowercased == $1 }
        }?.utf8.count
    }

    /// The decoded segments of a path; a slash at the end adds none. Whatever might be read as another path after
    /// decoding is refused (RFC 3986 section 7.3).
    private static func segments(of path: ArraySlice<UInt8>) throws(HTTPViolation) -> [String] {
        guard path.allSatisfy(isPathByte) else { throw HTTPViolation(400, "the path has forbidden characters") }
        var parts = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        var segments: [String] = []
        segments.reserveCapacity(parts.count)
        for part in parts {
            guard let segment = PercentDecoding.decode(part, plusIsSpace: false) else {
                throw HTTPViolation(400, "the path is not well encoded")
            }
            guard isPlain(segment) else { throw HTTPViolation(400, "the path has a forbidden segment") }
            segments.append(segment)
        }
        return segments
    }

    /// `pchar` and `/` of RFC 3986 section 3.3, the `%` of an escape, and `[`, `]`, `|`, which browsers leave bare.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        if byte.isUnreserved { return true }
        switch byte {
        case 0x21, 0x24...0x2C, 0x2F, 0x3A, 0x3B, 0x3D, 0x40, 0x5B, 0x5D, 0x7C: return true
        default: return false
        }
    }

    /// Neither empty nor a dot segment, and without separators and control characters.
    private static func isPlain(_ segment: String) -> Bool {
        if segment.isEmpty || segment == "." || segment == ".." { return false }
        return segment.unicodeScalars.allSatisfy { scalar in
            scalar != "/" && scalar != "\\" && scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
        }
    }
}
