internal import Base

/// Which part of a content a client asks for (RFC 9110 section 14).
public enum ByteRange: Sendable, Equatable {
    /// All of it: nothing else is asked for, or nothing that we understand or serve.
    case whole
    /// A part that is there, and not empty.
    case part(Range<Int>)
    /// Nothing of what is asked for is there.
    case unsatisfiable

    /// Reads a Range field for a content of `byteCount` bytes.
    ///
    /// What is malformed, of another unit, or asks for several ranges at once is answered with the whole, as section
    /// 14.2 allows: an answer in many parts (`multipart/byteranges`) is what no client of ours wants, and what servers
    /// were made to work hard with. So no more than one range is ever looked at.
    public init(_ field: String, of byteCount: Int) {
        self = Self.read(Array(field.utf8)[...], byteCount) ?? .whole
    }

    private static func read(_ field: ArraySlice<UInt8>, _ byteCount: Int) -> ByteRange? {
        // Names of units have no case (section 14.1).
        guard let equals = field.firstIndex(of: UInt8(ascii: "=")), field[..<equals].lowercasedText == "bytes" else {
            return nil
        }
        let set = field[(equals + 1)...].drop { $0.isBlank || $0 == UInt8(ascii: ",") }
        let spec = set.prefix { $0 != UInt8(ascii: ",") }
        guard set[spec.endIndex...].allSatisfy({ $0.isBlank || $0 == UInt8(ascii: ",") }) else { return nil }
        let range = spec.trimmedOfBlanks
        guard let dash = range.firstIndex(of: UInt8(ascii: "-")) else { return nil }
        let before = range[..<dash], after = range[(dash + 1)...]
        if before.isEmpty {
            guard let suffix = number(after) else { return nil }
            if suffix == 0 { return .unsatisfiable }
            // The end of nothing can be had, but no Content-Range can say it.
            return byteCount == 0 ? .whole : .part(byteCount - min(suffix, byteCount)..<byteCount)
        }
        guard let first = number(before) else { return nil }
        if after.isEmpty { return first < byteCount ? .part(first..<byteCount) : .unsatisfiable }
        guard let last = number(after), first <= last else { return nil }
        return first < byteCount ? .part(first..<min(last, byteCount - 1) + 1) : .unsatisfiable
    }

    /// `1*DIGIT`; what is more than any content has is as good as the largest number.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        var number = 0
        for digit in digits {
            let (tens, isFar) = number.multipliedReportingOverflow(by: 10)
            let (sum, isFarther) = tens.addingReportingOverflow(Int(digit - 0x30))
            if isFar || isFarther { return .max }
            number = sum
        }
        return number
    }
}
