internal import Base

/// RFC 4648's standard alphabet without padding, as PHC strings have it.
enum UnpaddedBase64 {
    static func encode(_ bytes: [UInt8]) -> String {
        String(Base64.encode(bytes).prefix { $0 != "=" })
    }

    /// `nil` unless the text is exactly what `encode` would have written.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard !text.contains(UInt8(ascii: "=")) else { return nil }
        let missing = (4 - text.count % 4) % 4
        return Base64.decode(Array(text) + [UInt8](repeating: UInt8(ascii: "="), count: missing))
    }
}
