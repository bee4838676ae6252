/// Why a password may not be chosen.
public enum PasswordFault: Error, Equatable, Sendable {
    /// Fewer Unicode scalars than `charactersMin`.
    case tooShort(charactersMin: Int)
    /// More UTF-8 bytes than `bytesMax`.
    case tooLong(bytesMax: Int)
    /// One that everybody tries first.
    case common
    /// Little more than the user's own name or address, or the name of this server.
    case namesTheUser

    /// The word for it in a problem document's `errors`.
    public var code: String {
        switch self {
        case .tooShort: "too_short"
        case .tooLong: "too_long"
        case .common: "too_common"
        case .namesTheUser: "names_user"
        }
    }

    /// One sentence for the person who chose it.
    public var detail: String {
        switch self {
        case .tooShort(let charactersMin): "A password has at least \(charactersMin) characters."
        case .tooLong(let bytesMax): "A password has at most \(bytesMax) bytes."
        case .common: "This password is one of those that are tried first; several words that are your own are better."
        case .namesTheUser: "A password is more than a name or an address."
        }
    }
}
