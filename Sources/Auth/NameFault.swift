/// Why a text is no username, e-mail address, phone number or display name; `detail` is one sentence for the person who
/// typed it.
public enum NameFault: Error, Equatable, Sendable {
    case tooShort(detail: String)
    case tooLong(detail: String)
    case invalidFormat(detail: String)

    /// The word for it in a problem document's `errors`.
    public var code: String {
        switch self {
        case .tooShort: "too_short"
        case .tooLong: "too_long"
        case .invalidFormat: "invalid_format"
        }
    }

    public var detail: String {
        switch self {
        case .tooShort(let detail), .tooLong(let detail), .invalidFormat(let detail): detail
        }
    }
}
