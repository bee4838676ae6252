import Glibc
import TestClient
import Testing

@Suite("Devices by HTTP") struct DeviceRouteTests {
    private let point =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

    private var browser: String {
        #"{"kind":"web","endpoint":"https://push.example/1","#
            + #""keys":{"p256dh":"\#(point)","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}"#
    }

    @Test func `a device is named, named anew and taken back, by whose it is alone`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let key = try ann.call("GET", "/push/key").json()
        #expect(key["public_key"]?.utf8.count == 87)
        #expect(key.values("kinds") == ["apns", "fcm", "web", "webhook"], "with --dev what is not set up is logged")
        #expect(try ann.call("PUT", "/devices/laptop", browser).status == 201)
        let again = try ann.call("PUT", "/devices/laptop", browser)
        #expect(again.status == 200 && !again.text.contains(point), "an address is never shown")
        #expect(try bob.outcome("DELETE", "/devices/laptop") == "404 not_found")
        #expect(try ann.call("DELETE", "/devices/laptop").status == 204)
        #expect(try ann.outcome("DELETE", "/devices/laptop") == "404 not_found")
        let long = String(repeating: "a", count: 129)
        #expect(try ann.outcome("PUT", "/devices/\(long)", browser) == "422 validation_failed")
        #expect(try ann.outcome("PUT", "/devices/a", #"{"kind":"pigeon"}"#) == "422 validation_failed")
        #expect(try bob.call("GET", "/push/key").json()["public_key"] == key["public_key"], "the server's own")
    }

    @Test func `a server that pushes to no browsers takes none`() throws {
        let server = try RunningServer(["CONFAB_WEB_PUSH": "off"])
        let ann = try Person("ann", on: server)
        #expect(try ann.call("GET", "/push/key").json().values("kinds") == ["apns", "fcm", "webhook"])
        #expect(try ann.outcome("PUT", "/devices/laptop", browser) == "422 validation_failed")
    }

    @Test func `with --dev what would be pushed is in the log`() throws {
        let server = try RunningServer([
            "CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "10", "CONFAB_PUSH_GRACE_MILLISECONDS": "10",
        ])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        #expect(try bob.call("PUT", "/devices/phone", #"{"kind":"fcm","token":"t-1"}"#).status == 201)
        #expect(try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"are you there?"}"#).status == 201)
        let end = time(nil) + 20
        while !server.log.contains("a push that nobody sends"), time(nil) < end { usleep(20_000) }
        #expect(server.log.contains("ann: are you there?"))
    }

    @Test func `a device goes with the login that named it, and stays with the others`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), elsewhere = try ann.loggedInAgain()
        #expect(try ann.call("PUT", "/devices/laptop", browser).status == 201)
        #expect(try elsewhere.call("PUT", "/devices/phone", #"{"kind":"fcm","token":"t-1"}"#).status == 201)
        #expect(try elsewhere.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try elsewhere.outcome("PUT", "/devices/phone", browser) == "401 invalid_token")
        #expect(try ann.outcome("DELETE", "/devices/phone") == "404 not_found")
        #expect(try ann.call("DELETE", "/devices/laptop").status == 204)
    }
}
