/// A decimal number as it was written, without rounding: up to 30 digits before the point and 30 behind it. Answers are
/// compared by it, because 0.1 and 0.2 make no 0.3 in binary.
public struct ExactNumber: Hashable, Sendable {
    private static let wholeDigits = 30
    private static let fractionDigits = 30
    /// Bytes of a number as it is written: more than all digits with sign, point and exponent.
    private static let textBytesMax = 80

    private let isNegative: Bool
    /// The magnitude, most significant digit first; one place more than it needs, so that sums fit.
    private let digits: [UInt8]

    public static let zero = ExactNumber(isNegative: false, digits: [UInt8](repeating: 0, count: placeCount))

    private static let placeCount = 1 + wholeDigits + fractionDigits

    private init(isNegative: Bool, digits: [UInt8]) {
        self.digits = digits
        // There is one zero.
        self.isNegative = isNegative && digits.contains { $0 != 0 }
    }

    /// Reads a number as JSON writes it (RFC 8259 section 6); `nil` for anything else, and for more digits than are
    /// kept.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count <= Self.textBytesMax else { return nil }
        var rest = Array(text)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let whole = rest.prefix { $0.isDigitOfASCII }
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
        rest = rest.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix { $0.isDigitOfASCII }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard let exponent = Self.exponent(rest) else { return nil }
        // Where the first written digit stands among the places.
        var place = Self.placeCount - Self.fractionDigits - whole.count - exponent
        var digits = [UInt8](repeating: 0, count: Self.placeCount)
        for byte in whole + fraction {
            let digit = byte - UInt8(ascii: "0")
            if digit > 0 {
                guard (1..<Self.placeCount).contains(place) else { return nil }
                digits[place] = digit
            }
            place += 1
        }
        self.init(isNegative: isNegative, digits: digits)
    }

    public init?(_ text: String) { self.init(Array(text.utf8)) }

    /// 0 when there is none; `nil` for what is no exponent, or a far too large one.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        guard let mark = text.first else { return 0 }
        guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
        var rest = text.dropFirst()
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard (1...3).contains(rest.count), rest.allSatisfy(\.isDigitOfASCII) else { return nil }
        let value = rest.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    public var isBelowZero: Bool { isNegative }

    /// Whether it lies no further from another one than `distance`, which is not below zero.
    public func isWithin(_ distance: ExactNumber, of other: ExactNumber) -> Bool {
        let apart: [UInt8]
        if isNegative != other.isNegative {
            apart = Self.sum(digits, other.digits)
        } else {
            let isLess = digits.lexicographicallyPrecedes(other.digits)
            apart = isLess ? Self.difference(other.digits, digits) : Self.difference(digits, other.digits)
        }
        return !distance.digits.lexicographicallyPrecedes(apart)
    }

    private static func sum(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
        var result = one, carry: UInt8 = 0
        for place in one.indices.reversed() {
            let value = one[place] + other[place] + carry
            result[place] = value % 10
            carry = value / 10
        }
        return result
    }

    /// - Parameter large: not less than `small`.
    private static func difference(_ large: [UInt8], _ small: [UInt8]) -> [UInt8] {
        var result = large, borrow: UInt8 = 0
        for place in large.indices.reversed() {
            let taken = small[place] + borrow
            borrow = large[place] < taken ? 1 : 0
            result[place] = large[place] + 10 * borrow - taken
        }
        return result
    }
}

extension ExactNumber: CustomStringConvertible {
    /// Plainly, without an exponent and without what is no digit of it: `-0.25`, `602000`.
    public var description: String {
        let point = 1 + Self.wholeDigits
        let whole = digits[..<point].drop { $0 == 0 }
        var fraction = digits[point...]
        while fraction.last == 0 { fraction.removeLast() }
        func text(_ digits: ArraySlice<UInt8>) -> String {
            String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        }
        return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : text(whole))
            + (fraction.isEmpty ? "" : "." + text(fraction))
    }
}
