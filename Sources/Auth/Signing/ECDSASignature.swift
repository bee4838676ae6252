/// Two numbers of P-256, as tokens have them (RFC 7518 section 3.4: 32 bytes each, highest first) and as OpenSSL has
/// them (DER, RFC 3279 section 2.2.3).
enum ECDSASignature {
    private static let numberByteCount = 32
    private static let sequence: UInt8 = 0x30
    private static let integer: UInt8 = 0x02

    /// `nil` unless these are exactly 64 bytes.
    static func der(_ plain: [UInt8]) -> [UInt8]? {
        guard plain.count == 2 * numberByteCount else { return nil }
        let numbers = encoded(plain.prefix(numberByteCount)) + encoded(plain.suffix(numberByteCount))
        // 70 bytes at most, so that the length is one byte.
        return [sequence, UInt8(numbers.count)] + numbers
    }

    /// `nil` unless this is a sequence of two positive numbers of at most 32 bytes, and nothing else.
    static func plain(_ der: [UInt8]) -> [UInt8]? {
        var rest = der[...]
        guard rest.popFirst() == sequence, rest.popFirst().map({ Int($0) }) == rest.count,
            let r = number(&rest), let s = number(&rest), rest.isEmpty
        else { return nil }
        return r + s
    }

    /// As few bytes as possible, the highest bit clear because the number is positive.
    private static func encoded(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [integer, UInt8(digits.count)] + digits
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.popFirst() == integer, let count = rest.popFirst(), count > 0, rest.count >= Int(count) else {
            return nil
        }
        let digits = rest.prefix(Int(count)).drop { $0 == 0 }
        rest = rest.dropFirst(Int(count))
        guard digits.count <= numberByteCount else { return nil }
        return [UInt8](repeating: 0, count: numberByteCount - digits.count) + digits
    }
}
