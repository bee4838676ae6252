public import Base

/// Six digits that a person types: 000000 to 999999, each as likely. Kept under the server's key, together with whom
/// they were sent to.
public struct OneTimeCode: Sendable {
    public static let digitCount = 6
    private static let count = 1_000_000

    public let text: String

    public static func make(random: inout RandomSource) -> OneTimeCode {
        OneTimeCode(number: Int.random(in: 0..<count, using: &random))
    }

    /// Spaces and hyphens, with which people group digits, are dropped; `nil` for anything but six digits.
    public init?(text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard text.utf8.count <= 2 * Self.digitCount, digits.count == Self.digitCount,
            digits.allSatisfy(\.isASCIIDigit)
        else { return nil }
        self.text = String(decoding: digits, as: UTF8.self)
    }

    init(number: Int) {
        let digits = String(number)
        text = String(repeating: "0", count: Self.digitCount - digits.utf8.count) + digits
    }

    /// What is kept of a code that was sent to `target`.
    public func hash(_ key: ProofKey, target: String) -> [UInt8] { key.derive("one-time code", target, text) }
}

extension OneTimeCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹one-time code›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
