import Base
import Testing

@testable import Auth
@testable import Outside

@Suite("The signature of a webhook") struct WebhookSignatureTests {
    /// The example of the Standard Webhooks libraries.
    @Test func `is that of Standard Webhooks`() {
        let secret = WebhookSignature.secret(of: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let fields = WebhookSignature.fields(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: Timestamp(milliseconds: 1_614_265_330_000),
            body: Array(#"{"test": 2432232314}"#.utf8), secret: secret)
        #expect(fields.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(
            fields.map(\.value) == [
                "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ])
    }

    @Test func `is made with secrets that are never the same, and shown as they are read`() {
        var random = RandomSource.system
        let made = (0..<50).map { _ in WebhookSignature.make(random: &random) }
        #expect(Set(made.map(\.text)).count == 50)
        for (secret, text) in made {
            #expect(text.hasPrefix("whsec_"))
            #expect(WebhookSignature.secret(of: text).withBytes { secret.matches(Array($0)) })
        }
        #expect(WebhookSignature.secret(of: "plain").withBytes { Array($0) } == Array("plain".utf8))
        #expect(WebhookSignature.secret(of: "whsec_no base64").withBytes { Array($0) } == Array("whsec_no base64".utf8))
    }
}
