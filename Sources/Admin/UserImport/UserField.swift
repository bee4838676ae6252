/// What a users file may say of a user: the names of its columns or members.
enum UserField: String, CaseIterable {
    case username
    case email
    case phone
    case password
    case passwordHash = "password_hash"
    case displayName = "display_name"
    case role
}
