internal import COpenSSL

/// The digest that the WebSocket handshake asks for (RFC 6455 section 4.2.2); it guards nothing there, and nothing else
/// may use it.
enum SHA1 {
    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        // Without memory for itself OpenSSL leaves zeros there, and would do so for ever.
        let made = COpenSSL.SHA1(bytes, bytes.count, &digest)
        precondition(made != nil, "this OpenSSL has no SHA-1")
        return digest
    }
}
