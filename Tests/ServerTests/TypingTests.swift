import Base
import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Typing") struct TypingTests {
    private func said(_ event: JSONText) -> String {
        "\(event["channel"] ?? "") \(event["data.user"] ?? "") \(event["data.expires_in"] ?? "")"
    }

    @Test(arguments: [1, 2, 3]) func `the others hear who types, seldom, and that it ends`(loops: Int) throws {
        let server = try RunningServer(["CONFAB_LOOPS": "\(loops)", "CONFAB_TYPING_MILLISECONDS": "500"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let socket = try ann.socket(), second = try ann.socket(), other = try bob.socket()
        let data = #"{"channel":"\#(channel)"}"#
        for _ in 0..<5 {
            let reply = try socket.ask("typing.start", data)
            #expect(reply.names() == ["id", "ok", "data"])
        }
        #expect(try socket.ask("typing.stop", data)["ok"] == "true")
        for listener in [other, second] {
            let start = try listener.event("typing")
            #expect(start.names() == ["type", "channel", "data"])
            #expect(said(start) == "\(channel) \(ann.id) 1000")
            #expect(said(try listener.event("typing")) == "\(channel) \(ann.id) 0")
        }
        #expect(try other.pending().isEmpty)
        #expect(try socket.pending().isEmpty, "who types does not hear of it")
    }

    @Test func `members alone may type`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let carl = try Person("carl", on: server)
        let channel = try ann.direct(with: bob)
        let socket = try carl.socket(), listener = try bob.socket()
        for type in ["typing.start", "typing.stop"] {
            #expect(try socket.ask(type, #"{"channel":"\#(channel)"}"#)["error.code"] == "not_found")
            #expect(try socket.ask(type, #"{"channel":"4711"}"#)["error.code"] == "not_found")
        }
        #expect(try listener.pending().isEmpty)
    }

    @Test func `in a large channel those hear it who watch it`() throws {
        let server = try RunningServer(["CONFAB_TYPING_MEMBERS_MAX": "2", "CONFAB_TYPING_MILLISECONDS": "200"])
        let people = try ["ann", "bob", "carl"].map { try Person($0, on: server) }
        let old = try people[1].socket(), watcher = try people[2].socket(), socket = try people[0].socket()
        let created = try socket.ask(
            "channel.create", #"{"name":"Chess","members":["\#(people[1].id)","\#(people[2].id)"]}"#)
        let channel = try #require(created["data.channel"])
        for other in [old, watcher] { _ = try other.event("channel.added") }
        // One who was there when it became large, and one who came later.
        let new = try people[1].socket()
        #expect(try watcher.ask("watch", #"{"channels":["\#(channel)"]}"#)["ok"] == "true")
        _ = try socket.ask("typing.start", #"{"channel":"\#(channel)"}"#)
        #expect(try watcher.event("typing")["data.user"] == people[0].id)
        usleep(100_000)
        for other in [old, new] { #expect(try other.pending().filter { $0["type"] == "typing" }.isEmpty) }
        _ = try watcher.ask("unwatch", #"{"channels":["\#(channel)"]}"#)
        usleep(300_000)
        _ = try socket.ask("typing.start", #"{"channel":"\#(channel)"}"#)
        usleep(100_000)
        #expect(try watcher.pending().isEmpty)
    }

    @Test func `a socket that takes nothing is not told who types, and misses no message`() throws {
        let server = try RunningServer([
            "CONFAB_TYPING_MILLISECONDS": "1", "CONFAB_PASSING_BYTES_MAX": "4096", "CONFAB_LOOPS": "1",
        ])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let socket = try ann.socket(), slow = try bob.socket(receiveBufferBytes: 4_096)
        let text = String(repeating: "x", count: 15_000)
        var typed = 0
        for number in 0..<400 {
            #expect(try socket.send(text, as: "m\(number)", to: channel)["ok"] == "true")
            _ = try socket.ask("typing.start", #"{"channel":"\#(channel)"}"#)
            typed += 1
        }
        var numbers: [String] = [], told = 0
        while numbers.count < 400 {
            let event = try slow.event()
            if event["type"] == "typing" { told += 1 }
            if let number = event["data.message_number"] { numbers.append(number) }
        }
        #expect(numbers == (1...400).map { "\($0)" })
        #expect(told < typed)
    }
}
