import Base
import REST
import Telemetry
import TestClient
import Testing

@testable import Channels
@testable import Gateway

@Suite("Session, counted") struct SessionNumbersTests {
    @Test func `a command is awaited since it was understood`() {
        var dialogue = Dialogue.identified()
        #expect(dialogue.session.awaitedSince == nil)
        _ = dialogue.say(Self.message("1"), after: 10)
        _ = dialogue.say(Self.message("2"), after: 30)
        #expect(dialogue.session.awaitedSince == Dialogue.opened.adding(milliseconds: 10))
        _ = dialogue.commit(1)
        #expect(dialogue.session.awaitedSince == Dialogue.opened.adding(milliseconds: 30))
        _ = dialogue.commit(2)
        #expect(dialogue.session.awaitedSince == nil)
    }

    private static func message(_ id: String) -> String {
        #"{"id":\#(id),"type":"message.send","data":{"channel":"108_109","client_msg_id":"\#(id)","text":"hi"}}"#
    }

    @Test func `each refusal is counted once, also of what has no id`() {
        var dialogue = Dialogue.identified()
        _ = dialogue.say(#"{"id":2,"type":"message.send","data":{}}"#)
        _ = dialogue.say(#"{"id":{},"type":"ping"}"#)
        _ = dialogue.send("3")
        _ = dialogue.session.settle(.failure(.notAMember))
        _ = dialogue.say(#"{"type":"message.send","data":{}}"#)
        let counts = zip(Rejection.Code.allCases, dialogue.refusals.counts).filter { $0.1 > 0 }
        #expect(
            counts.map { "\($0.0.rawValue) \($0.1)" } == ["bad_request 1", "validation_failed 2", "not_a_member 1"])
    }

    @Test func `workers are read together`() {
        let numbers = ConversationNumbers()
        for worker in 0..<3 {
            let own = numbers.numbers(of: worker)
            #expect(numbers.numbers(of: worker) === own)
            own.sockets.add(worker)
            own.deliveries.add(10)
            own.replies.observe(1_000_000)
            own.refusals.count(.overloaded)
        }
        let reading = numbers.reading
        #expect(reading.socketCount == 3)
        #expect(reading.deliveryCount == 30)
        #expect(reading.replies.count == 3)
        #expect(reading.refusals.reduce(0, +) == 3)
    }
}
