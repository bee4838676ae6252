/// What others see a user called: up to 256 bytes of any script, on one line. Spaces around it are dropped.
public struct DisplayName: Sendable, Hashable {
    public static let bytesMax = 256

    public let text: String

    public init(_ text: String) throws(NameFault) {
        guard text.utf8.count <= Self.bytesMax else {
            throw .tooLong(detail: "A display name has at most \(Self.bytesMax) bytes.")
        }
        let scalars = text.unicodeScalars
        guard !scalars.contains(where: Self.isControl) else {
            throw .invalidFormat(detail: "A display name has no line breaks or control characters.")
        }
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { throw .tooShort(detail: "A display name has at least one visible character.") }
        self.text = String(scalars[first...last])
    }

    /// Controls, line breaks, and the marks that turn the direction of what follows.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl
        }
    }
}
