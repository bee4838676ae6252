/// The time zone in which somebody lives: a name of the form of the IANA time zone database, such as `Europe/Berlin` or
/// `UTC`. Whether the database has it is not looked up: it grows, and clients bring their own.
public struct TimeZoneName: Sendable, Hashable {
    /// Bytes; the longest name of the database has 32.
    public static let bytesMax = 64

    public let text: String

    public init(_ text: String) throws(ProfileFault) {
        guard text.utf8.count <= Self.bytesMax else {
            throw ProfileFault("too_long", "The name of a time zone has at most \(Self.bytesMax) bytes.")
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isWellFormed =
            parts.count <= 3
            && parts.allSatisfy { part in
                part.first?.isASCIILetter == true
                    && part.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "_+-".utf8.contains($0) }
            }
        guard isWellFormed else {
            throw ProfileFault("invalid_format", "The name of a time zone looks like Europe/Berlin or UTC.")
        }
        self.text = text
    }
}
