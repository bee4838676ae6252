@testable import Wire

extension FuzzTarget {
    /// A connection's requests: request lines, fields, bodies, one after another.
    static let httpHead = FuzzTarget("http-head", bytesMax: 2048) { input throws(BrokenPromise) in
        let trace = try RequestTrace.checked(input)
        for head in trace.heads {
            try check(head)
            // Escapes make it at most three times as long.
            let again = try RequestTrace(of: head.written, factor: 4)
            try promise(again.entries.first == .head(head.facts), "a head that is written again is read the same")
        }
    }

    private static func check(_ head: HTTPRequestHead) throws(BrokenPromise) {
        let fields = head.headers.fields
        try promise(fields.count <= RequestTrace.headerCountMax, "a head has no more fields than it may")
        let byteCount = fields.reduce(head.path.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        try promise(byteCount <= RequestTrace.headBytesMax, "a head has no more bytes than it may")
        for field in fields {
            try promise(
                field.name.utf8.isToken && !field.name.utf8.contains { $0 != $0.lowercased },
                "a field's name is a token in lower case")
            try promise(
                field.value.utf8.allSatisfy { !$0.isControl || $0 == .tab }, "a field's value has no control character")
        }
        try promise(head.segments.allSatisfy(\.isPlainSegment), "a segment is a plain name")
        try promise(
            !head.host.isEmpty || head.version == .http10, "a request of HTTP/1.1 says whom it is for")
        // What answers are made of must be fit to be sent, whatever was asked.
        if case .success(let accepted) = WebSocketHandshake.accept(head, subprotocols: ["chat.v1"], deflating: .kept) {
            let answer = try? HTTPResponseWriter.encode(accepted.response, to: .get, keepsAlive: true, date: "")
            try promise(answer != nil, "the answer to a handshake can be written")
        }
    }

    /// The chunks, extensions and trailers of one body.
    static let httpChunks = FuzzTarget("http-chunks", bytesMax: 2048) { input throws(BrokenPromise) in
        let head = Array("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        guard let body = try RequestTrace.checked(head + input).firstBody else { return }
        var again = head
        for piece in body.cut(every: 7) {
            again += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10]
        }
        again += Array("0\r\n\r\n".utf8)
        try promise(try RequestTrace(of: again).firstBody == body, "a body that is written again is read the same")
    }

    /// A request target: paths, escapes, queries, hosts.
    static let httpTarget = FuzzTarget("http-target", bytesMax: 512) { input throws(BrokenPromise) in
        // Of the methods, OPTIONS may have every form of a target.
        guard let target = try? HTTPTarget(parsing: input[...], method: .options) else { return }
        try promise(target.segments.allSatisfy(\.isPlainSegment), "a segment is a plain name")
        try promise(target.query.pairs.count <= HTTPQuery.pairCountMax, "a query has no more pairs than it may")
        let path = target.path == "*" ? "*" : "/" + target.segments.map(\.percentEncoded).joined(separator: "/")
        let query = target.query.pairs.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }
        let text =
            (target.authority.map { "http://\($0)" } ?? "") + path
            + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        let again = try? HTTPTarget(parsing: Array(text.utf8)[...], method: .options)
        try promise(
            again?.authority == target.authority && again?.segments == target.segments
                && again?.query.pairs.elementsEqual(target.query.pairs, by: ==) == true,
            "a target that is written again is read the same")
    }

    /// The host and port of a request.
    static let httpAuthority = FuzzTarget("http-authority", bytesMax: 128) { input throws(BrokenPromise) in
        guard let host = HTTPAuthority.normalized(input[...]) else { return }
        try promise(HTTPAuthority.normalized(Array(host.utf8)[...]) == host, "a host that is in order stays as it is")
        try promise(host.utf8.allSatisfy { $0 > .space && $0 < 0x7F && $0 != UInt8(ascii: "/") }, "a host is plain")
    }
}

extension String {
    fileprivate var isPlainSegment: Bool {
        !isEmpty && self != "." && self != ".." && utf8.allSatisfy { !$0.isControl }
            && !utf8.contains(UInt8(ascii: "/")) && !utf8.contains(UInt8(ascii: "\\"))
    }
}
