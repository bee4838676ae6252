/// RFC 6455 section 4: the request that a client opens with, and what it must find in the answer.
struct Handshake {
    let key: String

    init(seed: (UInt64, UInt64)) {
        var nonce: [UInt8] = []
        withUnsafeBytes(of: seed) { nonce.append(contentsOf: $0) }
        key = Self.base64(nonce)
    }

    init(key: String) { self.key = key }

    func request(host: String) -> [UInt8] {
        Array(
            """
            GET /api/v1/ws HTTP/1.1\r
            Host: \(host)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(key)\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: chat.v1\r
            \r\n
            """.utf8)
    }

    var expectedAccept: String {
        Self.base64(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// Checks the answer's head, without its closing empty line.
    func check(_ head: String) throws(ProtocolFault) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let status = lines.first.map(String.init) ?? ""
        guard status.hasPrefix("HTTP/1.1 101") else { throw ProtocolFault("the upgrade was answered by \"\(status)\"") }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        guard fields["upgrade"]?.lowercased() == "websocket" else {
            throw ProtocolFault("101 without Upgrade: websocket")
        }
        guard fields["sec-websocket-accept"] == expectedAccept else {
            throw ProtocolFault("a wrong Sec-WebSocket-Accept")
        }
        guard fields["sec-websocket-protocol"] == "chat.v1" else { throw ProtocolFault("chat.v1 was not chosen") }
        guard fields["sec-websocket-extensions"] == nil else { throw ProtocolFault("an extension nobody offered") }
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
