import Testing

/// One row of bad input: raw bytes, and the statuses that are a right answer to them.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var statuses: Set<Int>
    /// The head is sound and is handed out; the fault is in what follows it.
    var isHeadSound = false

    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ statuses: Set<Int> = [400]) {
        self.name = name
        self.bytes = bytes
        self.statuses = statuses
    }

    init(_ name: String, _ text: String, _ statuses: Set<Int> = [400]) {
        self.init(name, Array(text), statuses)
    }

    /// A request whose fields, after a Host, are those given.
    static func fields(
        _ name: String, _ fields: String, body: String = "", version: String = "1.1", _ statuses: Set<Int> = [400]
    ) -> HostileRequest {
        HostileRequest(name, "POST / HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n\r\n\(body)", statuses)
    }

    static func target(_ name: String, _ target: String, _ statuses: Set<Int> = [400]) -> HostileRequest {
        HostileRequest(name, "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n", statuses)
    }

    static func chunks(_ name: String, _ body: String, _ statuses: Set<Int> = [400]) -> HostileRequest {
        var row = fields(name, "Transfer-Encoding: chunked", body: body, statuses)
        row.isHeadSound = true
        return row
    }

    static func tooLong(_ name: String, length: Int) -> HostileRequest {
        var row = fields(name, "Content-Length: \(length)", [413])
        row.isHeadSound = true
        return row
    }

    static let framing: [HostileRequest] = [
        fields("Content-Length and Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        fields("two lengths that differ", "Content-Length: 5\r\nContent-Length: 6"),
        fields("two lengths that agree", "Content-Length: 5\r\nContent-Length: 5"),
        fields("a list of lengths", "Content-Length: 5, 6"),
        fields("length +5", "Content-Length: +5"),
        fields("length -1", "Content-Length: -1"),
        fields("length 0x5", "Content-Length: 0x5"),
        fields("length of 20 digits", "Content-Length: 99999999999999999999", [413]),
        fields("empty length", "Content-Length: "),
        tooLong("length of Int.max", length: .max),
        tooLong("one byte more than the bound", length: 1_048_577),
        fields("length in other digits", "Content-Length: \u{665}"),
        fields("coding xchunked", "Transfer-Encoding: xchunked", [400, 501]),
        fields("coding chunked, identity", "Transfer-Encoding: chunked, identity", [400, 501]),
        fields("coding gzip, chunked", "Transfer-Encoding: gzip, chunked", [501]),
        fields("coding chunked twice", "Transfer-Encoding: chunked, chunked"),
        fields("coding chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        fields("empty coding", "Transfer-Encoding: "),
        fields("coding in a list of one", "Transfer-Encoding: ,chunked"),
        fields("space before the coding's colon", "Transfer-Encoding : chunked"),
        fields("folded coding", "Transfer-Encoding:\r\n chunked"),
        fields("coding behind a vertical tab", "Transfer-Encoding: \u{B}chunked"),
        fields("coding in HTTP/1.0", "Transfer-Encoding: chunked", version: "1.0"),
        fields("nonsensical expectation", "Expect: nonsense", [417]),
        chunks("chunk size -1", "-1\r\nx\r\n0\r\n\r\n"),
        chunks("chunk size 0x5", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunks("empty chunk size", "\r\nhello\r\n0\r\n\r\n"),
        chunks("chunk size beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n", [413]),
        chunks("chunk size of Int.max", "7fffffffffffffff\r\nhello\r\n0\r\n\r\n", [413]),
        chunks(
            "chunk sizes that add up beyond the bound",
            "1\r\nx\r\nfffff\r\n" + String(repeating: "x", count: 0xFFFFF)
                + "\r\n1\r\nx", [413]),
        chunks("bare LF in an extension", "5;a\nhello\r\n0\r\n\r\n"),
        chunks("bare LF behind a size", "5\nhello\r\n0\r\n\r\n"),
        chunks("more data than the size", "5\r\nhello!\r\n0\r\n\r\n"),
        chunks("bare LF behind the data", "5\r\nhello\n0\r\n\r\n"),
        chunks("16 KB of extension", "5;" + String(repeating: "a", count: 16 << 10) + "\r\nhello\r\n0\r\n\r\n"),
        chunks(
            "extensions on every chunk",
            String(
                repeating: "1;" + String(repeating: "a", count: 200)
                    + "\r\nx\r\n", count: 6) + "0\r\n\r\n"),
        chunks("extension without a name", "5;\r\nhello\r\n0\r\n\r\n"),
        chunks("extension with an open quote", "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        chunks("blank behind a size", "5 \r\nhello\r\n0\r\n\r\n"),
        chunks("trailer without a colon", "0\r\ntrailer\r\n\r\n"),
        chunks("folded trailer", "0\r\na: b\r\n c\r\n\r\n"),
        chunks("101 trailers", "0\r\n" + String(repeating: "a: b\r\n", count: 101) + "\r\n", [431]),
        chunks("64 KB of trailer", "0\r\na: " + String(repeating: "b", count: 64 << 10) + "\r\n\r\n", [431]),
    ]

    static let fieldLines: [HostileRequest] = [
        fields("bare CR in a value", "A: b\rc"),
        fields("bare LF as a line end", "A: b\nC: d"),
        fields("CR CR LF as a line end", "A: b\r"),
        fields("NUL in a value", "A: b\0c"),
        fields("DEL in a value", "A: b\u{7F}c"),
        fields("space before a colon", "A : b"),
        fields("folded line", "A: b\r\n c"),
        fields("line folded by a tab", "A: b\r\n\tc"),
        HostileRequest("white space before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
        fields("empty name", ": b"),
        fields("line without a colon", "abc"),
        fields("name in brackets", "[a]: b"),
        HostileRequest(
            "value that is no UTF-8", Array("GET / HTTP/1.1\r\nHost: h\r\nA: ") + [0xFF, 0xFE, 13, 10, 13, 10]),
        HostileRequest("no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n"),
        fields("two Hosts", "Host: h"),
        fields("two Authorizations", "Authorization: Bearer a\r\nAuthorization: Bearer b"),
        fields("two Origins that agree", "Origin: http://h\r\norigin: http://h"),
        fields("two Content-Types", "Content-Type: application/json\r\nContent-Type: text/plain"),
        HostileRequest("Host with a path", "GET / HTTP/1.1\r\nHost: h/path\r\n\r\n"),
        HostileRequest("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        HostileRequest("Host with a user", "GET / HTTP/1.1\r\nHost: a@h\r\n\r\n"),
        HostileRequest("Host with a wild port", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n"),
        HostileRequest("Host with two ports", "GET / HTTP/1.1\r\nHost: h:1:2\r\n\r\n"),
        HostileRequest("Host that is a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        HostileRequest("Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        fields("101 headers", repeated(100), [431]),
        fields("20000 headers", repeated(20_000), [431]),
        fields("64 KB header value", "A: " + String(repeating: "b", count: 64 << 10), [431]),
    ]

    static let requestLines: [HostileRequest] = [
        target("64 KB target", "/" + String(repeating: "a", count: 64 << 10), [414]),
        target("escaped NUL in the path", "/a%00b"),
        target("escaped CR LF in the path", "/a%0d%0ab"),
        target("escaped C1 control in the path", "/a%c2%85b"),
        target("raw dot segments", "/../../etc/passwd"),
        target("one dot segment", "/a/./b"),
        target("escaped dot segments", "/%2e%2e%2fetc/passwd"),
        target("escaped dot segment between slashes", "/a/%2E%2e/b"),
        target("escaped backslash", "/..%5cetc"),
        target("raw backslash", "/..\\etc"),
        target("escaped slash", "/a%2Fb"),
        target("empty segment", "/a//b"),
        target("two slashes first", "//evil.example/"),
        target("overlong UTF-8", "/%c0%ae%c0%ae/"),
        target("bad escape", "/%zz"),
        target("cut escape", "/%4"),
        target("bad escape in the query", "/?a=%zz"),
        target("query that is no UTF-8", "/?a=%ff"),
        target("65 pairs in the query", "/?" + String(repeating: "a&", count: 65)),
        target("fragment", "/a#b"),
        target("fragment in the query", "/a?b#c"),
        target("raw UTF-8 in the path", "/é"),
        target("asterisk for GET", "*"),
        target("authority form", "h:80"),
        target("other scheme", "ftp://h/"),
        target("absolute form without a host", "http:///a"),
        target("absolute form with a user", "http://a@h/"),
        HostileRequest("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
        HostileRequest("HTTP/9.9", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", [505]),
        HostileRequest("HTTP/0.9", "GET /\r\n"),
        HostileRequest("lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("version of three digits", "GET / HTTP/1.10\r\nHost: h\r\n\r\n"),
        HostileRequest("lower-case method", "get / HTTP/1.1\r\nHost: h\r\n\r\n", [501]),
        HostileRequest("TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", [501]),
        HostileRequest("CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", [501]),
        HostileRequest("method in parentheses", "(GET) / HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("binary garbage", [0xDE, 0xAD, 0x00, 0xBE, 0xEF, 0x13, 0x37]),
        HostileRequest("TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
        HostileRequest("NUL before the request line", "\0GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("line of white space first", "  \r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("bare LF first", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("tab in the request line", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("two spaces in the request line", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
        HostileRequest("space behind the request line", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
        HostileRequest("space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
    ]

    private static func repeated(_ count: Int) -> String {
        Array(repeating: "A: b", count: count).joined(separator: "\r\n")
    }
}
