import TestClient
import Testing

@testable import Channels
@testable import Gateway

@Suite("Session, reading frames") struct SessionFrameTests {
    static let closing: [String] = [
        "", " ", "[]", "7", "null", "true", #""text""#, "{", #"{"id":1"#, #"{"id":1}x"#, #"{"id":1}{}"#, #"{"id":NaN}"#,
        "{'id':1}", "\u{FEFF}{}", #"{"id":01}"#, #"{"id":1,}"#, #"[{"type":"ping"}]"#, "{\u{0}}", #"{"t":"\x"}"#,
    ]

    @Test(arguments: closing) func `what is no JSON object closes with 4000`(text: String) {
        var dialogue = Dialogue.identified()
        #expect(dialogue.say(text) == .close(.badRequest))
        #expect(SessionClose.badRequest.code == 4000)
    }

    @Test func `UTF-16 closes with 4000`() {
        var dialogue = Dialogue.identified()
        #expect(
            dialogue.session.receive(Array("{}".utf8).flatMap { [$0, 0] }, at: Dialogue.opened) == .close(.badRequest))
    }

    static let tolerated: [String] = [
        #"{"id":1,"id":2,"type":"ping"}"#, #"{"id":1,"type":"ping","data":{"a":1,"a":2}}"#,
        #"{"id":1,"type":"ping","data":{"a":"\ud800"}}"#, #"{"id":1,"type":"ping","data":{"a":"x\u0000y"}}"#,
        #"{"id":1,"data":"# + String(repeating: "[", count: 32) + String(repeating: "]", count: 32) + "}",
    ]

    @Test(arguments: tolerated) func `doubtful JSON is refused, and the socket stays`(text: String) throws {
        var dialogue = Dialogue.identified()
        let reply = try dialogue.say(text).reply()
        #expect(reply["ok"] == "false")
        #expect(reply["error.code"] == "bad_request")
        #expect(try dialogue.say(#"{"id":2,"type":"ping"}"#).reply()["type"] == "pong")
    }

    @Test func `thousands of members that nobody knows are ignored`() throws {
        var dialogue = Dialogue.identified()
        let members = (0..<5_000).map { #""m\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(try dialogue.say(#"{"id":1,"type":"ping","data":{\#(members)}}"#).reply()["type"] == "pong")
    }

    static let ids = [
        "7", "0", "-7", "9223372036854775807", "-9223372036854775808", #""""#, #""a""#, #""é\n\u00e9""#,
        "\"" + String(repeating: "x", count: 64) + "\"",
    ]

    @Test(arguments: ids) func `an id of every kind comes back as it was`(id: String) throws {
        var dialogue = Dialogue.identified()
        let reply = try dialogue.say(#"{"type":"ping","id":\#(id)}"#).reply()
        let sent = try JSONText(Array(#"{"id":\#(id)}"#.utf8))
        #expect(reply["id"] == sent["id"])
        #expect(reply.names() == ["id", "ok", "type"])
    }

    static let badIDs = [
        "1.0", "1e2", "-0", "9223372036854775808", "-9223372036854775809", "null", "true", "[]", "{}",
        "\"" + String(repeating: "x", count: 65) + "\"", String(repeating: "9", count: 60_000),
    ]

    @Test(arguments: badIDs) func `an id that is none is refused, and nothing is done`(id: String) throws {
        var dialogue = Dialogue.identified()
        let reply = try dialogue.send(id).reply()
        #expect(reply["error.code"] == "bad_request")
        #expect(reply["id"] == nil)
        #expect(!dialogue.session.isBlocked)
    }

    @Test func `a command that nobody knows is refused by its id`() throws {
        var dialogue = Dialogue.identified()
        let reply = try dialogue.say(#"{"id":4,"type":"message.sent"}"#).reply()
        #expect(reply["id"] == "4")
        #expect(reply["error.code"] == "bad_request")
    }

    @Test(arguments: [
        #"{"type":"ping"}"#, #"{"type":"pong"}"#, #"{"type":"nothing"}"#, "{}",
        #"{"type":"history.get","data":{"channel":7}}"#,
    ]) func `a command without an id is not answered`(text: String) {
        var dialogue = Dialogue.identified()
        #expect(dialogue.say(text) == .nothing)
    }

    @Test func `a message without an id is sent, and not answered`() {
        var dialogue = Dialogue.identified()
        let text = #"{"type":"message.send","data":{"channel":"108_109","text":"hi"}}"#
        guard case .propose = dialogue.say(text) else {
            Issue.record("it was not sent")
            return
        }
        #expect(dialogue.commit(1) == .reaction(.nothing))
        guard case .propose = dialogue.say(text) else {
            Issue.record("it was not sent")
            return
        }
        #expect(dialogue.session.settle(.failure(.overloaded)) == .reaction(.nothing))
    }

    @Test func `a frame over the bound closes with 1009 unless it resumes`() throws {
        var dialogue = Dialogue()
        let padding = String(repeating: " ", count: 65_536)
        #expect(dialogue.say(#"{"id":1,"type":"ping"}"# + padding) == .close(.messageTooBig))
        #expect(SessionClose.messageTooBig.code == 1009)
        let resume = #"{"id":2,"type":"resume","data":{"token":"good","session_id":"\#(People.session)","epoch":"A1"}}"#
        guard case .propose = dialogue.say(resume + padding) else {
            Issue.record("a long resume was refused")
            return
        }
    }
}
