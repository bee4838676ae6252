internal import Auth
internal import Base
internal import Outside

/// The settings about other servers: who may be asked, and who carries our letters.
struct OutsideConfiguration: Sendable {
    var rules: OutsideRules
    var trustedCertificates: String
    var mail: MailServer?
    /// A file of certificates by which the mail server alone is known; that of all others where there is none.
    var mailCertificates: String
    /// Where text messages are handed over; empty where none are sent.
    var textURL: String
    var textSecret: String

    init(_ values: SettingValues, isDevelopment: Bool) throws(UsageError) {
        var networks: [IPNetwork] = []
        for text in Configuration.list("outside-allow", values) {
            guard let network = IPNetwork(text) else {
                throw UsageError("outside-allow: \(text) is no address or network such as 10.1.2.0/24")
            }
            networks.append(network)
        }
        rules = OutsideRules(allowed: networks, allowsPlainLoopback: isDevelopment)
        trustedCertificates = values["outside-ca"]
        mail = try Self.mail(values)
        mailCertificates = values["smtp-ca"].isEmpty ? trustedCertificates : values["smtp-ca"]
        textURL = values["sms-url"]
        textSecret = values["sms-secret"]
        guard !textURL.isEmpty else { return }
        do throws(WebFailure) {
            _ = try WebRequest.isPlain(textURL, within: rules)
        } catch {
            throw UsageError("sms-url: \(textURL) is none of https://")
        }
        guard !textSecret.isEmpty else { throw UsageError("sms-url: sms-secret is needed too") }
    }

    private static func mail(_ values: SettingValues) throws(UsageError) -> MailServer? {
        let url = values["smtp-url"]
        guard !url.isEmpty else { return nil }
        guard url.hasPrefix("smtp://") || url.hasPrefix("smtps://"), !url.contains("@"), !url.contains(" ") else {
            throw UsageError("smtp-url: \(url) is none of smtp://host:port or smtps://host:port")
        }
        guard var security = MailServer.Security(rawValue: values["smtp-tls"]) else {
            throw UsageError("smtp-tls: must be implicit, starttls or none")
        }
        var host = String(url.drop { $0 != ":" }.dropFirst(3))
        if url.hasPrefix("smtps://") { security = .implicit }
        while host.hasSuffix("/") { host.removeLast() }
        guard !host.isEmpty, !host.contains("/") else {
            throw UsageError("smtp-url: \(url) is none of smtp://host:port or smtps://host:port")
        }
        guard MailMessage.isAddress(values["smtp-from"]) else {
            throw UsageError("smtp-from: must be an address such as chat@example.org")
        }
        return MailServer(
            url: (security == .implicit ? "smtps://" : "smtp://") + host, security: security,
            user: values["smtp-user"], password: Secret(Array(values["smtp-password"].utf8)),
            from: values["smtp-from"])
    }
}
