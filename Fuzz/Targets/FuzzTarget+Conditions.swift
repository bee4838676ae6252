internal import Base

@testable import REST
@testable import Wire

extension FuzzTarget {
    /// The fields that make a request conditional, each on its line; the first byte chooses what there is.
    static let preconditions = FuzzTarget("preconditions", bytesMax: 512) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        guard let head = HTTPRequestHead(asking: rest) else { return }
        let conditions = Preconditions(head.headers, now: Stored.now)
        let modified = [nil, Stored.modified, Stored.now][Int(choice) / 3 % 3]
        let tag = [nil, Stored.tag, EntityTag(Stored.tag.opaque, isWeak: true)][Int(choice) % 3]
        let current = Validators(tag: tag, modified: modified)

        let reading = conditions.verdict(on: .get, current), writing = conditions.verdict(on: .put, current)
        try promise(conditions.verdict(on: .head, current) == reading, "HEAD is judged as GET is")
        try promise(writing != .notModified, "who writes is not told that it was read already")
        // RFC 9110 section 13.2.2: a tag takes precedence over a date.
        for (tag, date) in [("if-match", "if-unmodified-since"), ("if-none-match", "if-modified-since")]
        where head.headers[tag] != nil {
            var headers = head.headers
            headers.remove(date)
            let others = Preconditions(headers, now: Stored.now)
            try promise(
                others.verdict(on: .get, current) == reading && others.verdict(on: .put, current) == writing,
                "where a tag is given, its date does not count")
        }
        let names = Set(head.headers.fields.map(\.name))
        if names.isDisjoint(with: ["if-match", "if-unmodified-since"]) {
            try promise(reading != .failed, "who only reads fails at what it expects to be there")
            if !names.contains("if-none-match") { try promise(writing == .goOn, "who expects nothing is not refused") }
        }
        if names.isDisjoint(with: ["if-none-match", "if-modified-since"]) {
            try promise(reading == writing, "what is expected to be there counts for everybody")
        }
        try promise(conditions.hasIfRange || conditions.allowsRange(of: current), "a range needs no condition")
        if conditions.namesTag(of: current) {
            try promise(
                current.tag?.isWeak == false && conditions.allowsRange(of: current),
                "only a strong tag is named exactly")
        }
    }

    /// The fields by which a client chooses what is sent of a text, each on its line.
    static let representation = FuzzTarget("representation", bytesMax: 512) { input throws(BrokenPromise) in
        guard let head = HTTPRequestHead(asking: input) else { return }
        let representation = Representation(head: head, now: Stored.now, compression: Compression(Stored.limits))
        let response: HTTPResponse
        do throws(APIError) {
            response = try representation.answer(Stored.response)
        } catch {
            let askedBy = [412: ["if-match", "if-unmodified-since"], 416: ["range"]][error.status] ?? []
            return try promise(askedBy.contains { head.headers[$0] != nil }, "who is refused has asked for it")
        }
        try promise(
            (try? HTTPResponseWriter.encode(response, to: .get, keepsAlive: true, date: "")) != nil,
            "an answer can be written")
        let isCompressed = response.headers["content-encoding"] != nil
        try promise(!isCompressed || AcceptEncoding(head.headers).prefersGzip, "only who takes gzip is sent it")
        switch response.status {
        case 200: try promise(response.body == (isCompressed ? Stored.gzipped : Stored.text), "the whole is all of it")
        case 206:
            guard case .part(let part) = ByteRange(head.headers["range"] ?? "", of: Stored.text.count) else {
                throw BrokenPromise(what: "a part is sent to who asks for one")
            }
            try promise(!isCompressed && response.body == Array(Stored.text[part]), "a part is the one asked for")
            try promise(
                response.headers["content-range"]
                    == "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(Stored.text.count)",
                "a part says where it lies")
        case 304:
            try promise(response.content.isEmpty, "what one has already is not sent")
            try promise(
                head.headers["if-none-match"] != nil || head.headers["if-modified-since"] != nil,
                "who has something already says so")
        default: throw BrokenPromise(what: "what is read is there, or in part, or known")
        }
        let tag = response.status == 304 || isCompressed ? nil : response.headers["etag"]
        try promise(tag == nil || tag == Stored.tag.description, "the tag is that of what is sent")
    }
}

/// What the requests are about.
private enum Stored {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    static let modified = Timestamp(milliseconds: 784_111_777_000)
    static let tag = EntityTag("v1")
    static let text = Array(String(repeating: "the same again, ", count: 8).utf8)
    static let gzipped = Gzip.compress(text, effort: .quick) ?? []
    static let limits = {
        var limits = Limits()
        limits.gzipBytesMin = 64
        return limits
    }()
    static let response = HTTPResponse(
        status: 200,
        headers: HTTPHeaders([
            ("Content-Type", "text/plain"), ("Accept-Ranges", "bytes"), ("ETag", tag.description),
            ("Last-Modified", HTTPDate.string(modified)),
        ]), body: text)
}
