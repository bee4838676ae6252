internal import Base

/// The lines of one vCard, and who it is about. Of its properties only names and addresses are looked at; pictures are
/// not even put together.
struct CardText {
    private let bytes: [UInt8]
    private let lines: [Range<Int>]
    private let number: Int64

    init(_ bytes: [UInt8], _ lines: [Range<Int>], number: Int64) {
        self.bytes = bytes
        self.lines = lines
        self.number = number
    }

    private enum Property: String { case fn, n, email, tel, org, nickname }

    /// Bytes of a property that is looked at; a longer one says nothing of use.
    private static let propertyBytesMax = 4_096

    var row: Result<ContactRow, ContactRowFault> {
        var row = ContactRow(number: number), parts: [Property: String] = [:]
        var index = 0
        while index < lines.count {
            let first = index
            index += 1
            guard let property = property(at: first) else { continue }
            let text = logical(first, &index)
            guard text.count <= Self.propertyBytesMax else { continue }
            guard let value = Self.value(of: text) else {
                return .failure(ContactRowFault(number, "invalid_utf8", "The card is not UTF-8."))
            }
            switch property {
            case .email:
                let text = Self.unescaped(value[...]).first ?? ""
                row.add(email: text.lowercased().hasPrefix("mailto:") ? String(text.dropFirst(7)) : text)
            case .tel: row.add(phone: Self.unescaped(value[...]).first ?? "")
            case .n:
                let names = Self.unescaped(value[...], separatedBy: ";")
                let order = [3, 1, 2, 0, 4].map { $0 < names.count ? names[$0] : "" }
                parts[.n] = order.filter { !$0.isEmpty }.joined(separator: " ")
            case .fn, .nickname: parts[property] = Self.unescaped(value[...]).first ?? ""
            case .org: parts[.org] = Self.unescaped(value[...], separatedBy: ";").first ?? ""
            }
        }
        row.name = [.fn, .n, .nickname, .org].lazy.compactMap { parts[$0] }.first { !$0.isEmpty } ?? ""
        return .success(row)
    }

    /// What a line is about, where that is of interest: `item1.EMAIL;TYPE=home:…` is an `EMAIL`.
    private func property(at index: Int) -> Property? {
        let head = bytes[lines[index]].prefix(128)
        guard let first = head.first, !first.isBlank else { return nil }
        let name = head.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";") }
        let last = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).last ?? []
        return Property(rawValue: String(decoding: last.map(\.lowerCase), as: UTF8.self))
    }

    /// A line with those that continue it: RFC 6350 section 3.2, and the soft breaks of quoted-printable (2.1).
    private func logical(_ first: Int, _ next: inout Int) -> [UInt8] {
        var text = Array(bytes[lines[first]])
        let isQuoted = Self.isQuotedPrintable(text)
        while next < lines.count, text.count <= Self.propertyBytesMax {
            let line = bytes[lines[next]]
            if isQuoted, text.last == UInt8(ascii: "=") {
                text.removeLast()
                text += line
            } else if line.first?.isBlank == true {
                text += line.dropFirst()
            } else {
                break
            }
            next += 1
        }
        return text
    }

    private static func isQuotedPrintable(_ line: [UInt8]) -> Bool {
        let head = line.prefix { $0 != UInt8(ascii: ":") }
        return String(decoding: head.map(\.lowerCase), as: UTF8.self).contains("quoted-printable")
    }

    /// What stands behind the colon that no quotes are around; `nil` when it is not UTF-8.
    private static func value(of line: [UInt8]) -> String? {
        var isQuoted = false
        let colon = line.firstIndex { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: ":") && !isQuoted
        }
        guard let colon else { return "" }
        let value = Array(line[(colon + 1)...])
        return String(validating: isQuotedPrintable(line) ? decoded(value) : value, as: UTF8.self)
    }

    /// RFC 2045 section 6.7: `=C3` is a byte.
    private static func decoded(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "="), index + 2 < text.count,
                let high = Character(Unicode.Scalar(text[index + 1])).hexDigitValue,
                let low = Character(Unicode.Scalar(text[index + 2])).hexDigitValue
            {
                bytes.append(UInt8(high * 16 + low))
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }

    /// RFC 6350 section 3.4: the parts of a value, with `\n`, `\,`, `\;` and `\\` for what they stand for.
    private static func unescaped(_ text: Substring, separatedBy separator: Character? = nil) -> [String] {
        var parts = [""], isEscaped = false
        for character in text {
            if isEscaped {
                parts[parts.count - 1].append(character == "n" || character == "N" ? " " : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == separator {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0[...].trimmed }
    }
}
