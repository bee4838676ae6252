internal import Auth
internal import Base
internal import CCurl

/// One transfer under way. It lives on the thread of `CurlClient`, where libcurl calls back into it.
final class CurlTransfer {
    private let order: CurlOrder
    private let finish: (CurlEnd) -> Void
    let easy: OpaquePointer
    private let owner: UnsafeMutablePointer<ccurl_owner>
    private var list: OpaquePointer?
    private var headers: [(name: String, value: String)] = []
    private var headBytes = 0
    private var body: [UInt8] = []
    private var uploaded = 0
    private var wasRefused = false, isTooLong = false

    /// Bytes of an answer's head.
    private static let headBytesMax = 64 << 10
    /// Milliseconds of the whole for being connected, TLS included.
    private static let connectMilliseconds = 5_000
    /// Without a limit for the whole: bytes in a second, on average over so many seconds, below which it is given up.
    private static let slowBytesPerSecond = 1_024
    static let slowSeconds = 30

    init?(_ order: CurlOrder, finish: @escaping (CurlEnd) -> Void) {
        guard let easy = ccurl_easy_new() else { return nil }
        self.order = order
        self.finish = finish
        self.easy = easy
        owner = .allocate(capacity: 1)
        owner.initialize(
            to: ccurl_owner(
                context: Unmanaged.passUnretained(self).toOpaque(),
                body: { CurlTransfer.me($0).take(body: UnsafeBufferPointer(start: $1, count: $2)) },
                head: { CurlTransfer.me($0).take(head: UnsafeBufferPointer(start: $1, count: $2)) },
                allows: { CurlTransfer.me($0).allows(UnsafeBufferPointer(start: $1, count: $2)) },
                upload: { CurlTransfer.me($0).upload(into: UnsafeMutableBufferPointer(start: $1, count: $2)) }))
    }

    deinit {
        ccurl_easy_free(easy)
        ccurl_list_free(list)
        owner.deallocate()
    }

