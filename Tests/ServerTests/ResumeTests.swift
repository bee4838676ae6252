import Glibc
import TestClient
import Testing

@Suite("Resuming") struct ResumeTests {
    @Test func `takes the place of the old socket also where there is none to spare`() throws {
        let server = try RunningServer(["CONFAB_SOCKETS_PER_USER_MAX": "1", "CONFAB_LOOPS": "1"])
        let ann = try Person("ann", on: server)
        // The network was lost, and the server does not know yet.
        let old = try ann.socket()
        let back = try ChatSocket(on: server)
        _ = try back.resume(old, token: ann.token, personalSeq: "0", channels: [:])
        #expect(try back.ask("ping")["type"] == "pong")
        let another = try ChatSocket(on: server)
        #expect(throws: (any Error).self) { try another.identify(ann.token) }
    }

    @Test(arguments: [SIGTERM, SIGKILL]) func `over a restart nothing is lost, and a retry gets its first answer`(
        signal: CInt
    ) throws {
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let old = try bob.socket(), atAnn = try ann.socket()
        let personalSeq = try #require(old.opening["data.me_seq"])
        var first: [JSONText] = []
        for number in 1...20 { first.append(try atAnn.send("text \(number)", as: "m\(number)", to: channel)) }
        let seen = 5
        let before = try atAnn.send("text 7", as: "m7", to: channel)
        #expect(before["data.duplicate"] == "true")

        #expect(try server.stop(signal) == (signal == SIGTERM ? 0 : -SIGKILL))
        try server.start()

        let again = try ann.socket()
        for number in 1...20 {
            let retry = try again.send("text \(number)", as: "m\(number)", to: channel)
            #expect(retry["data.duplicate"] == "true")
            for name in ["message_number", "seq", "created_at"] {
                #expect(retry["data.\(name)"] == first[number - 1]["data.\(name)"])
            }
        }
        let fresh = try again.send("text 21", as: "m21", to: channel)
        #expect(fresh["data.message_number"] == "21")

        let back = try ChatSocket(on: server)
        let replayed = try back.resume(
            old, token: bob.token, personalSeq: personalSeq, channels: [channel: seen])
        #expect(replayed.map { $0["seq"] } == (seen + 1...22).map { "\($0)" })
        #expect(replayed.map { $0["data.text"] } == (seen...21).map { "text \($0)" })
        #expect(back.opening["data.replayed"] == "17")
        #expect(back.opening["data.session_id"] == old.session)
        #expect(back.opening["data.states.0.seq"] == "22")
        #expect(back.opening["data.states.0.unread"] == "21")
        #expect(back.opening.count("data.more") == 0 && back.opening.count("data.gaps") == 0)
        // And goes on.
        _ = try again.send("text 22", as: "m22", to: channel)
        #expect(try back.event("message.created")["seq"] == "23")
    }

    @Test func `a resume closes the older socket of the same session, and no other`() throws {
        let server = try RunningServer(flags: ["--loops", "2"])
        let ann = try Person("ann", on: server)
        // On several loops, so that both sockets are now on one and now on two.
        for _ in 0..<6 {
            let old = try ann.socket(), other = try ann.socket(), back = try ChatSocket(on: server)
            _ = try back.resume(old, token: ann.token, personalSeq: "0", channels: [:])
            #expect(try old.client.readCloseCode() == 4008)
            #expect(try other.ask("ping")["type"] == "pong")
            #expect(try back.ask("ping")["type"] == "pong")
        }
    }

    @Test func `what is too much is named, what is new is added, and what is not one's own is removed`() throws {
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let busy = try ann.direct(with: bob), old = try bob.socket(), atAnn = try ann.socket()
        let group = try #require(
            try atAnn.ask("channel.create", #"{"name":"New","members":["\#(bob.id)"]}"#)["data.channel"])
        let count = 1_200
        for number in 1...count {
            try atAnn.say("message.send", #"{"channel":"\#(busy)","client_msg_id":"m\#(number)","text":"x"}"#)
            if number.isMultiple(of: 100) { _ = try atAnn.pending() }
        }
        let back = try ChatSocket(on: server)
        let replayed = try back.resume(
            old, token: bob.token, personalSeq: try #require(old.opening["data.me_seq"]), channels: [busy: 1, "31": 9])
        // The user's own log first, then the channel up to its bound.
        #expect(replayed.prefix(2).map { $0["type"] } == ["channel.added", "notification.created"])
        #expect(replayed.dropFirst(2).map { $0["seq"] } == (2...1_001).map { "\($0)" })
        #expect(back.opening["data.more.0.channel"] == busy)
        #expect(back.opening["data.more.0.from_seq"] == "1002")
        #expect(back.opening["data.more.0.to_seq"] == "\(count + 1)")
        #expect(back.opening.count("data.more") == 1)
        #expect(back.opening["data.added.0.channel"] == group)
        #expect(back.opening.values("data.removed") == ["31"])
        let rest = try back.ask("events.get", #"{"channel":"\#(busy)","after_seq":1001}"#)
        #expect(rest.count("data.events") == count + 1 - 1_001)
    }

    @Test func `an epoch of another history cannot be resumed`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), socket = try ChatSocket(on: server)
        let session = String(repeating: "0", count: 32)
        let reply = try socket.ask(
            "resume", #"{"token":"\#(ann.token)","session_id":"\#(session)","epoch":"other"}"#)
        #expect(reply["error.code"] == "cannot_resume")
        #expect(reply["error.temporary"] == "false")
        try socket.identify(ann.token)
    }

    @Test func `what others say during a long replay follows it without a gap`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), old = try bob.socket(), atAnn = try ann.socket()
        let text = String(repeating: "long ", count: 100)
        func say(_ numbers: ClosedRange<Int>) throws {
            for number in numbers {
                try atAnn.say(
                    "message.send", #"{"channel":"\#(channel)","client_msg_id":"m\#(number)","text":"\#(text)"}"#)
            }
        }
        try say(1...900)
        _ = try atAnn.pending()
        // Read slowly, so that the replay is still on its way while more is said.
        let back = try ChatSocket(on: server, receiveBufferBytes: 4_096)
        let place = #""session_id":"\#(old.session)","epoch":"\#(old.epoch)","channels":{"\#(channel)":1}"#
        try back.say("resume", #"{"token":"\#(bob.token)",\#(place)}"#)
        var seqs: [Int] = [], resumedAfter = -1
        while seqs.last != 1_801 {
            if seqs.count == 20 { try say(901...1_800) }
            if seqs.count == 20 { _ = try atAnn.pending() }
            let json = try back.event()
            if json["type"] == "resumed" { resumedAfter = seqs.count }
            if json["type"] == "message.created", let seq = json["seq"].flatMap({ Int($0) }) { seqs.append(seq) }
        }
        #expect(seqs == Array(2...1_801))
        #expect(resumedAfter == 900)
    }
}
