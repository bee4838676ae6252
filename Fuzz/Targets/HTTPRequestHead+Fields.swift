internal import Wire

extension HTTPRequestHead {
    /// A GET with these fields, each on its line; `nil` where no request may have them.
    init?(asking fields: [UInt8]) {
        var request = Array("GET / HTTP/1.1\r\nHost: confab.example\r\n".utf8)
        for line in fields.split(separator: UInt8(ascii: "\n")) { request += line + [13, 10] }
        request += [13, 10]
        var parser = HTTPRequestParser(headBytesMax: 2048, headerCountMax: 64, bodyBytesMax: 64)
        request.withUnsafeBytes { parser.receive($0) }
        guard case .head(let head) = parser.nextEvent() else { return nil }
        self = head
    }
}
