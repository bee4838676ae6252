public import REST
internal import Web
internal import Wire

/// The chat page: files that are part of the binary.
public struct PageRoutes: Sendable {
    public init() {}

    public var routes: [Route] {
        WebAsset.all.map { asset in
            let headers = HTTPHeaders([
                ("Content-Type", asset.contentType), ("Content-Security-Policy", Self.policy),
                // Kept, but asked for again each time: a new server brings a new page.
                ("Cache-Control", "no-cache"),
                ("ETag", EntityTag(of: asset.bytes).description), ("Accept-Ranges", "bytes"),
            ])
            // Once, and for every answer.
            let gzipped = Gzip.compress(asset.bytes, effort: .best)
            let path = asset.name == "index.html" ? "/" : "/\(asset.name)"
            return Route(
                .get, path, access: .anyone, "A file of the chat page", answers: [.init(200, nil, asset.contentType)]
            ) { (_: Call) async throws(APIError) -> HTTPResponse in
                var response = HTTPResponse(status: 200, headers: headers, body: asset.bytes)
                response.gzipped = { gzipped }
                return response
            }
        }
    }

    /// Nothing but what this server sends is run, shown or spoken to.
    static let policy = [
        "default-src 'self'", "connect-src 'self'", "img-src 'self' data: blob:", "style-src 'self'",
        "script-src 'self'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")
}
