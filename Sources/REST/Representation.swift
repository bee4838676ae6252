internal import Auth
internal import Base
internal import Channels
public import Wire

/// Makes of what a route answers what the client asked for: all of it, compressed or not, a part of it, or the word
/// that it has it already (RFC 9110 sections 12 to 14).
struct Representation {
    let head: HTTPRequestHead
    let now: Timestamp
    let compression: Compression

    /// Only what is read by GET and HEAD and has content is a representation with validators. Throws 412 and 416.
    func answer(_ response: HTTPResponse) throws(APIError) -> HTTPResponse {
        guard response.status == 200, head.method == .get || head.method == .head,
            var current = validators(of: response), let tag = current.tag
        else { return compression.answer(response, to: head) }
        let preconditions = Preconditions(head.headers, now: now)
        var chosen = response
        chosen.headers.set("ETag", tag.description)
        let mayCompress = compression.isOpen(to: response)
        if mayCompress { chosen.headers.vary(on: "Accept-Encoding") }
        // A range is taken of what is not compressed. Who would else get the compressed form may hold a part of that,
        // and is given a range only when If-Range says by its tag that it is not so: a date is the same for both.
        var range = wantedRange(of: response)
        let isCompressed =
            mayCompress && AcceptEncoding(head.headers).prefersGzip
            && !(range != nil && preconditions.namesTag(of: current))
        if isCompressed {
            current.tag = tag.ofVariant("gzip")
            range = nil
        }
        let selected = isCompressed ? compression.marked(chosen, tag: tag) : chosen
        switch preconditions.verdict(on: head.method, current) {
        case .notModified: return Self.notModified(selected)
        case .failed:
            throw APIError(
                Rejection(.preconditionFailed, "it is not what the request expects"),
                headers: [("ETag", "\(current.tag ?? tag)")])
        case .goOn: break
        }
        if isCompressed { return compression.compressed(chosen, tag: tag) ?? chosen }
        guard let range, preconditions.allowsRange(of: current) else { return chosen }
        return try Self.partial(chosen, range)
    }

    /// The route's own, or a strong tag of the bytes; `nil` where there is no content to speak of.
    private func validators(of response: HTTPResponse) -> Validators? {
        let modified = response.headers["last-modified"].flatMap { HTTPDate.parse($0, now: now) }
        if let tag = response.headers["etag"].flatMap({ EntityTag(parsing: $0) }) {
            return Validators(tag: tag, modified: modified)
        }
        guard !response.body.isEmpty else { return nil }
        return Validators(tag: EntityTag(of: response.body), modified: modified)
    }

    /// `nil` when the whole is asked for. Range means something for GET alone (RFC 9110 section 14.2), and here for
    /// what says that it takes ranges.
    private func wantedRange(of response: HTTPResponse) -> ByteRange? {
        let fields = head.headers.values("range")
        guard head.method == .get, fields.count == 1, response.headers["accept-ranges"] == "bytes" else { return nil }
        return ByteRange(fields[0], of: response.content.count)
    }

    /// RFC 9110 section 15.4.5: without what describes the content that is not sent. What the client keeps for the
    /// content, such as how to cache it and what it may run, is told again.
    private static func notModified(_ response: HTTPResponse) -> HTTPResponse {
        let dropped: Set = ["content-type", "content-encoding", "content-range", "accept-ranges", "last-modified"]
        let fields = response.headers.fields.filter { !dropped.contains($0.name.lowercased()) }
        return HTTPResponse(status: 304, headers: HTTPHeaders(fields.map { ($0.name, $0.value) }))
    }

    /// RFC 9110 sections 15.3.7 and 15.5.17.
    private static func partial(_ response: HTTPResponse, _ range: ByteRange) throws(APIError) -> HTTPResponse {
        let count = response.content.count
        switch range {
        case .whole: return response
        case .unsatisfiable:
            throw APIError(
                Rejection(.badRequest, "there are \(count) bytes, and none of those that are asked for"), status: 416,
                headers: [("Content-Range", "bytes */\(count)"), ("Accept-Ranges", "bytes")])
        case .part(let part):
            var partial = response
            partial.status = 206
            partial.headers.set("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(count)")
            partial.content = response.content.part(part)
            return partial
        }
    }
}

extension EntityTag {
    /// A strong tag that says what the bytes are.
    public init(of bytes: [UInt8]) {
        self.init(Base64.encodeURLSafe(Digest.sha256(bytes).prefix(16)))
    }
}
