/// Walks the members of one JSON object without building anything: ranges into the bytes, and what they mean is asked
/// for later. It reads what a server writes and does not judge JSON's finer points.
struct JSONMembers {
    struct Member {
        /// The key's characters, without quotes.
        var key: Range<Int>
        /// The whole value; a string's with its quotes.
        var value: Range<Int>
    }

    private var position: Int
    private var isFirst = true

    /// `nil` when no object begins there.
    init?(of bytes: Span<UInt8>, in range: Range<Int>) {
        let start = JSONScan.skipSpace(bytes, from: range.lowerBound)
        guard start < range.upperBound, bytes[start] == UInt8(ascii: "{") else { return nil }
        position = start + 1
    }

    /// The next member; `nil` at the object's end, or where it is broken.
    mutating func next(in bytes: Span<UInt8>) -> Member? {
        position = JSONScan.skipSpace(bytes, from: position)
        if !isFirst {
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { return nil }
            position = JSONScan.skipSpace(bytes, from: position + 1)
        }
        isFirst = false
        guard let keyEnd = JSONScan.endOfString(bytes, from: position) else { return nil }
        let key = position + 1..<keyEnd - 1
        position = JSONScan.skipSpace(bytes, from: keyEnd)
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return nil }
        let start = JSONScan.skipSpace(bytes, from: position + 1)
        guard let end = JSONScan.endOfValue(bytes, from: start) else { return nil }
        position = end
        return Member(key: key, value: start..<end)
    }
}

enum JSONScan {
    static func skipSpace(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
        return position
    }

    /// Past the closing quote of the string that opens at `start`.
    static func endOfString(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return nil }
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return nil
    }

    static func endOfValue(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "\""): return endOfString(bytes, from: start)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return endOfNest(bytes, from: start)
        default:
            var position = start
            while position < bytes.count, !isDelimiter(bytes[position]) { position += 1 }
            return position > start ? position : nil
        }
    }

    private static func endOfNest(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var depth = 0
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard let end = endOfString(bytes, from: position) else { return nil }
                position = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return position + 1 }
            default: break
            }
            position += 1
        }
        return nil
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte <= UInt8(ascii: " ")
    }

    static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where bytes[range.lowerBound + offset] != word.utf8Start[offset] { return false }
        return true
    }

    static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ other: [UInt8]) -> Bool {
        guard range.count == other.count else { return false }
        for offset in 0..<range.count where bytes[range.lowerBound + offset] != other[offset] { return false }
        return true
    }

    /// The characters between a string's quotes as they stand, escapes and all; `nil` for another kind of value.
    static func inside(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        guard value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return value.lowerBound + 1..<value.upperBound - 1
    }

    static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] { range.map { bytes[$0] } }

    static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: copy(bytes, range), as: UTF8.self)
    }

    /// A whole number of at most 18 digits; `nil` for anything else.
    static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard (1...18).contains(range.count) else { return nil }
        var number = 0
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }

    /// The value of one member of the object that lies in `range`.
    static func member(_ name: StaticString, _ bytes: Span<UInt8>, in range: Range<Int>) -> Range<Int>? {
        guard var members = JSONMembers(of: bytes, in: range) else { return nil }
        while let member = members.next(in: bytes) {
            if equals(bytes, member.key, name) { return member.value }
        }
        return nil
    }

    /// The characters of one string member.
    static func string(_ name: StaticString, _ bytes: Span<UInt8>, in range: Range<Int>) -> Range<Int>? {
        member(name, bytes, in: range).flatMap { inside(bytes, $0) }
    }
}

/// Walks the elements of one JSON array.
struct JSONElements {
    private var position: Int
    private var isFirst = true

    /// Of what is no array, there are none.
    init(of bytes: Span<UInt8>, in range: Range<Int>) {
        let start = JSONScan.skipSpace(bytes, from: range.lowerBound)
        position = start < range.upperBound && bytes[start] == UInt8(ascii: "[") ? start + 1 : range.upperBound
    }

    /// The next element's whole value; `nil` at the array's end, or where it is broken.
    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        position = JSONScan.skipSpace(bytes, from: position)
        if !isFirst {
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { return nil }
            position = JSONScan.skipSpace(bytes, from: position + 1)
        }
        isFirst = false
        guard let end = JSONScan.endOfValue(bytes, from: position) else { return nil }
        defer { position = end }
        return position..<end
    }
}
