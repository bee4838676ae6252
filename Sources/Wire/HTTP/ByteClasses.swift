internal import Base

/// The classes of bytes that HTTP's grammar is written in.
extension UInt8 {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A }

    /// `tchar` of RFC 9110 section 5.6.2: what methods and field names are made of.
    var isTokenByte: Bool {
        if isDigit || isLetter { return true }
        switch self {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }

    /// `unreserved` of RFC 3986 section 2.3.
    var isUnreserved: Bool {
        isDigit || isLetter || self == 0x2D || self == 0x2E || self == 0x5F || self == 0x7E
    }

    /// `CTL` of RFC 5234: what no text on the wire may contain (HTTP excepts the tab inside field values).
    var isControl: Bool { self < 0x20 || self == 0x7F }

    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    var hexDigitValue: UInt8? {
        if isDigit { return self - 0x30 }
        let letter = self | 0x20
        return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : nil
    }
}

extension Collection<UInt8> {
    /// A non-empty `token` of RFC 9110 section 5.6.2.
    var isToken: Bool { !isEmpty && allSatisfy(\.isTokenByte) }
}

extension ArraySlice<UInt8> {
    /// Without the optional white space at either end (RFC 9110 section 5.6.3).
    var trimmedOfBlanks: ArraySlice<UInt8> {
        var trimmed = self
        while trimmed.first?.isBlank == true { trimmed.removeFirst() }
        while trimmed.last?.isBlank == true { trimmed.removeLast() }
        return trimmed
    }

    /// As a string, or `nil` when it is not UTF-8.
    var text: String? {
        guard let utf8 = try? UTF8Span(validating: span) else { return nil }
        return String(copying: utf8)
    }
}

extension Sequence<UInt8> {
    /// With the letters A to Z in lower case, which is all the case that HTTP knows.
    var lowercasedText: String { String(decoding: map(\.lowercased), as: UTF8.self) }
}
