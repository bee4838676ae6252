extension UInt8 {
    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isASCIILetter: Bool {
        let lowerCase = self | 0x20
        return lowerCase >= UInt8(ascii: "a") && lowerCase <= UInt8(ascii: "z")
    }
}
