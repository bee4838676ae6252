import Base
import Channels
import REST
import Testing

@testable import Auth
@testable import Gateway

@Suite("What a client says of its device") struct DeviceBodyTests {
    private let point =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

    /// The device, or why it is none.
    private func read(_ text: String) throws -> String {
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        do throws(APIError) {
            let body = try DeviceBody(root, kinds: [.web, .apns]) { (url: String) throws(WebFailure) in
                guard url.hasPrefix("https://") else { throw .refused("no") }
            }
            return "\(body.kind.rawValue) \(body.address)\(body.keys == nil ? "" : " with keys")"
        } catch {
            return error.rejection.faults.map { "\($0.pointer) \($0.code)" }.joined()
        }
    }

    private func browser(_ endpoint: String, _ point: String, _ secret: String) throws -> String {
        try read(
            #"{"kind":"web","endpoint":"\#(endpoint)","keys":{"p256dh":"\#(point)","auth":"\#(secret)"}}"#)
    }

    @Test func `a browser gives its subscription, and others a token`() throws {
        let secret = "BTBZMqHH6r4Tts7J_aSIgg"
        #expect(try browser("https://push.example/1", point, secret) == "web https://push.example/1 with keys")
        #expect(try browser("http://push.example/1", point, secret) == "/endpoint not_allowed")
        #expect(try browser("https://push.example/1", point, "AA") == "/keys invalid_format")
        #expect(try browser("https://push.example/1", String(point.dropLast()) + "0", secret) == "/keys invalid_format")
        #expect(try read(#"{"kind":"web","keys":{}}"#) == "/endpoint required")
        #expect(try read(#"{"kind":"web","endpoint":"https://push.example/1"}"#) == "/keys invalid_format")
        #expect(try read(#"{"kind":"apns","token":"00ff"}"#) == "apns 00ff")
        #expect(try read(#"{"kind":"apns"}"#) == "/token required")
        #expect(try read(#"{"kind":"apns","token":"a b"}"#) == "/token invalid_format")
    }

    @Test func `a service that is not set up takes no devices`() throws {
        #expect(try read(#"{"kind":"fcm","token":"x"}"#) == "/kind not_configured")
        #expect(try read(#"{"kind":"pigeon","token":"x"}"#) == "/kind unknown")
    }
}
