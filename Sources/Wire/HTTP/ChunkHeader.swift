internal import Base

/// The line in front of a chunk (RFC 9112 section 7.1): its size, and extensions that are checked and ignored.
struct ChunkHeader: Sendable, Equatable {
    var byteCount: Int
    /// What the extensions took of the line.
    var extensionByteCount: Int

    /// Reads a line without its end.
    init(parsing line: [UInt8]) throws(HTTPViolation) {
        let digits = line.prefix { $0.hexDigitValue != nil }
        guard !digits.isEmpty else { throw HTTPViolation(400, "a chunk has no size") }
        byteCount = 0
        for digit in digits {
            // RFC 9112 section 7.1: a recipient must guard against sizes that its integers cannot hold.
            guard byteCount <= Int.max >> 4 else { throw HTTPViolation(413, "the body is too large") }
            byteCount = byteCount << 4 | Int(digit.hexDigitValue ?? 0)
        }
        let extensions = line[digits.endIndex...]
        guard Self.areExtensions(extensions) else { throw HTTPViolation(400, "a chunk's extension is malformed") }
        extensionByteCount = extensions.count
    }

    /// `*( BWS ";" BWS name [ BWS "=" BWS value ] )` of RFC 9112 section 7.1.1.
    private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            rest = rest.drop(while: \.isBlank)
            guard rest.popFirst() == UInt8(ascii: ";") else { return false }
            rest = rest.drop(while: \.isBlank)
            guard dropToken(&rest) else { return false }
            let behindName = rest.drop(while: \.isBlank)
            guard behindName.first == UInt8(ascii: "=") else { continue }
            rest = behindName.dropFirst().drop(while: \.isBlank)
            guard rest.first == UInt8(ascii: "\"") ? dropQuotedString(&rest) : dropToken(&rest) else { return false }
        }
        return true
    }

    private static func dropToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let token = rest.prefix(while: \.isTokenByte)
        rest = rest[token.endIndex...]
        return !token.isEmpty
    }

    /// RFC 9110 section 5.6.4: a backslash takes the next byte as it is.
    private static func dropQuotedString(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), rest.popFirst() == nil { return false }
        }
        return false
    }
}
