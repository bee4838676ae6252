import Testing

@testable import loadtest

struct ChatTests {
    private func read(_ bytes: [UInt8]) -> Envelope? { Envelope(bytes.span, in: 0..<bytes.count) }

    @Test func `reads an event whatever the order of its members`() throws {
        for text in [
            #"{"type":"message.created","channel":"1_2","seq":9,"data":{"message_number":12,"text":"a \"{]\\"}}"#,
            #" {"data": {"text":"a \"{]\\", "message_number":12 }, "seq":9, "channel":"1_2","type":"message.created"}"#,
        ] {
            let bytes = Array(text.utf8)
            let event = try #require(read(bytes))
            #expect(event.kind == .messageCreated)
            #expect(event.isDone == nil)
            #expect(Array(bytes[event.channel]) == Array("1_2".utf8))
            let value = JSONScan.member("message_number", bytes.span, in: event.data)
            let number = value.flatMap { JSONScan.number(bytes.span, $0) }
            #expect(number == 12)
        }
    }

    @Test func `reads a refusal's code and words`() throws {
        let bytes = Array(#"{"id":4,"ok":false,"error":{"code":"rate_limited","message":"30 a second"}}"#.utf8)
        let reply = try #require(read(bytes))
        #expect(reply.id == 4)
        #expect(reply.isDone == false)
        let words = reply.errorText(bytes.span)
        #expect(words == "rate_limited: 30 a second")
    }

    @Test(arguments: ["[1]", "", "nul", "\"{\"", " "])
    func `anything but an object is none`(text: String) {
        let bytes = Array(text.utf8)
        #expect(read(bytes) == nil)
    }

    @Test func `a message's mark is found again by its own run only`() {
        let prefix = MessageMark.prefix(ofRun: 0x1234_5678_9ABC)
        var bytes: [UInt8] = []
        MessageMark(sender: 0, sequence: 123_456).append(to: &bytes, prefix: prefix)
        let own = MessageMark(bytes.span, in: 0..<bytes.count, prefix: prefix)
        #expect(own == MessageMark(sender: 0, sequence: 123_456))
        let another = MessageMark.prefix(ofRun: 0x1234_5678_9ABD)
        let foreign = MessageMark(bytes.span, in: 0..<bytes.count, prefix: another)
        #expect(foreign == nil)
    }

    @Test func `numbers in order are in order, and each fault has its name`() {
        var order = OrderCheck(after: 10)
        let step1 = order.take(11)
        #expect(step1 == .inOrder)
        let step2 = order.take(11)
        #expect(step2 == .repeated)
        let step3 = order.take(15)
        #expect(step3 == .outOfOrder)
        #expect(order.lost(upTo: 15) == 3)
        let step4 = order.take(13)
        #expect(step4 == .outOfOrder)
        let step5 = order.take(13)
        #expect(step5 == .repeated)
        #expect(order.lost(upTo: 15) == 2)
        let step6 = order.take(12)
        #expect(step6 == .outOfOrder)
        let step7 = order.take(14)
        #expect(step7 == .outOfOrder)
        let step8 = order.take(16)
        #expect(step8 == .inOrder)
        #expect(order.lost(upTo: 16) == 0)
        #expect(order.lost(upTo: 18) == 2)
    }

    @Test func `a message is complete after its reply and all deliveries, in any order`() {
        var outstanding = Outstanding(inFlight: 2)
        let first = outstanding.send(at: 100, deliveries: 2)
        let second = outstanding.send(at: 200, deliveries: 1)
        #expect(!outstanding.hasRoom)
        let step9 = outstanding.deliver(first)?.isComplete
        #expect(step9 == false)
        let step10 = outstanding.answer(first)?.isComplete
        #expect(step10 == false)
        let step11 = outstanding.answer(first)
        #expect(step11 == nil)
        let step12 = outstanding.deliver(first)?.isComplete
        #expect(step12 == true)
        let step13 = outstanding.deliver(first)
        #expect(step13 == nil)
        let third = outstanding.send(at: 300, deliveries: 1)
        #expect(third != first && third != second)
        #expect(outstanding.unanswered == 2)
        let step14 = outstanding.refuse(third)
        #expect(step14)
        let step15 = outstanding.answer(second)?.sentAt
        #expect(step15 == 200)
        let step16 = outstanding.deliver(second)?.isComplete
        #expect(step16 == true)
        #expect(outstanding.count == 0)
    }

    @Test func `numbers are written as people write them`() {
        #expect(Decimal.text(12.345, places: 2) == "12.35")
        #expect(Decimal.text(0.0456, places: 3) == "0.046")
        #expect(Decimal.text(-0.001, places: 2) == "0.00")
        #expect(Decimal.text(7.5, places: 0) == "8")
        #expect(Decimal.grouped(-1_234_567) == "-1,234,567")
        var bytes: [UInt8] = []
        Decimal.append(0, to: &bytes)
        Decimal.append(9_070, to: &bytes)
        #expect(bytes == Array("09070".utf8))
    }
}
