public import Auth
public import Base

/// Hands messages to the operator's own server, signed like webhooks, for devices that it knows how to reach.
public struct WebhookPush: PushService {
    private let web: any WebClient
    private let url: String
    private let secret: Secret
    private let time: TimeSource

    private static let timeoutMilliseconds = 15_000

    public init(web: any WebClient, url: String, secret: Secret, time: TimeSource) {
        self.web = web
        self.url = url
        self.secret = secret
        self.time = time
    }

    public func send(_ message: PushMessage, to device: Device) async -> PushOutcome {
        let now = time.now()
        let body = { (message: PushMessage) in
            JSONWriter.object { json in
                json.member("type", "push")
                json.member("timestamp", now)
                json.object("data") { json in
                    json.member("user", device.user)
                    json.member("device", device.id)
                    json.member("token", device.address)
                    json.name("message")
                    json.value(raw: message.json)
                }
            }
        }
        let bytes = body(message.fitting(PushMessage.bytesMax) { body($0).count })
        var random = RandomSource.system
        let id = "push_" + Base64.encodeURLSafe(random.bytes(16))
        let fields = WebhookSignature.fields(id: id, at: now, body: bytes, secret: secret)
        do throws(WebFailure) {
            return .of(
                try await web.send(
                    WebRequest(
                        .post, url, headers: [("Content-Type", "application/json")] + fields, body: bytes,
                        timeoutMilliseconds: Self.timeoutMilliseconds)))
        } catch {
            return .of(error)
        }
    }
}
