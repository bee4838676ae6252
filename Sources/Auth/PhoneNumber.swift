/// A phone number in the international form of E.164: `+` and 7 to 15 digits, the first not 0. Spaces, hyphens, dots
/// and parentheses are dropped when reading.
public struct PhoneNumber: Sendable, Hashable {
    static let digitsRange = 7...15
    /// Bytes that are looked at at all: the longest number with a separator beside each digit stays below it.
    static let inputBytesMax = 64

    /// `+` and digits.
    public let text: String
    /// What must be unique, and what is looked up: the same as `text`.
    public var folded: String { text }

    public init(_ text: String) throws(NameFault) {
        guard text.utf8.count <= Self.inputBytesMax else { throw Self.tooLong }
        let kept = text.utf8.filter { !" -.()".utf8.contains($0) }
        let digits = kept.dropFirst()
        guard kept.first == UInt8(ascii: "+"), digits.allSatisfy({ $0.isASCIIDigit }), digits.first != UInt8(ascii: "0")
        else {
            throw .invalidFormat(detail: "A phone number is a + with the country code and the digits after it.")
        }
        guard digits.count >= Self.digitsRange.lowerBound else {
            throw .tooShort(detail: "A phone number has at least \(Self.digitsRange.lowerBound) digits.")
        }
        guard digits.count <= Self.digitsRange.upperBound else { throw Self.tooLong }
        self.text = String(decoding: kept, as: UTF8.self)
    }

    private static let tooLong = NameFault.tooLong(
        detail: "A phone number has at most \(digitsRange.upperBound) digits.")
}
