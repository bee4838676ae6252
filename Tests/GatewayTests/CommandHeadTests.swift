import Base
import TestClient
import Testing
import Wire

@testable import Channels
@testable import Gateway

@Suite("Turning commands away") struct CommandHeadTests {
    private static func head(_ text: String) -> CommandHead? { CommandHead(Array(text.utf8)) }

    @Test func `finds id and kind wherever they stand`() throws {
        let texts = [
            #"{"id":7,"type":"message.send","data":{"channel":"1","text":"}],\"{"}}"#,
            #" { "data" : { "id":9 , "a" : [ [ ] , "]" ] } , "type" : "message.send" , "id" : 7 } "#,
            #"{"type":"message.send","x":null,"y":-1.5e3,"id":7}"#,
        ]
        for text in texts {
            let head = try #require(Self.head(text))
            #expect(head.id == .integer(7))
            #expect(head.work == .change)
        }
        #expect(Self.head(#"{"type":"identify","id":"é"}"#)?.id == .text("é"))
        #expect(Self.head(#"{"type":"resume"}"#)?.id == CommandID.none)
        let kinds: [(String, Admission.Work?)] = [
            ("identify", .newSession), ("resume", .newSession), ("history.get", .read), ("events.get", .read),
            ("read.update", .change), ("channel.create", .change), ("ping", nil),
        ]
        for (type, work) in kinds {
            let head = try #require(Self.head(#"{"id":1,"type":"\#(type)"}"#))
            #expect(head.work == work)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"id":1}"#, #"{"id":1,"id":2,"type":"ping"}"#, #"{"type":"ping","type":"ping"}"#,
        #"{"type":"ping"}x"#, #"{"type":"ping""#, #"{"type":"ping","data":{}"#,
        #"{"i\u0064":1,"type":"ping"}"#, #"{"id":01,"type":"ping"}"#, #"{"id":-1,"type":"ping"}"#,
        #"{"id":1.0,"type":"ping"}"#, #"{"id":1 "type":"p"}"#,
        #"{"type":"p","id":1.5}"#, #"{"type":"p","id":1e3}"#, #"{"type":"p","id":0x7}"#, #"{"type":"p","id":1"#,
        #"{"type":"ping","id":1.0}"#, "{\"id\":\"a\0\",\"type\":\"ping\"}",
        #"{"id":1,"type":7}"#, #"{"id":1,"data":{"a":"x},"type":"ping"}"#, #"{"id":9999999999999999999,"type":"p"}"#,
    ]) func `leaves what is out of the ordinary to the whole reading`(text: String) {
        #expect(Self.head(text) == nil)
    }

    @Test func `makes no id of bytes that are no text`() {
        #expect(
            CommandHead(Array(#"{"id":""#.utf8) + [0xC3, 0x85] + Array(#"","type":"ping"}"#.utf8))?.id == .text("Å"))
        #expect(CommandHead(Array(#"{"id":""#.utf8) + [0x85, 0x85] + Array(#"","type":"ping"}"#.utf8)) == nil)
    }

    @Test func `any beginning of a command, and any byte changed in it, is read without harm`() {
        let whole = Array(#"{"id":7,"type":"message.send","data":{"channel":"1","list":[1,{"a":"\\\""}]}}"#.utf8)
        for length in 0...whole.count {
            let head = CommandHead(Array(whole[..<length]))
            #expect(head == nil || head?.id == .integer(7) && head?.work == .change)
        }
        for index in whole.indices {
            for byte in UInt8.min ... .max {
                var changed = whole
                changed[index] = byte
                _ = CommandHead(changed)
            }
        }
    }

    @Test func `what there is no room for is turned away, and nothing of it happens`() {
        var dialogue = Dialogue.identified()
        let send = #"{"id":5,"type":"message.send","data":{"channel":"108_109","text":"hi"}}"#
        #expect(
            dialogue.session.receive(Array(send.utf8), at: Dialogue.opened, room: .nothing) == .turnAway(.integer(5)))
        #expect(dialogue.session.inFlightCount == 0)
        let history = #"{"id":6,"type":"history.get","data":{"channel":"108_109"}}"#
        #expect(
            dialogue.session.receive(Array(history.utf8), at: Dialogue.opened, room: .init(upTo: .change))
                == .turnAway(.integer(6)))
        #expect(!dialogue.session.isBlocked)
        let disguised = #"{"\u0069d":7,"type":"message.send","data":{"channel":"108_109","text":"hi"}}"#
        #expect(
            dialogue.session.receive(Array(disguised.utf8), at: Dialogue.opened, room: .nothing)
                == .turnAway(.integer(7)))
        guard
            case .propose = dialogue.session.receive(Array(send.utf8), at: Dialogue.opened, room: .init(upTo: .change))
        else {
            Issue.record("there was room for it")
            return
        }
    }

    @Test func `a ping is answered however busy the server is`() throws {
        var dialogue = Dialogue.identified()
        let ping = Array(#"{"id":5,"type":"ping"}"#.utf8)
        #expect(try dialogue.session.receive(ping, at: Dialogue.opened, room: .nothing).reply()["type"] == "pong")
    }

    @Test func `who was turned away identifies later, and it was no failed attempt`() {
        var dialogue = Dialogue()
        let identify = Array(#"{"id":1,"type":"identify","data":{"token":"good"}}"#.utf8)
        for _ in 1...10 {
            #expect(
                dialogue.session.receive(identify, at: Dialogue.opened, room: .init(upTo: .read))
                    == .turnAway(.integer(1)))
        }
        guard case .propose = dialogue.session.receive(identify, at: Dialogue.opened) else {
            Issue.record("it is turned away for good")
            return
        }
    }

    @Test func `the cheap refusal says what any other says`() {
        var refusals = RefusalFrame()
        for id: CommandID in [.integer(7), .integer(0), .integer(-12), .integer(.max), .text("a\"b"), .integer(10)] {
            #expect(
                refusals.frame(to: id, retryAfterMilliseconds: 417)
                    == WebSocketFrame.text(Envelope.refusal(to: id, .overloaded(retryAfterMilliseconds: 417))))
        }
    }
}
