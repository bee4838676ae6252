/// The settings about pushing to devices.
extension Setting {
    static let push: [Setting] = [
        Setting(
            name: "push-content", form: "KIND", standard: "full",
            meaning: "how much push services are told: full, sender (who, and not what), or none", takesRestart: true),
        Setting(
            name: "web-push", form: "on|off", standard: "on",
            meaning: "whether browsers are pushed to, by the services of their makers", takesRestart: true),
        Setting(
            name: "push-contact", form: "URL", standard: "",
            meaning: "mailto: or https:, for whoever runs the push services of browsers; some take nothing without it",
            takesRestart: true),
        Setting(
            name: "push-webhook-url", form: "URL", standard: "",
            meaning: "where messages for devices of the kind webhook are handed over; empty means that none are",
            takesRestart: true),
        Setting(
            name: "push-webhook-secret", form: "TEXT", standard: "",
            meaning: "signs what is handed over there, as webhooks are signed", isSecret: true, takesRestart: true),
        Setting(
            name: "fcm-service-account", form: "FILE", standard: "",
            meaning: "a service account's JSON for Firebase Cloud Messaging; empty means that nothing goes there",
            takesRestart: true),
        Setting(
            name: "fcm-url", form: "URL", standard: "https://fcm.googleapis.com",
            meaning: "where Firebase Cloud Messaging is", takesRestart: true),
        Setting(
            name: "apns-key", form: "FILE", standard: "",
            meaning: "a key of Apple's for push notifications (.p8); empty means that nothing goes there",
            takesRestart: true),
        Setting(
            name: "apns-key-id", form: "TEXT", standard: "", meaning: "what Apple calls that key", takesRestart: true),
        Setting(
            name: "apns-team-id", form: "TEXT", standard: "", meaning: "the team that it belongs to",
            takesRestart: true),
        Setting(
            name: "apns-topic", form: "TEXT", standard: "", meaning: "the app's bundle id", takesRestart: true),
        Setting(
            name: "apns-url", form: "URL", standard: "https://api.push.apple.com",
            meaning: "where Apple's service is; that for development is https://api.sandbox.push.apple.com",
            takesRestart: true),
    ]
}
