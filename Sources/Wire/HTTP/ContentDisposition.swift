internal import Base

/// What Content-Disposition says of a body or of a part of one (RFC 6266, RFC 7578 section 4.2): a kind, the name of a
/// form's field, and the name of a file.
public struct ContentDisposition: Sendable, Equatable {
    /// Such as `attachment` or `form-data`, in lower case.
    public var kind: String
    public var name: String?
    /// As it was given, whatever it holds: it is no path, and is to be cleaned before it is shown.
    public var filename: String?

    public init(kind: String, name: String? = nil, filename: String? = nil) {
        self.kind = kind
        self.name = name
        self.filename = filename
    }

    /// `nil` when it is malformed, or says the same thing twice.
    public init?(parsing text: String) {
        var rest = Array(text.utf8)[...]
        let kind = rest.prefix { $0.isTokenByte }
        guard !kind.isEmpty else { return nil }
        self.init(kind: kind.lowercasedText)
        rest = rest[kind.endIndex...]
        var extended: String?
        while true {
            rest = rest.drop(while: \.isBlank)
            if rest.isEmpty { break }
            guard rest.first == UInt8(ascii: ";") else { return nil }
            rest = rest.dropFirst().drop(while: \.isBlank)
            // An empty parameter, as some write it at the end.
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            guard let (parameter, value) = Self.parameter(&rest) else { return nil }
            switch parameter {
            case "name":
                guard name == nil else { return nil }
                name = value
            case "filename":
                guard filename == nil else { return nil }
                filename = value
            case "filename*":
                guard extended == nil, let decoded = Self.extended(value) else { return nil }
                extended = decoded
            default: continue
            }
        }
        // RFC 6266 section 4.3: the one that can say every name goes before the other.
        filename = extended ?? filename
    }

    private static func parameter(_ rest: inout ArraySlice<UInt8>) -> (name: String, value: String)? {
        let name = rest.prefix { $0.isTokenByte }
        rest = rest[name.endIndex...].drop(while: \.isBlank)
        guard !name.isEmpty, rest.first == UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst().drop(while: \.isBlank)
        guard rest.first == UInt8(ascii: "\"") else {
            let value = rest.prefix { $0 > .space && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\"") }
            rest = rest[value.endIndex...]
            return value.isEmpty ? nil : value.text.map { (name.lowercasedText, $0) }
        }
        var value: [UInt8] = []
        var index = rest.startIndex + 1
        while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
            // RFC 9110 section 5.6.4. Before any other byte it is a part of a name, such as `C:\file`.
            let next = index + 1
            let isEscape =
                rest[index] == UInt8(ascii: "\\") && next < rest.endIndex
                && (rest[next] == UInt8(ascii: "\"") || rest[next] == UInt8(ascii: "\\"))
            if isEscape { index = next }
            value.append(rest[index])
            index += 1
        }
        guard index < rest.endIndex else { return nil }
        rest = rest[(index + 1)...]
        return value[...].text.map { (name.lowercasedText, $0) }
    }

    /// RFC 8187 section 3.2: `UTF-8'en'na%C3%AFve.txt`.
    private static func extended(_ value: String) -> String? {
        let bytes = Array(value.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercasedText == "utf-8" else { return nil }
        return PercentDecoding.decode(parts[2], plusIsSpace: false)
    }
}

extension ContentDisposition: CustomStringConvertible {
    /// As it stands in a field of an answer: the name twice, for those who know only the older form (RFC 6266 appendix
    /// D). Whatever the name holds, the field is plain ASCII.
    public var description: String {
        var text = kind
        if let name { text += "; name=\"\(Self.plain(name))\"" }
        guard let filename else { return text }
        text += "; filename=\"\(Self.plain(filename))\""
        guard filename.utf8.contains(where: { !Self.isPlain($0) }) else { return text }
        return text + "; filename*=UTF-8''\(Self.encoded(filename))"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= .space && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "%")
    }

    private static func plain(_ name: String) -> String {
        String(name.unicodeScalars.map { $0.isASCII && isPlain(UInt8($0.value)) ? Character($0) : "_" })
    }

    /// `attr-char` of RFC 8187 section 3.2.1 as it is, all else percent-encoded.
    private static func encoded(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in name.utf8 {
            let isAsItIs = byte.isTokenByte && ![0x25, 0x27, 0x2A].contains(byte)
            encoded += isAsItIs ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
