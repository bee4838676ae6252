internal import Auth
internal import REST

extension Shape {
    static let secondFactorOwed = Shape(
        "SecondFactorOwed",
        [
            .required("mfa_required", .boolean, "true"),
            .required("mfa_token", .text(bytes: 43...43), "for POST /auth/login/totp; good once"),
            .required("expires_in", .integer(1...3_600), "seconds for which it is good"),
        ])

    static let registered = Shape(
        "Registered",
        [
            .required("user", .object(.user), "the account"),
            .required("verification_required", .boolean, "true: open the link that was sent, then log in"),
        ])

    static let authenticator = Shape(
        "Authenticator",
        [
            .required("secret", .text(bytes: 32...32), "base32, to be typed into the app"),
            .required("url", .text(bytes: 1...1_024), "otpauth://, to be shown as a picture"),
        ])

    static let recoveryCodes = Shape(
        "RecoveryCodes",
        [
            .required(
                "recovery_codes", .list(of: .text(bytes: 19...19), countMax: RecoveryCode.count),
                "each good once; told now and never again")
        ])

    static let invitation = Shape(
        "Invitation",
        [
            .required("id", .text(bytes: 1...20), "its number"),
            .optional("token", .text(bytes: 43...43), "told once"),
            .optional("url", .text(bytes: 1...1_024), "the page that takes it"),
            .required("role", .text(bytes: 1...Role.nameBytesMax), "what who comes by it will be"),
            .required("uses_max", .integer(1...1_000_000), "how many may come"),
            .required("uses", .integer(0...1_000_000), "how many came"),
            .required("by", .userID, "who made it"),
            .required("created_at", .time, "when it was made"),
            .required("expires_at", .time, "when it ends"),
        ])
}
