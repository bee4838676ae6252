extension UInt8 {
    /// `SP` or `HTAB`: a space or a tab, the white space of RFC 9110 section 5.6.3.
    public var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// What stands between lines, or a space or a tab.
    public var isBlankOrLineEnd: Bool { isBlank || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
}
