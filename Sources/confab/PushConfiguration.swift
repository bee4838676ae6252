internal import Auth
internal import Base
internal import Gateway
internal import Glibc
internal import Outside

/// The settings about pushing to devices: by which services, as whom, and how much of what was said.
struct PushConfiguration: Sendable {
    var content: PushContent
    /// Whether browsers are pushed to, wherever their makers' services are.
    var hasWeb: Bool
    /// For whoever runs the push services of browsers.
    var contact: String
    var firebase: FirebasePush.Account?
    var firebaseURL: String
    var apple: ApplePush.Account?
    var appleURL: String
    /// Where messages for devices of the kind `webhook` are handed over; empty where none are.
    var webhookURL: String
    var webhookSecret: String

    /// Bytes of a key file.
    private static let fileBytesMax = 64 << 10

    init(_ values: SettingValues, rules: OutsideRules) throws(UsageError) {
        guard let content = PushContent(rawValue: values["push-content"]) else {
            throw UsageError("push-content: must be full, sender or none")
        }
        self.content = content
        hasWeb = try Configuration.switched("web-push", values)
        contact = values["push-contact"]
        guard contact.isEmpty || contact.hasPrefix("mailto:") || contact.hasPrefix("https://") else {
            throw UsageError("push-contact: \(contact) is none of mailto: or https://")
        }
        firebaseURL = values["fcm-url"]
        appleURL = values["apns-url"]
        webhookURL = values["push-webhook-url"]
        webhookSecret = values["push-webhook-secret"]
        firebase = try Self.firebase(values["fcm-service-account"])
        apple = try Self.apple(values)
        for (name, url) in [("fcm-url", firebaseURL), ("apns-url", appleURL), ("push-webhook-url", webhookURL)]
        where !url.isEmpty {
            do throws(WebFailure) {
                _ = try WebRequest.isPlain(url, within: rules)
            } catch {
                throw UsageError("\(name): \(url) is none of https://")
            }
        }
        guard webhookURL.isEmpty || !webhookSecret.isEmpty else {
            throw UsageError("push-webhook-url: push-webhook-secret is needed too")
        }
    }

    private static func firebase(_ file: String) throws(UsageError) -> FirebasePush.Account? {
        guard !file.isEmpty else { return nil }
        guard let account = FirebasePush.Account(json: try read(file, "fcm-service-account")) else {
            throw UsageError("fcm-service-account: \(file) is no service account's JSON")
        }
        return account
    }

    private static func apple(_ values: SettingValues) throws(UsageError) -> ApplePush.Account? {
        let file = values["apns-key"]
        guard !file.isEmpty else { return nil }
        let text = String(decoding: try read(file, "apns-key"), as: UTF8.self)
        guard let key = SigningKey(.es256, pem: text) else {
            throw UsageError("apns-key: \(file) is no key of Apple's (.p8)")
        }
        for name in ["apns-key-id", "apns-team-id", "apns-topic"] {
            // They become part of a header field.
            guard !values[name].isEmpty, values[name].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw UsageError("\(name) is needed with apns-key, in ASCII letters")
            }
        }
        return ApplePush.Account(
            key: key, keyID: values["apns-key-id"], team: values["apns-team-id"], app: values["apns-topic"])
    }

    private static func read(_ path: String, _ setting: String) throws(UsageError) -> [UInt8] {
        guard let file = fopen(path, "re") else { throw UsageError("\(setting): \(path) cannot be read") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: fileBytesMax)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0, count > 0 else { throw UsageError("\(setting): \(path) cannot be read") }
        return Array(bytes[..<count])
    }
}
