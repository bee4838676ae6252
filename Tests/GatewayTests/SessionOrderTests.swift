import TestClient
import Testing

@testable import Channels
@testable import Gateway

@Suite("Session, keeping order") struct SessionOrderTests {
    private static let history = #"{"id":"h","type":"history.get","data":{"channel":"108_109"}}"#

    @Test func `commands are answered in their order, each by its id`() throws {
        var dialogue = Dialogue.identified()
        for id in 1...3 {
            guard case .propose(let proposal) = dialogue.send("\(id)", "m\(id)"),
                case .sendMessage(let send) = proposal.command
            else {
                Issue.record("not proposed")
                return
            }
            #expect(send.clientMessageID == ClientMessageID("m\(id)"))
        }
        for id in 1...3 {
            let reply = try dialogue.commit(Int64(id)).reply()
            #expect(reply["id"] == "\(id)")
            #expect(reply["data.message_number"] == "\(id)")
        }
        #expect(dialogue.commit(4) == .reaction(.nothing))
    }

    @Test(arguments: 1...3) func `a read waits for the commits before it, and what follows waits for the read`(
        count: Int
    ) {
        var dialogue = Dialogue.identified()
        for id in 1...count { _ = dialogue.send("\(id)") }
        #expect(!dialogue.session.isBlocked)
        #expect(dialogue.say(Self.history) == .nothing)
        #expect(dialogue.session.isBlocked)
        for number in 1...count {
            #expect(dialogue.session.releaseRead() == .nothing)
            // A refusal is an outcome like any other.
            if number.isMultiple(of: 2) {
                _ = dialogue.session.settle(.failure(.overloaded))
            } else {
                _ = dialogue.commit(Int64(number))
            }
        }
        #expect(
            dialogue.session.releaseRead()
                == .read(.history(People.channel("108_109"), .newest, limit: 50), .text("h"), People.ann))
        #expect(dialogue.session.releaseRead() == .nothing)
        #expect(dialogue.session.isBlocked)
        dialogue.session.finishReading()
        #expect(!dialogue.session.isBlocked)
    }

    @Test func `a read with nothing before it begins at once`() {
        var dialogue = Dialogue.identified()
        guard case .read = dialogue.say(Self.history) else {
            Issue.record("it waits")
            return
        }
        #expect(dialogue.session.isBlocked)
    }

    @Test func `no more than so many commands are in flight`() {
        var dialogue = Dialogue.identified()
        for id in 1...256 {
            #expect(!dialogue.session.isBlocked)
            _ = dialogue.send("\(id)")
        }
        #expect(dialogue.session.isBlocked)
        _ = dialogue.commit(1)
        #expect(!dialogue.session.isBlocked)
    }

    @Test func `a command that could not be handed over is refused, and those before it are answered`() throws {
        var dialogue = Dialogue.identified()
        _ = dialogue.send("1")
        _ = dialogue.send("2")
        let refusal = try dialogue.session.withdraw(.overloaded).reply()
        #expect(refusal["id"] == "2")
        #expect(refusal["error.code"] == "overloaded")
        #expect(refusal["error.temporary"] == "true")
        #expect(refusal["error.retry_after_ms"] == "1000")
        _ = dialogue.send("3")
        #expect(try dialogue.commit(1).reply()["id"] == "1")
        #expect(try dialogue.commit(2).reply()["id"] == "3")
        _ = dialogue.send("4")
        #expect(try dialogue.session.withdraw(.overloaded).reply()["id"] == "4")
        #expect(dialogue.session.withdraw(.overloaded) == .nothing)
    }

    @Test func `an ended session proposes nothing more`() throws {
        var dialogue = Dialogue.identified()
        dialogue.session.end()
        #expect(try dialogue.send("1").reply()["error.code"] == "invalid_token")
        #expect(dialogue.session.identity == nil)
    }
}
