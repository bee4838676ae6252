internal import Auth
internal import Base
internal import Channels
internal import REST

/// What a client says of its device: a browser's `PushSubscription`, or what another service calls it.
struct DeviceBody {
    let kind: Device.Kind
    let address: String
    /// Of a browser alone.
    let keys: PushKeys?

    static let shape = Shape(
        "Device",
        [
            .required("kind", .text(bytes: 1...16), "web, fcm, apns or webhook"),
            .optional("token", .text(bytes: 1...Device.addressBytesMax), "what the service calls the device"),
            .optional("endpoint", .text(bytes: 1...Device.addressBytesMax), "of a browser's subscription, its URL"),
            .optional(
                "keys",
                .object(
                    Shape(
                        "PushKeys",
                        [
                            .required("p256dh", .text(bytes: 1...128), "the browser's key, in base64url"),
                            .required("auth", .text(bytes: 1...64), "the browser's secret, in base64url"),
                        ])), "of a browser's subscription"),
        ])

    /// - Parameters:
    ///   - body: has the shape.
    ///   - kinds: the services that are set up.
    ///   - check: whether a URL may be asked at all.
    init(
        _ body: JSONElement, kinds: Set<Device.Kind>, check: (String) throws(WebFailure) -> Void
    ) throws(APIError) {
        guard let kind = body["kind"]?.string.flatMap({ Device.Kind(rawValue: $0) }) else {
            throw APIError(.invalid("/kind", "unknown", "kind is one of web, fcm, apns and webhook"))
        }
        guard kinds.contains(kind) else {
            throw APIError(.invalid("/kind", "not_configured", "this server does not push by \(kind.rawValue)"))
        }
        self.kind = kind
        (address, keys) = try kind == .web ? Self.browser(body, check) : (Self.token(body), nil)
    }

    private static func token(_ body: JSONElement) throws(APIError) -> String {
        guard let token = body.present("token")?.string else {
            throw APIError(.invalid("/token", "required", "token is required"))
        }
        guard !token.isEmpty, token.utf8.count <= Device.addressBytesMax,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw APIError(.invalid("/token", "invalid_format", "a token is ASCII, and has no blanks")) }
        return token
    }

    private static func browser(
        _ body: JSONElement, _ check: (String) throws(WebFailure) -> Void
    ) throws(APIError) -> (String, PushKeys?) {
        guard let endpoint = body.present("endpoint")?.string else {
            throw APIError(.invalid("/endpoint", "required", "endpoint is required"))
        }
        do throws(WebFailure) {
            try check(endpoint)
        } catch {
            throw APIError(.invalid("/endpoint", "not_allowed", "this address is not asked"))
        }
        let given = body["keys"]
        guard let point = given?["p256dh"]?.utf8.flatMap({ Base64.decodeURLSafe($0) }),
            let secret = given?["auth"]?.utf8.flatMap({ Base64.decodeURLSafe($0) }),
            let keys = PushKeys(publicKey: point, authSecret: secret)
        else {
            throw APIError(.invalid("/keys", "invalid_format", "p256dh is a point of P-256, and auth 16 bytes"))
        }
        return (endpoint, keys)
    }
}
