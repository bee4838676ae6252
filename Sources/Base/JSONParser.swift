/// The checking pass. Every index is compared with the count before it is used.
struct JSONParser {
    /// Objects with more members than this have their names compared by hashing instead of one with another.
    private static let pairwiseNamesMax = 16

    var nodes: [JSONNode] = []
    private var index = 0

    init() { nodes.reserveCapacity(16) }

    mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) {
        skipSpace(bytes)
        try parseValue(bytes, depth: 0)
        skipSpace(bytes)
        guard index == bytes.count else { throw .trailingBytes(offset: index) }
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func parseValue(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard index < bytes.count else { throw .unexpectedEnd }
        switch bytes[index] {
        case UInt8(ascii: "\""): try parseString(bytes)
        case UInt8(ascii: "{"): try parseObject(bytes, depth: depth + 1)
        case UInt8(ascii: "["): try parseArray(bytes, depth: depth + 1)
        case UInt8(ascii: "t"): try parseWord("true", as: .true, bytes)
        case UInt8(ascii: "f"): try parseWord("false", as: .false, bytes)
        case UInt8(ascii: "n"): try parseWord("null", as: .null, bytes)
        default: try parseNumber(bytes)
        }
    }

    private mutating func parseWord(_ word: StaticString, as kind: JSONNode.Kind, _ bytes: Span<UInt8>)
        throws(JSONError)
    {
        let start = index
        for offset in 0..<word.utf8CodeUnitCount {
            guard index < bytes.count else { throw .unexpectedEnd }
            guard bytes[index] == word.utf8Start[offset] else { throw .unexpectedByte(offset: index) }
            index += 1
        }
        append(kind, from: start, to: index)
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    private mutating func parseNumber(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "0") {
            index += 1
        } else {
            try parseDigits(bytes)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            try parseDigits(bytes)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            try parseDigits(bytes)
        }
        append(.number, from: start, to: index)
    }

    private mutating func parseDigits(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = index
        while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        guard index > start else {
            if index == bytes.count { throw .unexpectedEnd }
            throw .unexpectedByte(offset: index)
        }
    }

    private mutating func parseString(_ bytes: Span<UInt8>) throws(JSONError) {
        index += 1
        let start = index
        var isEscaped = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                append(.string, from: start, to: index, isEscaped: isEscaped)
                index += 1
                return
            }
            guard byte >= 0x20 else { throw .unexpectedByte(offset: index) }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                try parseEscape(bytes)
            } else {
                index += 1
            }
        }
        throw .unexpectedEnd
    }

    private mutating func parseEscape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = index
        guard index + 1 < bytes.count else { throw .unexpectedEnd }
        index += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try parseFourHexDigits(bytes)
            switch unit {
            case 0: throw .nulCharacter(offset: start)
            case 0xDC00...0xDFFF: throw .loneSurrogate(offset: start)
            case 0xD800...0xDBFF:
                guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
                else { throw .loneSurrogate(offset: start) }
                index += 2
                guard 0xDC00...0xDFFF ~= (try parseFourHexDigits(bytes)) else { throw .loneSurrogate(offset: start) }
            default: return
            }
        default:
            throw .unexpectedByte(offset: start + 1)
        }
    }

    private mutating func parseFourHexDigits(_ bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw .unexpectedEnd }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexDigit(bytes[index]) else { throw .unexpectedByte(offset: index) }
            unit = unit << 4 | digit
            index += 1
        }
        return unit
    }

    private mutating func parseArray(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth <= JSONDocument.depthMax else { throw .tooDeep(offset: index) }
        let node = open(.array)
        skipSpace(bytes)
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") { return close(node) }
        while true {
            skipSpace(bytes)
            try parseValue(bytes, depth: depth)
            skipSpace(bytes)
            guard index < bytes.count else { throw .unexpectedEnd }
            switch bytes[index] {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"): return close(node)
            default: throw .unexpectedByte(offset: index)
            }
        }
    }

    private mutating func parseObject(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) {
        guard depth <= JSONDocument.depthMax else { throw .tooDeep(offset: index) }
        let node = open(.object)
        var names = MemberNames()
        skipSpace(bytes)
        if index < bytes.count, bytes[index] == UInt8(ascii: "}") { return close(node) }
        while true {
            skipSpace(bytes)
            guard index < bytes.count else { throw .unexpectedEnd }
            guard bytes[index] == UInt8(ascii: "\"") else { throw .unexpectedByte(offset: index) }
            let nameOffset = index
            let name = nodes.count
            try parseString(bytes)
            guard names.insert(name, of: nodes, in: bytes) else { throw .duplicateMember(offset: nameOffset) }
            skipSpace(bytes)
            guard index < bytes.count else { throw .unexpectedEnd }
            guard bytes[index] == UInt8(ascii: ":") else { throw .unexpectedByte(offset: index) }
            index += 1
            skipSpace(bytes)
            try parseValue(bytes, depth: depth)
            skipSpace(bytes)
            guard index < bytes.count else { throw .unexpectedEnd }
            switch bytes[index] {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"): return close(node)
            default: throw .unexpectedByte(offset: index)
            }
        }
    }

    private mutating func append(_ kind: JSONNode.Kind, from start: Int, to end: Int, isEscaped: Bool = false) {
        nodes.append(
            JSONNode(
                kind: kind, isEscaped: isEscaped, start: Int32(start), end: Int32(end), next: Int32(nodes.count + 1)))
    }

    private mutating func open(_ kind: JSONNode.Kind) -> Int {
        append(kind, from: index, to: index)
        index += 1
        return nodes.count - 1
    }

    private mutating func close(_ node: Int) {
        index += 1
        nodes[node].end = Int32(index)
        nodes[node].next = Int32(nodes.count)
    }

    /// The names seen in one object: compared pair by pair while they are few, by a seeded hash when they are many, so
    /// that names chosen to collide cost no more than others.
    private struct MemberNames {
        private var few: [Int] = []
        private var many: Set<[UInt8]> = []

        /// False when an equal name was there before.
        mutating func insert(_ name: Int, of nodes: [JSONNode], in bytes: Span<UInt8>) -> Bool {
            if many.isEmpty, few.count < JSONParser.pairwiseNamesMax {
                for other in few where isEqual(nodes[name], nodes[other], in: bytes) { return false }
                few.append(name)
                return true
            }
            if many.isEmpty { many = Set(few.map { unescaped(nodes[$0], in: bytes) }) }
            return many.insert(unescaped(nodes[name], in: bytes)).inserted
        }

        private func isEqual(_ one: JSONNode, _ other: JSONNode, in bytes: Span<UInt8>) -> Bool {
            if one.isEscaped || other.isEscaped { return unescaped(one, in: bytes) == unescaped(other, in: bytes) }
            guard one.end - one.start == other.end - other.start else { return false }
            for offset in 0..<Int(one.end - one.start)
            where bytes[Int(one.start) + offset] != bytes[Int(other.start) + offset] { return false }
            return true
        }
    }
}
