/// A country's dialling code, by which numbers are understood that are written without one.
public struct DiallingCode: Sendable, Equatable {
    /// One to three digits, the first not 0 (ITU-T E.164).
    public let digits: String

    public init?(_ text: String) {
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit), !digits.hasPrefix("0") else {
            return nil
        }
        self.digits = String(digits)
    }

    /// What is dialled before a number inside of the country, and is no part of it: `nil` where the 0 stays.
    private var trunk: String? {
        switch digits {
        case "1": "1"
        case "7": "8"
        case "36": "06"
        case "39", "378", "379": nil
        default: "0"
        }
    }

    /// What is dialled before a number of another country.
    private var exit: String { digits == "1" ? "011" : "00" }

    /// A number as it is dialled in the country, in digits alone, with the country's code before it.
    fileprivate func international(_ number: Substring) -> String {
        if number.hasPrefix(exit) { return "+" + number.dropFirst(exit.utf8.count) }
        if let trunk, number.hasPrefix(trunk) { return "+" + digits + number.dropFirst(trunk.utf8.count) }
        return "+" + digits + number
    }
}

extension PhoneNumber {
    /// A number as people write it down: with `+` or `00` before the country's code, as `tel:` of RFC 3966, with the
    /// `(0)` that is dialled at home only, or without the country where its code is known.
    /// - Parameter dialling: the country of numbers that name none.
    public init(written text: String, dialling: DiallingCode?) throws(NameFault) {
        guard text.utf8.count <= Self.inputBytesMax * 2 else { throw .tooLong(detail: "That is no phone number.") }
        var rest = text[...]
        if rest.lowercased().hasPrefix("tel:") { rest = rest.dropFirst(4) }
        // RFC 3966 section 3: parameters, an extension among them, stand behind a semicolon.
        rest = rest.prefix { $0 != ";" }
        let plain = rest.replacing(" (0)", with: "").replacing("(0)", with: "")
        let kept = plain.unicodeScalars.filter { !Self.isSeparator($0) }
        let number = String(String.UnicodeScalarView(kept))
        if number.hasPrefix("+") {
            try self.init(number)
        } else if let dialling {
            guard number.utf8.allSatisfy(\.isASCIIDigit) else {
                throw .invalidFormat(detail: "A phone number has digits, and a + before them.")
            }
            try self.init(dialling.international(number[...]))
        } else if number.hasPrefix("00") {
            try self.init("+" + number.dropFirst(2))
        } else {
            throw .invalidFormat(detail: "A phone number is a + with the country code and the digits after it.")
        }
    }

    /// Spaces of all kinds, hyphens of all kinds, and what people put between groups of digits.
    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "(", ")", "/", "\u{200E}", "\u{202A}", "\u{202C}": true
        default: scalar.properties.isWhitespace || scalar.properties.generalCategory == .dashPunctuation
        }
    }
}
