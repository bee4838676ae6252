import Base
import TestClient
import Testing
import WSServer

@testable import Gateway

@Suite("The rate of commands") struct CommandRateTests {
    private let ping = #"{"id":7,"type":"ping"}"#

    private func dialogue() -> Dialogue {
        Dialogue.identified { limits in
            // Identifying is the first.
            limits.commandCountMax = 11
            limits.commandWindowMilliseconds = 1_100
        }
    }

    @Test func `a socket that asks too often is told when to ask again, and is heard then`() throws {
        var dialogue = dialogue()
        for _ in 0..<10 { #expect(try dialogue.say(ping).reply()["type"] == "pong") }
        let refusal = try dialogue.say(ping).reply()
        #expect(refusal["error.code"] == "rate_limited")
        #expect(refusal["error.temporary"] == "true")
        #expect(refusal["error.retry_after_ms"] == "100")
        #expect(try dialogue.say(ping, after: 99).reply()["ok"] == "false")
        #expect(try dialogue.say(ping, after: 100).reply()["type"] == "pong")
    }

    @Test func `one that goes on all the same is closed`() throws {
        var dialogue = dialogue()
        for _ in 0..<10 { _ = dialogue.say(ping) }
        for _ in 0..<11 { #expect(try dialogue.say(ping).reply()["error.code"] == "rate_limited") }
        #expect(dialogue.say(ping) == .close(.rateLimited))
    }

    @Test(arguments: [#"{"a":1,"a":2}"#, #"{"id":{},"type":"ping"}"#, #"{"id":1,"type":"\ud800"}"#])
    func `what cannot be read is counted like everything else`(frame: String) throws {
        var dialogue = dialogue()
        for _ in 0..<10 { #expect(try dialogue.say(frame).reply()["error.code"] == "bad_request") }
        for _ in 0..<11 { #expect(try dialogue.say(frame).reply()["error.code"] == "rate_limited") }
        #expect(dialogue.say(frame) == .close(.rateLimited))
    }

    @Test func `one that waits as it is told is never closed`() throws {
        var dialogue = dialogue()
        var now = 0
        for _ in 0..<500 {
            let answer = try dialogue.say(ping, after: now).reply()
            if let wait = answer["error.retry_after_ms"].flatMap({ Int($0) }) { now += wait }
        }
        #expect(now > 20_000)
    }

    @Test func `reading a page counts as several commands`() throws {
        var dialogue = dialogue()
        let read = #"{"id":7,"type":"history.get","data":{"channel":"108_109"}}"#
        for _ in 0..<2 {
            guard case .read = dialogue.say(read) else {
                Issue.record("it is not read")
                return
            }
            dialogue.session.finishReading()
        }
        #expect(try dialogue.say(read).reply()["error.code"] == "rate_limited")
        #expect(try dialogue.say(ping).reply()["type"] == "pong")
    }

    @Test func `a rate is forgotten when a new one would be the same`() {
        let limits = Limits(), now = Dialogue.opened
        var rate = CommandRate(limits, at: now)
        let verdicts = (0..<limits.commandCountMax).map { _ in rate.take(1, limits, at: now) }
        #expect(verdicts.allSatisfy { $0 == .allowed })
        let last = rate.take(1, limits, at: now)
        #expect(last != .allowed)
        #expect(!rate.isForgotten(limits, at: now.adding(milliseconds: limits.commandWindowMilliseconds - 1)))
        #expect(rate.isForgotten(limits, at: now.adding(milliseconds: limits.commandWindowMilliseconds)))
    }

    @Test func `without rates nobody is kept from asking`() throws {
        var dialogue = Dialogue.identified { limits in
            limits.commandCountMax = 1
            limits.areRatesLimited = false
        }
        for _ in 0..<100 { #expect(try dialogue.say(ping).reply()["type"] == "pong") }
    }
}
