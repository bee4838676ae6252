import Auth
import Base
import Testing

@Suite("Login throttle") struct LoginThrottleTests {
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    private func fail(_ throttle: inout LoginThrottle, _ count: Int, _ account: String, from address: String) {
        for _ in 0..<count { throttle.failed(account, from: address, at: start) }
    }

    @Test func `a few mistakes cost nothing`() {
        var throttle = LoginThrottle(Limits())
        fail(&throttle, 4, "ann", from: "192.0.2.1")
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: start) == nil)
    }

    @Test func `each further failure doubles the wait, up to a bound`() {
        var throttle = LoginThrottle(Limits())
        fail(&throttle, 5, "ann", from: "192.0.2.1")
        var waits: [Int64] = []
        for _ in 0..<14 {
            waits.append(throttle.wait(for: "ann", from: "192.0.2.1", at: start) ?? 0)
            fail(&throttle, 1, "ann", from: "192.0.2.1")
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
    }

    @Test func `a wait ends, and the next failure brings a longer one`() {
        var throttle = LoginThrottle(Limits())
        fail(&throttle, 6, "ann", from: "192.0.2.1")
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: start.adding(seconds: 1)) == 1)
        let later = start.adding(seconds: 2)
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: later) == nil)
        throttle.failed("ann", from: "192.0.2.1", at: later)
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: later) == 4)
    }

    @Test func `a stranger's failures do not keep the owner out who comes from where they came before`() {
        var throttle = LoginThrottle(Limits())
        throttle.succeeded("ann", from: "198.51.100.7", at: start)
        for index in 0..<1_000 { fail(&throttle, 1, "ann", from: "10.0.\(index / 250).\(index % 250)") }
        #expect(throttle.wait(for: "ann", from: "198.51.100.7", at: start) == nil)
        #expect(throttle.wait(for: "ann", from: "203.0.113.9", at: start) == 900)
    }

    @Test func `many guessers together wait like one, and never for ever`() {
        var throttle = LoginThrottle(Limits())
        for index in 0..<60 { fail(&throttle, 1, "ann", from: "10.0.0.\(index)") }
        #expect(throttle.wait(for: "ann", from: "203.0.113.9", at: start) == 900)
        #expect(throttle.wait(for: "ann", from: "203.0.113.9", at: start.adding(seconds: 900)) == nil)
        #expect(throttle.wait(for: "bob", from: "203.0.113.9", at: start) == nil)
    }

    @Test func `one address that tries many accounts is slowed down, and others are not`() {
        var throttle = LoginThrottle(Limits())
        for index in 0..<205 { fail(&throttle, 1, "user\(index)", from: "192.0.2.1") }
        #expect(throttle.wait(for: "fresh", from: "192.0.2.1", at: start) == 32)
        #expect(throttle.wait(for: "fresh", from: "192.0.2.2", at: start) == nil)
    }

    @Test func `a success forgets what the address did to the account`() {
        var throttle = LoginThrottle(Limits())
        fail(&throttle, 9, "ann", from: "192.0.2.1")
        throttle.succeeded("ann", from: "192.0.2.1", at: start)
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: start) == nil)
    }

    @Test func `what is left alone for a day is forgotten`() {
        var throttle = LoginThrottle(Limits())
        fail(&throttle, 30, "ann", from: "192.0.2.1")
        let tomorrow = start.adding(seconds: 86_400)
        throttle.failed("ann", from: "192.0.2.1", at: tomorrow)
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: tomorrow) == nil)
    }

    @Test func `ten thousand tries in a day from one address are hardly more than a hundred that are heard`() {
        var throttle = LoginThrottle(Limits())
        var heard = 0
        for second in stride(from: 0, to: Int64(86_400), by: 8) {
            let now = start.adding(seconds: second)
            guard throttle.wait(for: "ann", from: "192.0.2.1", at: now) == nil else { continue }
            heard += 1
            throttle.failed("ann", from: "192.0.2.1", at: now)
        }
        #expect((90...115).contains(heard))
    }

    @Test func `memory is bounded, and the worst are remembered`() {
        var limits = Limits()
        limits.loginFailuresKeptMax = 1_000
        var throttle = LoginThrottle(limits)
        fail(&throttle, 12, "ann", from: "192.0.2.1")
        for index in 0..<20_000 { throttle.failed("user\(index)", from: "a\(index)", at: start) }
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: start) == 128)
    }

    @Test func `a clock that goes back makes nobody wait longer`() {
        var throttle = LoginThrottle(Limits())
        fail(&throttle, 6, "ann", from: "192.0.2.1")
        #expect(throttle.wait(for: "ann", from: "192.0.2.1", at: start.adding(seconds: -5_000)) == 2)
    }
}
