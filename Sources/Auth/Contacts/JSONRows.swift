internal import Base

/// The contacts in a piece of a JSON text: the objects of an array, of the array `contacts` in an object, or one behind
/// the other. Where one ends is found by its brackets; only then is it read, by itself.
struct JSONRows: ContactRows {
    private(set) var place: ContactFileReader.Place
    private let bytes: [UInt8]
    private let isLast: Bool
    private let isFull: Bool
    private let start: Int
    private var position = 0

    /// - Parameter place: `isInside` says that the array has ended.
    init(_ bytes: [UInt8], isLast: Bool, isFull: Bool, _ place: ContactFileReader.Place) {
        self.bytes = bytes
        self.isLast = isLast
        self.isFull = isFull
        self.place = place
        start = place.offset
    }

    /// Bytes of one contact.
    private static let rowBytesMax = 64 << 10

    mutating func next() -> Result<ContactRow, ContactRowFault>? {
        position = Self.behindBlanks(bytes, position, commas: true)
        place.offset = start + position
        if place.isInside || position < bytes.count && bytes[position] == UInt8(ascii: "]") {
            position = bytes.count
            place.offset = start + position
            place.isInside = true
            return nil
        }
        guard position < bytes.count else { return nil }
        let begin = position, number = place.number
        guard let end = Self.end(of: bytes, from: begin), end < bytes.count || isLast || bytes[end - 1] == 0x7D else {
            guard isLast || isFull else { return nil }
            position = bytes.count
            place.isInside = true
            advance()
            return .failure(
                ContactRowFault(number, "invalid_json", "The contact does not end; nothing after it was read."))
        }
        position = end
        advance()
        guard bytes[begin] == UInt8(ascii: "{") else {
            return .failure(ContactRowFault(number, "not_an_object", "A contact is an object."))
        }
        guard end - begin <= Self.rowBytesMax else {
            return .failure(
                ContactRowFault(number, "row_too_large", "The contact has more than \(Self.rowBytesMax) bytes."))
        }
        do throws(JSONError) {
            return .success(Self.row(try JSONDocument(parsing: Array(bytes[begin..<end])).root, number))
        } catch {
            return .failure(ContactRowFault(number, "invalid_json", "The contact is no JSON: \(error)."))
        }
    }

    private mutating func advance() {
        place.offset = start + position
        place.number += 1
    }

    // MARK: Where things are

    /// The offset of the first contact.
    static func start(in bytes: [UInt8], from begin: Int) throws(ContactFileFault) -> Int {
        let first = behindBlanks(bytes, begin)
        if bytes[first] == UInt8(ascii: "[") { return first + 1 }
        guard bytes[first] == UInt8(ascii: "{") else {
            throw ContactFileFault("invalid_json", "The file is neither an array nor an object.")
        }
        var index = first + 1
        while true {
            index = behindBlanks(bytes, index, commas: true)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\""), let name = end(of: bytes, from: index) else {
                break
            }
            let isContacts = bytes[index..<name].elementsEqual("\"contacts\"".utf8)
            index = behindBlanks(bytes, name)
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { break }
            index = behindBlanks(bytes, index + 1)
            guard index < bytes.count else { break }
            if isContacts, bytes[index] == UInt8(ascii: "[") { return index + 1 }
            guard let behind = end(of: bytes, from: index) else { break }
            index = behind
        }
        // An object by itself, and perhaps others behind it.
        return first
    }

    private static func behindBlanks(_ bytes: [UInt8], _ start: Int, commas: Bool = false) -> Int {
        var index = start
        while index < bytes.count, bytes[index].isBlankOrLineEnd || commas && bytes[index] == UInt8(ascii: ",") {
            index += 1
        }
        return index
    }

    /// Behind the value that begins here; `nil` when the bytes end before it. What it is worth is not asked.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var index = start, depth = 0
        repeat {
            guard index < bytes.count else { return nil }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard index < bytes.count else { return nil }
                index += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            default:
                index += 1
                // A number or a word is as long as it goes on.
                while depth == 0, index < bytes.count, !isDelimiter(bytes[index]) { index += 1 }
            }
        } while depth > 0
        return index
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte.isBlankOrLineEnd || ",:[]{}\"".utf8.contains(byte)
    }

    // MARK: What they say

    private static func row(_ object: JSONElement, _ number: Int64) -> ContactRow {
        var row = ContactRow(number: number), parts: [ContactColumns.Field: String] = [:]
        for (name, value) in object.members {
            guard let field = ContactColumns.field(named: Array(name.utf8)) else { continue }
            for text in texts(value) {
                switch field {
                case .email: row.add(email: text)
                case .phone: row.add(phone: text)
                default: if parts[field, default: ""].isEmpty { parts[field] = text }
                }
            }
        }
        row.name = parts[.name] ?? ""
        if row.name.isEmpty { row.take(names: [.prefix, .given, .middle, .family, .suffix].map { parts[$0] ?? "" }) }
        if row.name.isEmpty { row.name = parts[.organization] ?? "" }
        return row
    }

    /// A text, or the texts of a list; an object of a list says in `value` what it is about.
    private static func texts(_ value: JSONElement) -> [String] {
        if let text = value.string { return [text[...].trimmed] }
        if value.isArray { return value.elements.prefix(ContactRow.addressesMax).flatMap { entry($0) } }
        return []
    }

    private static func entry(_ value: JSONElement) -> [String] {
        let said = ["value", "email", "address", "phone", "number"] as [StaticString]
        let text = value.string ?? said.lazy.compactMap { value[$0]?.string }.first
        return text.map { [$0[...].trimmed] } ?? []
    }
}
