import Testing
import Wire

@Suite("HTTP response writer") struct HTTPResponseWriterTests {
    static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    static func text(_ response: HTTPResponse, to method: HTTPMethod = .get, keepsAlive: Bool = true) throws -> String {
        String(
            decoding: try HTTPResponseWriter.encode(response, to: method, keepsAlive: keepsAlive, date: date),
            as: UTF8.self)
    }

    @Test func `writes a whole response`() throws {
        let response = HTTPResponse(
            status: 200, headers: HTTPHeaders([("Content-Type", "text/plain")]), body: Array("hi"))
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: \(Self.date)\r\n"
        #expect(try Self.text(response) == head + "Connection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try Self.text(response, keepsAlive: false) == head + "Connection: close\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try Self.text(response, to: .head) == head + "Connection: keep-alive\r\nContent-Length: 2\r\n\r\n")
    }

    @Test(arguments: [204, 304]) func `gives no length and no body where there is none`(status: Int) throws {
        let text = try Self.text(HTTPResponse(status: status, body: Array("hi")))
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func `writes interim responses bare`() throws {
        #expect(try Self.text(HTTPResponse(status: 100)) == "HTTP/1.1 100 Continue\r\n\r\n")
        let switching = HTTPResponse(
            status: 101, headers: HTTPHeaders([("Upgrade", "websocket"), ("Connection", "Upgrade")]))
        #expect(
            try Self.text(switching)
                == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    }

    @Test func `names an Upgrade in Connection too`() throws {
        let response = HTTPResponse(status: 426, headers: HTTPHeaders([("Upgrade", "websocket")]))
        #expect(try Self.text(response, keepsAlive: false).contains("\r\nConnection: close, Upgrade\r\n"))
    }

    @Test(arguments: 0...255) func `lets no byte break out of a field`(byte: UInt8) {
        let scalar = String(UnicodeScalar(byte))
        let isControl = byte < 0x20 || byte == 0x7F
        let inValue = HTTPResponse(status: 200, headers: HTTPHeaders([("A", "b\(scalar)c")]))
        let inName = HTTPResponse(status: 200, headers: HTTPHeaders([("A\(scalar)B", "c")]))
        if isControl {
            #expect(throws: HTTPEncodingError.invalidFieldValue) { try Self.text(inValue) }
        } else {
            #expect(throws: Never.self) { try Self.text(inValue) }
        }
        let isToken = byte < 0x80 && !isControl && !" \"(),/:;<=>?@[\\]{}".contains(scalar)
        if isToken {
            #expect(throws: Never.self) { try Self.text(inName) }
        } else {
            #expect(throws: HTTPEncodingError.invalidFieldName) { try Self.text(inName) }
        }
    }

    @Test func `lets no line end break out by the date`() {
        #expect(throws: HTTPEncodingError.invalidFieldValue) {
            try HTTPResponseWriter.encode(HTTPResponse(status: 200), to: .get, keepsAlive: true, date: "a\r\nB: c")
        }
    }

    @Test(arguments: ["content-length", "Transfer-Encoding", "CONNECTION", "Date"])
    func `keeps its own fields to itself`(name: String) {
        let response = HTTPResponse(status: 200, headers: HTTPHeaders([(name, "1")]))
        #expect(throws: HTTPEncodingError.reservedField) { try Self.text(response) }
    }

    @Test(arguments: [-1, 0, 99, 600, Int.max]) func `refuses what is no status`(status: Int) {
        #expect(throws: HTTPEncodingError.invalidStatus) { try Self.text(HTTPResponse(status: status)) }
    }

    @Test func `writes a head for a body from elsewhere`() throws {
        let bytes = try HTTPResponseWriter.encodeHead(
            HTTPResponse(status: 206), contentLength: 7, keepsAlive: true, date: Self.date)
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\nContent-Length: 7\r\n\r\n"))
    }
}
