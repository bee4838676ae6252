import TestClient
import Testing

@Suite("The rate of a user") struct UserRateTests {
    @Test func `who comes back has no new rate`() throws {
        let server = try RunningServer([
            "CONFAB_RATE_LIMITS": "on", "CONFAB_COMMAND_COUNT_MAX": "20",
            "CONFAB_COMMAND_WINDOW_MILLISECONDS": "600000",
            "CONFAB_LOOPS": "1",
        ])
        let ann = try Person("ann", on: server)
        do {
            let socket = try ann.socket()
            for _ in 0..<30 { _ = try socket.ask("ping") }
        }
        // The server hears of the end in its own time, and a new socket's rate is its own until then.
        var code: String?
        for _ in 0..<100 where code != "rate_limited" {
            let socket = try ann.socket()
            code = try socket.ask("ping")["error.code"]
        }
        #expect(code == "rate_limited")
        let bob = try Person("bob", on: server)
        #expect(try bob.socket().ask("ping")["type"] == "pong")
    }
}
