import TestClient
import Testing

@Suite("Chat") struct ChatTests {
    @Test func `two people talk, and each hears every message once and in order`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let atAnn = try ann.socket(), atBob = try bob.socket()
        let opened = try atAnn.ask("channel.open", #"{"username":"BOB"}"#)
        let channel = try #require(opened["data.channel"])
        #expect(channel == "\(ann.id)_\(bob.id)")
        #expect(opened["data.user.username"] == "bob")
        #expect(try atBob.event()["data.channel"] == channel)

        // The reply precedes the event on the sender's own socket.
        let first = try atAnn.send("hello", as: "a1", to: channel)
        #expect(first["ok"] == "true")
        #expect(first["data.message_number"] == "1")
        #expect(first["data.duplicate"] == "false")
        let second = try atBob.send("hello, ann", as: "b1", to: channel)
        #expect(second["data.message_number"] == "2")

        for socket in [atAnn, atBob] {
            let one = try socket.event("message.created"), two = try socket.event("message.created")
            #expect(one["data.text"] == "hello" && one["data.sender"] == ann.id)
            #expect(two["data.text"] == "hello, ann" && two["data.sender"] == bob.id)
            #expect(one["data.message_number"] == "1" && two["data.message_number"] == "2")
            #expect(one["seq"] == first["data.seq"] && two["seq"] == second["data.seq"])
            #expect(try socket.pending().allSatisfy { $0["type"] != "message.created" })
        }
    }

    @Test func `the reply to a message comes before its event`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let socket = try ann.socket(), channel = try ann.direct(with: bob)
        _ = try socket.event("channel.added")
        for number in 1...50 {
            let id = try socket.say(
                "message.send", #"{"channel":"\#(channel)","client_msg_id":"m\#(number)","text":"x"}"#)
            #expect(try socket.event()["id"] == id)
            #expect(try socket.event()["data.message_number"] == "\(number)")
        }
    }

    @Test func `a retry gets the first answer, and another text under the same name is refused`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let socket = try ann.socket(), channel = try ann.direct(with: bob)
        let first = try socket.send("hello", as: "m", to: channel)
        _ = try socket.send("between", as: "n", to: channel)
        let retry = try socket.send("hello", as: "m", to: channel)
        for name in ["message_number", "seq", "created_at", "client_msg_id"] {
            #expect(retry["data.\(name)"] == first["data.\(name)"])
        }
        #expect(retry["data.duplicate"] == "true")
        let other = try socket.send("goodbye", as: "m", to: channel)
        #expect(other["error.code"] == "idempotency_mismatch")
        #expect(other["error.temporary"] == "false")
        // The same name of another sender is another message.
        #expect(try bob.socket().send("hello", as: "m", to: channel)["data.message_number"] == "3")
        let told = try socket.pending().filter { $0["type"] == "message.created" }
        #expect(told.map { $0["data.message_number"] } == ["1", "2", "3"])
    }

    @Test func `a stranger learns nothing of a channel, not even whether it is there`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let eve = try Person("eve", on: server)
        let channel = try ann.direct(with: bob)
        _ = try ann.socket().send("secret", as: "m", to: channel)
        let group = try #require(try ann.socket().ask("channel.create", #"{"name":"G"}"#)["data.channel"])
        let socket = try eve.socket()
        for place in [channel, group, "999", "7_8", "nonsense"] {
            let commands = [
                ("message.send", #""text":"hi""#), ("read.update", #""message_number":1"#),
                ("history.get", #""limit":1"#),
                ("events.get", #""after_seq":0"#),
            ]
            for (command, members) in commands {
                let reply = try socket.ask(command, #"{"channel":"\#(place)",\#(members)}"#)
                #expect(reply["error.code"] == "not_found")
                #expect(reply["error.message"] == "no such channel")
            }
            let requests =
                [
                    ("GET", "", nil), ("GET", "/members", nil), ("GET", "/messages", nil),
                    ("POST", "/messages", #"{"text":"hi"}"#), ("PUT", "/read", #"{"message_number":1}"#),
                ] as [(String, String, String?)]
            for (method, path, body) in requests {
                let answer = try eve.call(method, "/channels/\(place)\(path)", body)
                #expect(answer.status == 404, "\(method) \(place)\(path)")
                #expect(try answer.json()["detail"] == "no such channel")
            }
        }
        #expect(try socket.pending().isEmpty)
    }

    @Test func `a group is told to all its members, wherever they are`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let cid = try Person("cid", on: server)
        let atAnn = try ann.socket(), atBob = [try bob.socket(), try bob.socket()]
        let made = try atAnn.ask("channel.create", #"{"name":"Chess","members":["\#(bob.id)","\#(cid.id)"]}"#)
        let group = try #require(made["data.channel"])
        #expect(made["data.kind"] == "group" && made["data.name"] == "Chess" && made["data.role"] == "owner")
        for socket in atBob {
            let added = try socket.event("channel.added")
            #expect(added["channel"] == "@me")
            #expect(added["data.channel"] == group && added["data.role"] == "member")
        }
        _ = try atAnn.send("move", as: "m", to: group)
        for socket in atBob + [atAnn] { #expect(try socket.event("message.created")["data.text"] == "move") }
        // Who comes later finds it in the list.
        let ready = try cid.socket().opening
        #expect(ready["data.channels.0.channel"] == group)
        #expect(ready["data.channels.0.unread"] == "1")
        let unknown = try atAnn.ask("channel.create", #"{"name":"Chess","members":["4242"]}"#)
        #expect(unknown["error.code"] == "validation_failed")
    }

    @Test func `who reads is seen by the others and by oneself`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let atAnn = try ann.socket(), atBob = [try bob.socket(), try bob.socket()]
        for number in 1...5 { _ = try atAnn.send("x", as: "m\(number)", to: channel) }
        let read = try atBob[0].ask("read.update", #"{"channel":"\#(channel)","message_number":3}"#)
        #expect(read["data.read_number"] == "3" && read["data.unread"] == "2")
        let receipt = try atAnn.event("receipt.updated")
        #expect(receipt["channel"] == channel && receipt["seq"] == nil)
        #expect(receipt["data.user"] == bob.id && receipt["data.read"] == "3")
        for socket in atBob {
            let unread = try socket.event("channel.unread")
            #expect(unread["channel"] == "@me" && unread["data.channel"] == channel)
            #expect(unread["data.read_number"] == "3" && unread["data.unread"] == "2")
        }
        // Never back, never beyond the last.
        for (asked, stands) in [(1, "3"), (99, "5")] {
            let reply = try atBob[0].ask("read.update", #"{"channel":"\#(channel)","message_number":\#(asked)}"#)
            #expect(reply["data.read_number"] == stands)
        }
    }

    @Test func `the rate of one user is bounded, over all sockets and REST together`() throws {
        let server = try RunningServer(["CONFAB_RATE_LIMITS": "on"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let sockets = [try ann.socket(), try ann.socket()]
        var refusal: JSONText?
        for number in 0..<100 where refusal == nil {
            let reply = try sockets[number % 2].send("x", as: "m\(number)", to: channel)
            if reply["ok"] != "true" { refusal = reply }
            // A token comes back every third of a second: a slow machine gets a few more.
            if number < 30 { #expect(refusal == nil) }
        }
        #expect(refusal?["error.code"] == "rate_limited")
        #expect(refusal?["error.temporary"] == "true")
        let wait = refusal?["error.retry_after_ms"].flatMap { Int($0) } ?? 0
        #expect((1...10_000).contains(wait))
        #expect(try bob.socket().send("x", as: "b", to: channel)["ok"] == "true")
    }
}
