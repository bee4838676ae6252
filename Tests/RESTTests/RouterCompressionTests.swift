import Base
import REST
import Testing
import Wire

@Suite("Router, compressing answers") struct RouterCompressionTests {
    private static let gzip = "Accept-Encoding: gzip, deflate, br"
    private static let magic: [UInt8] = [0x1F, 0x8B]

    @Test(arguments: ["GET /long", "HEAD /long", "POST /long", "GET /wrong"])
    func `is for who takes it, and told to caches`(line: String) async throws {
        let answer = try await Asking.ask(line, [Self.gzip])
        #expect(answer.headers.values("content-encoding") == ["gzip"])
        #expect(answer.headers.values("vary") == ["Accept-Encoding"])
        #expect(answer.body.starts(with: Self.magic) && answer.body.count < 1_000)
        for other in [[], ["Accept-Encoding: identity"], ["Accept-Encoding: gzip;q=0"]] {
            let plain = try await Asking.ask(line, other)
            #expect(plain.status == answer.status)
            #expect(plain.headers["content-encoding"] == nil)
            #expect(plain.headers.values("vary") == ["Accept-Encoding"])
            #expect(plain.body.count >= 5_000)
        }
    }

    @Test(arguments: [
        "text/html; charset=utf-8", "text/javascript", "TEXT/CSS", "image/svg+xml", "application/problem+json",
        "application/json;x=y",
    ])
    func `is for text in all its forms`(type: String) async throws {
        let type = type.split(separator: " ").joined(separator: "%20").split(separator: "+").joined(separator: "%2B")
        #expect(
            try await Asking.ask("GET /long?type=\(type)", [Self.gzip]).headers["content-encoding"] == "gzip", "\(type)"
        )
    }

    @Test(arguments: ["image/png", "application/octet-stream", "video/text/x", "application/jsonp", "font/woff2"])
    func `is not for what is compressed already`(type: String) async throws {
        let answer = try await Asking.ask("GET /long?type=\(type)", [Self.gzip])
        #expect(answer.headers["content-encoding"] == nil)
        #expect(answer.headers["vary"] == nil)
    }

    @Test func `has its bounds`() async throws {
        let limits = Limits()
        for (count, isCompressed) in [
            (limits.gzipBytesMin - 1, false), (limits.gzipBytesMin, true), (limits.gzipBytesMax, true),
            (limits.gzipBytesMax + 1, false),
        ] {
            let answer = try await Asking.ask("GET /long?count=\(count)", [Self.gzip])
            #expect((answer.headers["content-encoding"] == "gzip") == isCompressed, "\(count)")
        }
    }

    @Test func `leaves answers with secrets alone`() async throws {
        let answer = try await Asking.ask("POST /secret", [Self.gzip])
        #expect(answer.status == 200)
        #expect(answer.headers["content-encoding"] == nil)
        #expect(answer.body.count > 5_000)
    }

    // MARK: Two representations of one thing

    @Test func `each form has its own tag, and 304 speaks of that one`() async throws {
        let plain = try #require(try await Asking.ask("GET /long").headers["etag"])
        let compressed = try #require(try await Asking.ask("GET /long", [Self.gzip]).headers["etag"])
        #expect(plain != compressed)
        for (fields, tag, status) in [
            ([], plain, 304), ([], compressed, 200), ([Self.gzip], compressed, 304), ([Self.gzip], plain, 200),
        ] {
            let answer = try await Asking.ask("GET /long", fields + ["If-None-Match: \(tag)"])
            #expect(answer.status == status)
            #expect(answer.headers["vary"] == "Accept-Encoding")
            if status == 304 {
                #expect(answer.headers["etag"] == tag)
                #expect(answer.headers["content-encoding"] == nil)
                #expect(answer.body.isEmpty)
            }
            let matched = try await Asking.ask("GET /long", fields + ["If-Match: \(tag)"])
            #expect(matched.status == (status == 304 ? 200 : 412))
        }
    }

    @Test func `a range is of the plain form, and for nobody who may hold the other`() async throws {
        let range = "Range: bytes=10-19", date = "If-Range: Sun, 06 Nov 1994 08:49:37 GMT"
        let plain = try #require(try await Asking.ask("GET /long").headers["etag"])
        let compressed = try #require(try await Asking.ask("GET /long", [Self.gzip]).headers["etag"])
        for (fields, status, coding) in [
            ([range], 206, nil), ([range, Self.gzip], 200, "gzip"),
            ([range, Self.gzip, "If-Range: \(plain)"], 206, nil),
            ([range, Self.gzip, "If-Range: \(compressed)"], 200, "gzip"),
            ([range, "If-Range: \(compressed)"], 200, nil),
            ([range, Self.gzip, date], 200, "gzip"), ([range, "If-Range: \(plain)"], 206, nil),
        ] as [([String], Int, String?)] {
            let answer = try await Asking.ask("GET /long", fields)
            #expect(answer.status == status, "\(fields)")
            #expect(answer.headers["content-encoding"] == coding, "\(fields)")
            #expect(answer.headers["accept-ranges"] == (coding == nil ? "bytes" : nil), "\(fields)")
            if status == 206 { #expect(answer.headers["etag"] == plain) }
        }
    }
}
