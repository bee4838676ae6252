extension UInt8 {
    /// A space or a tab.
    public var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// What stands between lines, or a space or a tab.
    public var isBlankOrLineEnd: Bool { isBlank || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
}
