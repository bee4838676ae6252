import TestClient
import Testing

@Suite("Where a resume begins") struct ResumePlaceTests {
    @Test func `is any place of the log: what follows comes, all of it and nothing else`() throws {
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), first = try bob.socket(), atAnn = try ann.socket()
        let personalSeq = try #require(first.opening["data.me_seq"])
        for number in 1...20 { _ = try atAnn.send("text \(number)", as: "m\(number)", to: channel) }
        // Its creation and twenty messages.
        let head = 21
        for seen in Array(0...head + 5) + [Int.max] {
            let back = try ChatSocket(on: server)
            let replayed = try back.resume(
                first, token: bob.token, personalSeq: personalSeq, channels: [channel: seen])
            #expect(replayed.map { $0["seq"] } == (0..<max(0, head - seen)).map { "\(seen + 1 + $0)" }, "from \(seen)")
            #expect(back.opening["data.states.0.seq"] == "\(head)")
        }
    }

    @Test func `that is none is refused, and one of a strange channel is named as removed`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let cat = try Person("cat", on: server), old = try cat.socket()
        let strange = try ann.direct(with: bob)
        let place = #""token":"\#(cat.token)","session_id":"\#(old.session)","epoch":"\#(old.epoch)""#
        let back = try ChatSocket(on: server)
        for seq in ["-1", "9223372036854775808", "1.5", "\"1\"", "null", "1e3"] {
            let reply = try back.ask("resume", #"{\#(place),"channels":{"\#(strange)":\#(seq)}}"#)
            #expect(reply["ok"] == "false" && reply["error.code"] != "internal", "\(seq): \(reply)")
        }
        let reply = try back.ask("resume", #"{\#(place),"channels":{"\#(strange)":0}}"#)
        #expect(reply["ok"] == "true")
        #expect(reply.values("data.removed") == [strange] && reply["data.replayed"] == "0")
    }
}
