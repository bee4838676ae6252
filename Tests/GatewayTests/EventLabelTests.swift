import Base
import Testing
import Wire

@testable import Channels
@testable import Gateway

@Suite("Messages as events of a stream") struct EventLabelTests {
    private func label(_ text: String) -> String {
        let label = EventStream.Label(of: Array(text.utf8))
        return String(decoding: label.name, as: UTF8.self) + " " + String(decoding: label.id, as: UTF8.self)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `what is numbered is named by its type, and by its channel and number`() {
        #expect(label(text(Envelope.event(Event(People.message(7, seq: 9))))) == "message.created 108_109:9")
        let added = Event(
            channel: .personal(People.ann), seq: 3, at: People.noon,
            fact: .note(Event.Note(.channelAdded, subject: People.channel("7"), data: Array("{}".utf8))))
        #expect(label(text(Envelope.event(added))) == "channel.added @me:3")
        #expect(label(#"{"type":"void","channel":"7","seq":4,"to_seq":9}"#) == "void 7:9")
    }

    @Test func `what has no number has no id`() {
        let receipt = Envelope.receipt(People.channel("7"), user: People.ann, readNumber: 3)
        #expect(label(text(receipt)) == "receipt.updated ")
        #expect(
            label(text(Envelope.unread(People.channel("7"), readNumber: 3, unread: 1, mentions: 0)))
                == "channel.unread ")
        #expect(label(text(Envelope.reconnect(retryAfterMilliseconds: 5))) == "reconnect ")
        let ready = SessionReply.ready(
            to: CommandID.none, People.attendance(), epoch: "A1", expiresAt: People.noon, now: People.noon,
            limits: Limits())
        #expect(label(text(ready)) == "ready ")
    }

    @Test(arguments: [
        "", "{", "{}", "[]", #"{"type""#, #"{"type":"#, #"{"data":{"type":"x"}}"#, #"{"seq":1,"#,
    ]) func `what is none of ours has no name, and harms nobody`(text: String) {
        #expect(label(text) == " ")
    }

    @Test func `the last event says what a close frame says, and when to come back`() {
        #expect(
            text(SessionClose.sessionRevoked.event())
                == "event: close\ndata: {\"code\":4009,\"reason\":\"session_revoked\"}\n\n")
        let data = #"{"code":4200,"reason":"server_restart","retry_after_ms":3170}"#
        #expect(
            text(SessionClose.serverRestart.event(retryAfterMilliseconds: 3_170))
                == "retry: 3170\nevent: close\ndata: \(data)\n\n")
    }

    @Test func `each form of a message says the same`() {
        let message = Envelope.event(Event(People.message(7, seq: 9)))
        var shared = SharedFrame.text(message), compressor = SharedCompressor(messageBytesMin: 10)
        #expect(shared.form(for: .socket(nil), by: &compressor) == WebSocketFrame.text(message))
        let compressed = shared.form(for: .socket(DeflateAgreement()), by: &compressor)
        #expect(compressed == compressor.frame(.text, message, for: DeflateAgreement()))
        let block = "event: message.created\nid: 108_109:9\ndata: " + text(message) + "\n\n"
        #expect(text(shared.form(for: .stream(.untilClose), by: &compressor)) == block)
        #expect(
            text(shared.form(for: .stream(.chunks), by: &compressor))
                == String(block.utf8.count, radix: 16) + "\r\n\(block)\r\n")
        #expect(compressor.frame(message, for: .stream(.chunks)) == shared.form(for: .stream(.chunks), by: &compressor))
    }
}
