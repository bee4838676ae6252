/// The bounds of a users file, each with its unit and its reason.
public enum ImportLimits: Sendable {
    /// Bytes of the whole file, which is held in memory: some 400,000 users. More come in several files.
    public static let fileBytesMax = 64 << 20
    /// Bytes of one row. Every field that is kept fits many times; what is longer is a quote that was never closed.
    public static let rowBytesMax = 64 << 10
    /// Bytes of one field. The longest that is kept is a password of 1,024 bytes.
    public static let fieldBytesMax = 8 << 10
    /// Columns of a CSV file. Exports carry many that are not read, but not hundreds.
    public static let columnCountMax = 256
}
