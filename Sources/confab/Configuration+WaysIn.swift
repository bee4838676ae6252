internal import Auth
internal import Base
internal import Gateway
internal import REST
internal import Reactor

/// The settings of the ways in, read and checked.
extension Configuration {
    static func waysIn(
        _ values: SettingValues, listen: ListenAddress, speaksTLS: Bool, isDevelopment: Bool, _ limits: Limits
    ) throws(UsageError) -> WaysInSettings {
        guard let registration = WaysInSettings.Registration(rawValue: values["registration"]) else {
            throw UsageError("registration: must be open, invite or closed")
        }
        guard var rule = PasswordRule(charactersMin: limits.passwordCharactersMin) else {
            throw UsageError("password-characters-min: is out of range")
        }
        rule.refusesCommon = !isDevelopment
        let own = "\(speaksTLS ? "https" : "http")://\(listen)"
        return WaysInSettings(
            registration: registration, requiresVerification: try requiresVerification(values), passwordRule: rule,
            publicURL: try url("public-url", values) ?? own, providers: try providers(values),
            templates: values["data"] + "/templates")
    }

    /// By itself where there is a mail server: in development letters only go into the log.
    private static func requiresVerification(_ values: SettingValues) throws(UsageError) -> Bool {
        if values["require-email-verification"] == "auto" { return !values["smtp-url"].isEmpty }
        return try switched("require-email-verification", values)
    }

    private static func providers(_ values: SettingValues) throws(UsageError) -> [IdentityProvider] {
        var providers: [IdentityProvider] = []
        if let (id, secret) = try client("google-client-id", "google-client-secret", values) {
            let base = try url("google-issuer-url", values) ?? ""
            providers.append(.google(clientID: id, clientSecret: secret, base: base))
        }
        if let (id, secret) = try client("facebook-app-id", "facebook-app-secret", values) {
            let base = try url("facebook-issuer-url", values) ?? ""
            providers.append(.facebook(appID: id, appSecret: secret, base: base))
        }
        return providers
    }

    private static func client(
        _ id: String, _ secret: String, _ values: SettingValues
    ) throws(UsageError) -> (id: String, secret: Secret)? {
        guard values[id].isEmpty == values[secret].isEmpty else {
            throw UsageError("\(id) and \(secret): give both or neither")
        }
        return values[id].isEmpty ? nil : (values[id], Secret(Array(values[secret].utf8)))
    }

    /// An origin without a path; `nil` where nothing is given.
    private static func url(_ name: String, _ values: SettingValues) throws(UsageError) -> String? {
        let text = values[name].hasSuffix("/") ? String(values[name].dropLast()) : values[name]
        if text.isEmpty { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), WebOrigin.isValid(text) else {
            throw UsageError("\(name): \(values[name]) is no address such as https://chat.example.org, without a path")
        }
        return text
    }
}
