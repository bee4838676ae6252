import TestClient
import Testing

@Suite("Channels over REST") struct ChannelRouteTests {
    @Test func `a message is 201, its retry 200, and both are heard once`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let atBob = try bob.socket(), channel = try ann.direct(with: bob)
        let body = #"{"text":"over REST","client_msg_id":"r1"}"#
        let first = try ann.call("POST", "/channels/\(channel)/messages", body)
        #expect(first.status == 201)
        #expect(
            try first.json().names()
                == ["channel", "message_number", "seq", "client_msg_id", "created_at", "duplicate"])
        let retry = try ann.call("POST", "/channels/\(channel)/messages", body)
        #expect(retry.status == 200)
        #expect(try retry.json()["duplicate"] == "true")
        #expect(try retry.json()["message_number"] == "1")
        let mismatch = try ann.call("POST", "/channels/\(channel)/messages", body.replacing("over", with: "under"))
        #expect(mismatch.status == 422)
        #expect(try mismatch.json()["code"] == "idempotency_mismatch")
        // By socket it is the same message too.
        #expect(try ann.socket().send("over REST", as: "r1", to: channel)["data.duplicate"] == "true")
        let told = try atBob.pending().filter { $0["type"] == "message.created" }
        #expect(told.map { $0["data.text"] } == ["over REST"])
    }

    @Test func `opening a direct channel is 201 once, and the same one for both`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let first = try ann.call("PUT", "/direct/\(bob.id)"), again = try ann.call("PUT", "/direct/\(bob.id)")
        let other = try bob.call("PUT", "/direct/\(ann.id)/")
        #expect([first.status, again.status, other.status] == [201, 200, 200])
        for answer in [first, again, other] { #expect(try answer.json()["channel"] == "\(ann.id)_\(bob.id)") }
        #expect(try first.json()["user.username"] == "bob")
        #expect(try other.json()["user.username"] == "ann")
        #expect(try ann.call("PUT", "/direct/\(ann.id)").status == 422)
        for nobody in ["4242", "0", "x"] { #expect(try ann.call("PUT", "/direct/\(nobody)").status == 404) }
    }

    @Test func `a marker moves forward by REST too`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), atAnn = try ann.socket()
        for number in 1...3 { _ = try atAnn.send("x", as: "m\(number)", to: channel) }
        let answer = try bob.call("PUT", "/channels/\(channel)/read", #"{"message_number":2}"#)
        #expect(answer.status == 200)
        #expect(try answer.json()["read_number"] == "2")
        #expect(try answer.json()["unread"] == "1")
        #expect(try atAnn.event("receipt.updated")["data.read"] == "2")
    }

    @Test func `the list is paged, most recently active first, and whole`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), socket = try ann.socket()
        var made: [String] = []
        for number in 1...7 {
            made.append(try #require(try socket.ask("channel.create", #"{"name":"G\#(number)"}"#)["data.channel"]))
        }
        // A message makes a channel the most recent one.
        _ = try socket.send("x", as: "m", to: made[2])
        var seen: [String] = [], path = "/channels?limit=3"
        while true {
            let answer = try ann.call("GET", path), json = try answer.json()
            #expect(answer.status == 200)
            let count = try #require(json.count("items"))
            seen += (0..<count).compactMap { json["items.\($0).channel"] }
            guard let cursor = json["next_cursor"], cursor != "null" else {
                #expect(answer["link"] == nil)
                break
            }
            #expect(count == 3)
            #expect(answer["link"] == "</api/v1/channels?limit=3&cursor=\(cursor)>; rel=\"next\"")
            path = "/channels?limit=3&cursor=\(cursor)"
        }
        #expect(seen.first == made[2])
        #expect(seen.count == 7 && Set(seen) == Set(made))
        for bad in ["limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=999"] {
            #expect(try ann.call("GET", "/channels?\(bad)").status == 422, "\(bad)")
        }
    }

    @Test func `history is paged by number, ascending, from either side`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), socket = try ann.socket()
        for number in 1...30 { _ = try socket.send("text \(number)", as: "m\(number)", to: channel) }
        func numbers(_ query: String) throws -> ([Int], Bool) {
            let json = try bob.call("GET", "/channels/\(channel)/messages?\(query)").json()
            let all = (0..<(json.count("items") ?? 0)).compactMap { Int(json["items.\($0).message_number"] ?? "") }
            let reply = try socket.ask(
                "history.get",
                "{\"channel\":\"\(channel)\","
                    + query.split(separator: "&").map { "\"\($0)".replacing("=", with: "\":") }
                    .joined(separator: ",") + "}")
            let same = (0..<(reply.count("data.messages") ?? 0)).compactMap {
                Int(reply["data.messages.\($0).message_number"] ?? "")
            }
            #expect(same == all)
            #expect(reply["data.has_more"] == json["has_more"])
            return (all, json["has_more"] == "true")
        }
        #expect(try numbers("limit=10") == (Array(21...30), true))
        #expect(try numbers("limit=30") == (Array(1...30), false))
        #expect(try numbers("before=21&limit=10") == (Array(11...20), true))
        #expect(try numbers("before=11&limit=10") == (Array(1...10), false))
        #expect(try numbers("before=1&limit=10") == ([], false))
        #expect(try numbers("after=0&limit=10") == (Array(1...10), true))
        #expect(try numbers("after=20&limit=10") == (Array(21...30), false))
        #expect(try numbers("after=30&limit=10") == ([], false))
        let (around, _) = try numbers("around=15&limit=10")
        #expect(around.count == 10 && around.contains(15) && around == around.sorted())
        #expect(try bob.call("GET", "/channels/\(channel)/messages?before=3&after=1").status == 422)
        #expect(try bob.call("GET", "/channels/\(channel)/messages?limit=201").status == 422)
    }

    @Test func `events are paged by seq, dense and whole`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), socket = try ann.socket()
        for number in 1...25 { _ = try socket.send("x", as: "m\(number)", to: channel) }
        var seen: [Int] = [], pages = 0
        while pages < 10 {
            pages += 1
            let reply = try bob.socket().ask(
                "events.get", #"{"channel":"\#(channel)","after_seq":\#(seen.last ?? 0),"limit":10}"#)
            seen += (0..<(reply.count("data.events") ?? 0)).compactMap { Int(reply["data.events.\($0).seq"] ?? "") }
            if reply["data.has_more"] == "false" { break }
        }
        #expect(seen == Array(1...26))
        #expect(pages == 3)
        let own = try socket.ask("events.get", #"{"channel":"@me","after_seq":0}"#)
        #expect(own["data.events.0.type"] == "channel.added")
    }

    @Test func `members are told to members`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let made = try ann.socket().ask("channel.create", #"{"name":"G","members":["\#(bob.id)"]}"#)
        let group = try #require(made["data.channel"])
        let json = try bob.call("GET", "/channels/\(group)/members").json()
        #expect(json.count("items") == 2)
        #expect(json.names("items.0") == ["user", "role", "read_number", "joined_at"])
        #expect(json["items.0.user.username"] == "ann" && json["items.0.role"] == "owner")
        #expect(json["items.1.user.username"] == "bob" && json["items.1.role"] == "member")
        #expect(try bob.call("GET", "/channels/\(group)").json()["members_count"] == "2")
    }
}
