/// Why a password may not be chosen.
public enum PasswordFault: Error, Equatable, Sendable {
    /// Fewer Unicode scalars than `charactersMin`.
    case tooShort(charactersMin: Int)
    /// More UTF-8 bytes than `bytesMax`.
    case tooLong(bytesMax: Int)

    /// The word for it in a problem document's `errors`.
    public var code: String {
        switch self {
        case .tooShort: "too_short"
        case .tooLong: "too_long"
        }
    }

    /// One sentence for the person who chose it.
    public var detail: String {
        switch self {
        case .tooShort(let charactersMin): "A password has at least \(charactersMin) characters."
        case .tooLong(let bytesMax): "A password has at most \(bytesMax) bytes."
        }
    }
}