    private static func me(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
        Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Says what it is about; a code of libcurl's when that cannot be done.
    func prepare() -> CInt {
        var codes = [
            ccurl_set_owner(easy, owner), text(CC_CURLOPT_URL, order.url),
            number(CC_CURLOPT_NOSIGNAL, 1), number(CC_CURLOPT_TIMEOUT_MS, order.timeoutMilliseconds ?? 0),
            number(
                CC_CURLOPT_CONNECTTIMEOUT_MS,
                min(order.timeoutMilliseconds ?? Self.connectMilliseconds, Self.connectMilliseconds)),
            number(CC_CURLOPT_FOLLOWLOCATION, 0), number(CC_CURLOPT_SSL_VERIFYPEER, 1),
            number(CC_CURLOPT_SSL_VERIFYHOST, 2),
            number(CC_CURLOPT_SSLVERSION, Int(CC_CURL_SSLVERSION_TLSv1_2.rawValue)),
            // A proxy would look names up by itself, and connect to what we would not.
            text(CC_CURLOPT_PROXY, ""),
            // Each connection is checked for whom it was made.
            number(CC_CURLOPT_FRESH_CONNECT, 1), number(CC_CURLOPT_FORBID_REUSE, 1),
        ]
        if order.timeoutMilliseconds == nil {
            codes.append(number(CC_CURLOPT_LOW_SPEED_LIMIT, Self.slowBytesPerSecond))
            codes.append(number(CC_CURLOPT_LOW_SPEED_TIME, Self.slowSeconds))
        }
        if !order.trustedCertificates.isEmpty { codes.append(text(CC_CURLOPT_CAINFO, order.trustedCertificates)) }
        switch order.kind {
        case .http(let method, let headers, let body):
            codes.append(protocols(order.isPlain ? ("http", CC_CURLPROTO_HTTP) : ("https", CC_CURLPROTO_HTTPS)))
            let version = order.speaksHTTP2 ? CC_CURL_HTTP_VERSION_2TLS : CC_CURL_HTTP_VERSION_1_1
            codes.append(number(CC_CURLOPT_HTTP_VERSION, Int(version.rawValue)))
            switch body {
            case .bytes(let bytes) where !bytes.isEmpty || method == "POST" || method == "PUT":
                codes.append(
                    bytes.withUnsafeBytes { ccurl_set_body(easy, $0.baseAddress ?? UnsafeRawPointer(owner), $0.count) })
            case .bytes: break
            case .file(_, let range):
                codes.append(number(CC_CURLOPT_UPLOAD, 1))
                codes.append(number(CC_CURLOPT_INFILESIZE, range.count))
            }
            if method == "HEAD" { codes.append(number(CC_CURLOPT_NOBODY, 1)) }
            codes.append(text(CC_CURLOPT_CUSTOMREQUEST, method))
            // A body goes at once; what asks first waits for a second where nobody answers (RFC 9110 section 10.1.1).
            for line in headers + ["Expect:"] { list = ccurl_list_add(list, line) }
            codes.append(ccurl_set_list(easy, CInt(CC_CURLOPT_HTTPHEADER.rawValue), list))
        case .mail(let from, let to, _, let user, let password, let tls):
            codes.append(
                protocols(tls == .implicit ? ("smtps", CC_CURLPROTO_SMTPS) : ("smtp", CC_CURLPROTO_SMTP)))
            let security = tls == .none ? CC_CURLUSESSL_NONE : CC_CURLUSESSL_ALL
            codes.append(number(CC_CURLOPT_USE_SSL, Int(security.rawValue)))
            codes.append(text(CC_CURLOPT_MAIL_FROM, "<\(from)>"))
            list = ccurl_list_add(nil, "<\(to)>")
            codes.append(ccurl_set_list(easy, CInt(CC_CURLOPT_MAIL_RCPT.rawValue), list))
            codes.append(number(CC_CURLOPT_UPLOAD, 1))
            if !user.isEmpty {
                codes.append(text(CC_CURLOPT_USERNAME, user))
                codes.append(text(CC_CURLOPT_PASSWORD, password.withBytes { String(decoding: $0, as: UTF8.self) }))
            }
        }
        return codes.first { $0 != 0 } ?? 0
    }

    /// Tells whoever waits for it. Called once, when libcurl has nothing more to do with it.
    func end(_ code: CInt) {
        finish(
            CurlEnd(
                code: code, status: ccurl_status(easy), headers: headers, body: body, wasRefused: wasRefused,
                isTooLong: isTooLong, words: String(cString: ccurl_explain(code))))
    }

    // MARK: Options

    private func number(_ option: CCurlName, _ value: Int) -> CInt {
        ccurl_set_number(easy, CInt(option.rawValue), value)
    }

    private func text(_ option: CCurlName, _ value: String) -> CInt {
        ccurl_set_text(easy, CInt(option.rawValue), value)
    }

    /// Nothing but this scheme, whatever stands in the address. Versions before 7.85 know it by number only.
    private func protocols(_ scheme: (name: String, number: CCurlName)) -> CInt {
        let code = text(CC_CURLOPT_PROTOCOLS_STR, scheme.name)
        guard code == CInt(CC_CURLE_UNKNOWN_OPTION.rawValue) else { return code }
        return number(CC_CURLOPT_PROTOCOLS, Int(scheme.number.rawValue))
    }

    // MARK: What libcurl asks

    private func take(body piece: UnsafeBufferPointer<UInt8>) -> CInt {
        if let sink = order.sink, (200...299).contains(ccurl_status(easy)) { return sink(Array(piece)) ? 0 : 1 }
        guard body.count + piece.count <= order.answerBytesMax else {
            isTooLong = true
            return 1
        }
        body.append(contentsOf: piece)
        return 0
    }

    private func take(head line: UnsafeBufferPointer<UInt8>) -> CInt {
        headBytes += line.count
        guard headBytes <= Self.headBytesMax else {
            isTooLong = true
            return 1
        }
        let text = String(decoding: line, as: UTF8.self).filter { $0 != "\r\n" && $0 != "\n" && $0 != "\r" }
        // Those of an interim answer (RFC 9110 section 15.2) are not the answer's.
        if text.hasPrefix("HTTP/") { headers = [] }
        guard let colon = text.firstIndex(of: ":") else { return 0 }
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let value = text[text.index(after: colon)...].drop(while: isBlank)
        headers.append((text[..<colon].lowercased(), String(value.reversed().drop(while: isBlank).reversed())))
        return 0
    }

    private func allows(_ bytes: UnsafeBufferPointer<UInt8>) -> CInt {
        guard let address = IPAddress(bytes: bytes), isAllowed(address) else {
            wasRefused = true
            return 0
        }
        return 1
    }

    private func isAllowed(_ address: IPAddress) -> Bool {
        order.rules?.allows(address, isPlain: order.isPlain) ?? true
    }

    /// Fills in what is to be sent next; nothing at its end. What cannot be read any more is the end too, and the
    /// transfer fails for want of the rest.
    private func upload(into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let piece: [UInt8]
        switch order.kind {
        case .mail(_, _, let content, _, _, _): piece = Array(content[uploaded...].prefix(room.count))
        case .http(_, _, .file(let file, let range)):
            let end = min(range.upperBound, range.lowerBound + uploaded + room.count)
            piece = file.read(range.lowerBound + uploaded..<end) ?? []
        case .http(_, _, .bytes): piece = []
        }
        _ = room.update(fromContentsOf: piece)
        uploaded += piece.count
        return piece.count
    }
}
