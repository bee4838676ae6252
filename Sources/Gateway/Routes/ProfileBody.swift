internal import Auth
internal import Base
internal import Channels
internal import REST

/// What a request says about an account, read and checked part by part. A part that is not named stays; `null` takes it
/// away (RFC 7396).
struct ProfileBody {
    let body: JSONElement
    let now: Timestamp
    /// Years; 0 asks for none.
    let ageMin: Int

    static let fields: [Shape.Field] = [
        .optional("username", .text(bytes: 0...Username.bytesMax), "letters, digits, dots, dashes and underscores"),
        .optional("email", .text(bytes: 0...EmailAddress.bytesMax), "an e-mail address"),
        .optional("phone", .text(bytes: 0...32), "a phone number with its country code"),
        .optional("display_name", .text(bytes: 0...DisplayName.bytesMax), "what people call one"),
        .optional("avatar", .text(bytes: 1...Profile.avatarBytesMax), "an http(s) address, or the id of a file"),
        .optional("bio", .text(bytes: 0...Profile.bioBytesMax), "a few words about oneself"),
        .optional("locale", .text(bytes: 1...LanguageTag.bytesMax), "a language tag such as pt-BR"),
        .optional("time_zone", .text(bytes: 1...TimeZoneName.bytesMax), "such as Europe/Berlin"),
        .optional("date_of_birth", .text(bytes: 1...32), "such as 2001-02-28"),
        .optional("password", .text(bytes: 0...PasswordRule.bytesMax), "a new password; ends all other logins"),
    ]

    /// What only the server itself or other routes set. Who sends it believes otherwise, and is told.
    private static let readOnly: [StaticString] = [
        "id", "uuid", "role", "is_active", "is_verified", "is_email_verified", "is_phone_verified", "is_staff",
        "is_superuser", "suspended_at", "suspension_reason", "created_at", "updated_at", "last_seen_at", "deleted_at",
        "password_hash",
    ]

    /// - Parameters:
    ///   - isWhole: what is not named of the profile is taken away. Names and password stay all the same.
    ///   - allowed: of what is read only, what this route reads.
    func change(isWhole: Bool = false, allowed: Set<String> = []) throws(APIError) -> AccountChange {
        let wrong = Self.readOnly.filter { body[$0] != nil && !allowed.contains("\($0)") }
        if let first = wrong.first {
            throw APIError(
                Rejection(
                    .validationFailed, "\(first) cannot be set here",
                    faults: wrong.map { .init(pointer: "/\($0)", code: "read_only", detail: "cannot be set here") }))
        }
        var change = AccountChange()
        change.username = try name("username") { text throws(NameFault) in try Username(text) }
        change.email = try name("email") { text throws(NameFault) in try EmailAddress(text) }
        change.phone = try name("phone") { text throws(NameFault) in try PhoneNumber(text) }
        let displayName = try name("display_name") { text throws(NameFault) in try DisplayName(text).text }
        change.displayName = whole(displayName, isWhole)
        change.avatar = whole(try part("avatar") { text throws(ProfileFault) in try Profile.avatar(text) }, isWhole)
        change.bio = whole(try part("bio") { text throws(ProfileFault) in try Profile.bio(text) }, isWhole)
        change.locale = whole(
            try part("locale") { text throws(ProfileFault) in try LanguageTag(text).text }, isWhole)
        change.timeZone = whole(
            try part("time_zone") { text throws(ProfileFault) in try TimeZoneName(text).text }, isWhole)
        change.birthDate = whole(
            try part("date_of_birth") { text throws(ProfileFault) in try BirthDate(text, asOf: now) }, isWhole)
        if case .set(let date?) = change.birthDate, date.age(at: now) < ageMin {
            throw APIError(.invalid("/date_of_birth", "too_young", "one has to be \(ageMin) years old"))
        }
        return change
    }

    /// As UTF-8; `nil` when there is none. Whether it may be chosen is another question.
    var password: [UInt8]? { body.present("password")?.utf8 }

    private func whole<Value>(_ change: PartChange<Value?>, _ isWhole: Bool) -> PartChange<Value?> {
        if case .kept = change, isWhole { .set(nil) } else { change }
    }

    private func name<Name: Sendable>(
        _ member: StaticString, _ read: (String) throws(NameFault) -> Name
    ) throws(APIError) -> PartChange<Name?> {
        guard let value = body[member] else { return .kept }
        guard let text = value.string else { return .set(nil) }
        do throws(NameFault) {
            return .set(try read(text))
        } catch {
            throw APIError(.invalid("/\(member)", error.code, error.detail))
        }
    }

    private func part<Part: Sendable>(
        _ member: StaticString, _ read: (String) throws(ProfileFault) -> Part
    ) throws(APIError) -> PartChange<Part?> {
        guard let value = body[member] else { return .kept }
        guard let text = value.string else { return .set(nil) }
        do throws(ProfileFault) {
            return .set(try read(text))
        } catch {
            throw APIError(.invalid("/\(member)", error.code, error.detail))
        }
    }
}
