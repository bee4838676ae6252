/// The head of a plain file in a tar archive: 512 bytes of the form "ustar" (IEEE Std 1003.1, pax, "ustar Interchange
/// Format"). Nothing but what this writes is understood, so that every bit of it is checked.
struct TarHeader: Equatable {
    /// Of the head, and of what every content is filled up to.
    static let blockByteCount = 512
    static let nameByteCountMax = 100
    /// From here on the size does not fit into eleven octal digits and is written as GNU tar does, in binary.
    private static let octalMax: Int64 = 1 << 33

    var name: String
    var byteCount: Int64
    /// Seconds since 1970.
    var modifiedAt: Int64

    init(name: String, byteCount: Int64, modifiedAt: Int64) {
        self.name = name
        self.byteCount = byteCount
        self.modifiedAt = modifiedAt
    }

    /// Zeros behind the content, to the end of its last block.
    var paddingByteCount: Int { Int(-byteCount & Int64(Self.blockByteCount - 1)) }

    var bytes: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockByteCount)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(String(name.utf8.prefix(Self.nameByteCountMax)) ?? "", at: 0)
        put("0000600", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        if byteCount < Self.octalMax {
            put(Self.octal(byteCount, digits: 11), at: 124)
        } else {
            block[124] = 0x80
            withUnsafeBytes(of: byteCount.bigEndian) { block.replaceSubrange(128..<136, with: $0) }
        }
        put(Self.octal(max(0, min(modifiedAt, Self.octalMax - 1)), digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = block.reduce(0) { $0 + Int64($1) }
        put(Self.octal(sum, digits: 6) + "\0 ", at: 148)
        return block
    }

    /// `nil` for a block that this would not have written.
    init?(_ block: [UInt8]) {
        guard block.count == Self.blockByteCount else { return nil }
        let name = String(decoding: block.prefix(Self.nameByteCountMax).prefix { $0 != 0 }, as: UTF8.self)
        guard let modifiedAt = Self.number(block[136..<147]) else { return nil }
        let byteCount: Int64
        if block[124] == 0x80 {
            byteCount = block[128..<136].reduce(0) { $0 << 8 | Int64($1) }
        } else {
            guard let number = Self.number(block[124..<135]) else { return nil }
            byteCount = number
        }
        guard byteCount >= 0, !name.isEmpty else { return nil }
        self.init(name: name, byteCount: byteCount, modifiedAt: modifiedAt)
        guard bytes == block else { return nil }
    }

    private static func octal(_ number: Int64, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
            number = number << 3 | Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
