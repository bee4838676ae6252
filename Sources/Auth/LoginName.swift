/// What a person typed to say who they are, in the folded form under which accounts are found.
public enum LoginName: Sendable, Hashable {
    case username(String)
    case email(String)
    case phone(String)

    /// Decides by the shape, which is never ambiguous: an e-mail address has an `@`; a phone number begins with `+` or
    /// is all digits (then the `+` is taken as forgotten), which no username is. `nil` when it is none of the three.
    public static func read(_ text: String) -> LoginName? {
        if text.utf8.contains(UInt8(ascii: "@")) { return (try? EmailAddress(text)).map { .email($0.folded) } }
        if text.utf8.first == UInt8(ascii: "+") { return (try? PhoneNumber(text)).map { .phone($0.folded) } }
        if text.utf8.allSatisfy({ $0.isASCIIDigit }) { return (try? PhoneNumber("+" + text)).map { .phone($0.folded) } }
        return (try? Username(text)).map { .username($0.folded) }
    }
}
