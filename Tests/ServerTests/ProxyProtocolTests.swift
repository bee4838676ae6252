import TestClient
import Testing

@Suite("PROXY protocol") struct ProxyProtocolTests {
    private let settings = ["CONFAB_TRUSTED_PROXIES": "127.0.0.1", "CONFAB_PROXY_PROTOCOL": "on"]

    /// A header of version 2 for a client of IPv4.
    private func header(for client: [UInt8]) -> [UInt8] {
        [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0x11, 0, 12] + client + [127, 0, 0, 1, 1, 2, 3, 4]
    }

    private let request = Array("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    @Test(arguments: [1, 7, 1_000])
    func `a connection is the client's whom the header names, however it is cut`(pieceByteCount: Int) throws {
        let server = try RunningServer(settings.merging(["CONFAB_UNIDENTIFIED_PER_ADDRESS_MAX": "2"]) { $1 })
        func ask(for client: [UInt8]) throws -> (TCPClient, Int?) {
            let connection = try TCPClient(port: server.port)
            let bytes = header(for: client) + request
            for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
                try connection.send(Array(bytes[start..<min(start + pieceByteCount, bytes.count)]))
            }
            return (connection, try connection.readAnswer()?.status)
        }
        let held = try [ask(for: [203, 0, 113, 1]), ask(for: [203, 0, 113, 1])]
        #expect(held.allSatisfy { $0.1 == 200 })
        #expect(try ask(for: [203, 0, 113, 1]).1 == 503)
        #expect(try ask(for: [203, 0, 113, 2]).1 == 200)
    }

    @Test func `a trusted proxy that sends none is cut off, and others need none`() throws {
        let server = try RunningServer(settings)
        let proxy = try TCPClient(port: server.port)
        try proxy.send(request)
        #expect(try proxy.readToEnd().isEmpty)
        let stranger = try TCPClient(port: server.port, from: 9)
        try stranger.send(request)
        #expect(try stranger.readAnswer()?.status == 200)
        // Whose own header is no request.
        let liar = try TCPClient(port: server.port, from: 9)
        try liar.send(header(for: [1, 1, 1, 1]) + request)
        #expect(try liar.readAnswer()?.status == 400)
    }
}
