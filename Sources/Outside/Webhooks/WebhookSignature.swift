public import Auth
public import Base

/// Says who sent a request and that nothing of it was changed, as Standard Webhooks has it (standardwebhooks.com):
/// `webhook-id`, `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over the three with the body.
public enum WebhookSignature: Sendable {
    /// Bytes of a secret's random part.
    public static let secretBytes = 32
    private static let prefix = "whsec_"

    /// A new secret, and the form in which it is shown once.
    public static func make(random: inout RandomSource) -> (secret: Secret, text: String) {
        let bytes = random.bytes(secretBytes)
        return (Secret(bytes), prefix + Base64.encode(bytes))
    }

    /// Reads `whsec_` and base64, or takes any other text as it is.
    public static func secret(of text: String) -> Secret {
        if text.hasPrefix(prefix), let bytes = Base64.decode(Array(text.utf8.dropFirst(prefix.utf8.count))) {
            return Secret(bytes)
        }
        return Secret(Array(text.utf8))
    }

    /// The fields that go with a body.
    public static func fields(
        id: String, at now: Timestamp, body: [UInt8], secret: Secret
    ) -> [(name: String, value: String)] {
        let signed = Array("\(id).\(now.seconds).".utf8) + body
        return [
            ("webhook-id", id), ("webhook-timestamp", String(now.seconds)),
            ("webhook-signature", "v1," + Base64.encode(Digest.hmacSHA256(key: secret, signed))),
        ]
    }
}
