internal import Base
internal import Wire

/// Which answers are compressed, and how (RFC 9110 section 8.4). Costs work by their length, so that it is for Swift's
/// own pool, never for an event loop.
struct Compression: Sendable {
    private let bytesMin, bytesMax: Int

    init(_ limits: Limits) {
        bytesMin = limits.gzipBytesMin
        bytesMax = limits.gzipBytesMax
    }

    /// What gets much shorter: text, in one form or another.
    private static let types: Set = [
        "application/json", "application/problem+json", "application/manifest+json", "image/svg+xml",
    ]

    /// Whether an answer may be sent compressed, to those who want it.
    func isOpen(to response: HTTPResponse) -> Bool {
        guard response.status >= 200, response.status != 204, response.status != 206, response.status != 304,
            response.headers["content-encoding"] == nil, response.content.count >= bytesMin
        else { return false }
        if response.gzipped == nil {
            guard case .bytes(let bytes) = response.content, bytes.count <= bytesMax else { return false }
        }
        let type = response.headers["content-type"]?.prefix { $0 != ";" && $0 != " " }.lowercased() ?? ""
        return type.hasPrefix("text/") || Self.types.contains(type)
    }

    /// Compressed if that may be and is wanted.
    func answer(_ response: HTTPResponse, to head: HTTPRequestHead) -> HTTPResponse {
        guard isOpen(to: response) else { return response }
        var varying = response
        varying.headers.vary(on: "Accept-Encoding")
        guard AcceptEncoding(head.headers).prefersGzip else { return varying }
        return compressed(varying, tag: nil) ?? varying
    }

    /// `nil` when it would not be shorter.
    func compressed(_ response: HTTPResponse, tag: EntityTag?) -> HTTPResponse? {
        let bytes =
            if let ready = response.gzipped { ready() } else { Gzip.compress(response.body, effort: .quick) }
        guard let bytes else { return nil }
        var compressed = marked(response, tag: tag)
        compressed.content = .bytes(bytes)
        compressed.gzipped = nil
        return compressed
    }

    /// With the fields of the compressed form. Its tag is another, so that nobody joins bytes of the one to those of
    /// the other; ranges are not taken of it.
    func marked(_ response: HTTPResponse, tag: EntityTag?) -> HTTPResponse {
        var marked = response
        marked.headers.set("Content-Encoding", "gzip")
        marked.headers.remove("accept-ranges")
        if let tag { marked.headers.set("ETag", tag.ofVariant("gzip").description) }
        return marked
    }
}
