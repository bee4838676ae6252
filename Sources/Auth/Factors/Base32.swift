/// RFC 4648 section 6 without padding, as people type it and as authenticator apps take it.
public enum Base32: Sendable {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0, bitCount: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                text.append(alphabet[Int(bits >> bitCount & 0x1F)])
            }
            bits &= (1 << bitCount) - 1
        }
        if bitCount > 0 { text.append(alphabet[Int(bits << (5 - bitCount) & 0x1F)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
