func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
}

/// A string node's characters as UTF-8. The node was checked by the parser: escapes are whole and surrogates paired.
func unescaped(_ node: JSONNode, in bytes: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(Int(node.end - node.start))
    var index = Int(node.start)
    let end = Int(node.end)
    func unit(at offset: Int) -> UInt32 {
        var unit: UInt32 = 0
        for position in offset..<offset + 4 { unit = unit << 4 | (hexDigit(bytes[position]) ?? 0) }
        return unit
    }
    while index < end {
        let byte = bytes[index]
        guard byte == UInt8(ascii: "\\") else {
            text.append(byte)
            index += 1
            continue
        }
        let letter = bytes[index + 1]
        index += 2
        switch letter {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = unit(at: index)
            index += 4
            if 0xD800...0xDBFF ~= scalar {
                scalar = 0x10000 + ((scalar - 0xD800) << 10) + (unit(at: index + 2) - 0xDC00)
                index += 6
            }
            if let character = Unicode.Scalar(scalar) { text.append(contentsOf: UTF8.encode(character) ?? .init()) }
        default: text.append(letter)
        }
    }
    return text
}
