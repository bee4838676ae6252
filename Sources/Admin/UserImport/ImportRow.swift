public import Auth

/// One user as a users file has them: texts that nobody has judged yet. An empty text counts as none.
public struct ImportRow: Sendable {
    /// Where the row begins, counted from 1.
    public var line: Int
    public var username: String?
    public var email: String?
    public var phone: String?
    /// In plain text, as UTF-8.
    public var password: Secret?
    public var passwordHash: String?
    public var displayName: String?
    public var role: String?

    public init(line: Int) { self.line = line }

    mutating func set(_ field: UserField, to text: String) {
        let value = text.isEmpty ? nil : text
        switch field {
        case .username: username = value
        case .email: email = value
        case .phone: phone = value
        case .password: password = value.map { Secret(Array($0.utf8)) }
        case .passwordHash: passwordHash = value
        case .displayName: displayName = value
        case .role: role = value
        }
    }
}
