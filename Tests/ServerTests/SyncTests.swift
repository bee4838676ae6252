import TestClient
import Testing

@Suite("Synchronizing by HTTP") struct SyncTests {
    @Test func `says what ready says, each time with a new session`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        _ = try ann.direct(with: bob)
        let socket = try ann.socket()
        let answers = try (0..<2).map { _ in try ann.call("GET", "/sync") }
        for answer in answers {
            #expect(answer.status == 200)
            let json = try answer.json()
            #expect(json.names() == socket.opening.names("data"))
            for name in ["epoch", "user", "token_expires_at", "limits", "channels", "me_seq", "more_channels"] {
                #expect(json[name] == socket.opening["data.\(name)"])
            }
        }
        #expect(try answers[0].json()["session_id"] != answers[1].json()["session_id"])
        #expect(try ann.call("HEAD", "/sync").status == 200)
        #expect(try server.call("GET", "/api/v1/sync").status == 401)
        #expect(try server.call("POST", "/api/v1/sync", "{}").status == 401)
        // It is nobody's place, so that nobody lost one by it.
        #expect(try socket.ask("ping")["type"] == "pong")
    }

    @Test func `replays what resume replays, and says the same of the rest`() throws {
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let busy = try ann.direct(with: bob), old = try bob.socket(), atAnn = try ann.socket()
        let group = try #require(
            try atAnn.ask("channel.create", #"{"name":"New","members":["\#(bob.id)"]}"#)["data.channel"])
        for number in 1...1_200 {
            try atAnn.say(
                "message.send", #"{"channel":"\#(busy)","client_msg_id":"m\#(number)","text":"text \#(number)"}"#)
        }
        #expect(try atAnn.pending().count { $0["ok"] == "true" } == 1_200)

        let places = #""epoch":"\#(old.epoch)","me_seq":1,"channels":{"\#(busy)":5,"4711":3,"x":1}"#
        let answer = try bob.call("POST", "/sync", #"{"session_id":"\#(old.session)",\#(places)}"#)
        #expect(answer.status == 200)
        let json = try answer.json()
        // The socket of that session is none of its business.
        #expect(try old.event("channel.added")["seq"] == "2")

        let back = try ChatSocket(on: server)
        let token = #""token":"\#(bob.token)","session_id":"\#(old.session)","#
        let id = try back.say("resume", "{\(token)\(places)}")
        var told: [String] = []
        while true {
            let text = try back.client.readText(), frame = try JSONText(Array(text.utf8))
            if frame["id"] == id {
                #expect(json.names() == ["events"] + frame.names("data"))
                for name in frame.names("data") where name != "removed" {
                    #expect(json[name] == frame["data.\(name)"], "\(name)")
                }
                #expect(Set(json.values("removed")) == Set(frame.values("data.removed")))
                break
            }
            told.append(text)
        }
        #expect(json.values("events") == told)
        #expect(json.count("events") == 1_002)
        #expect(json["events.0.type"] == "channel.added")
        #expect(json["events.1.type"] == "notification.created")
        #expect(json["more.0.channel"] == busy)
        let rest = try #require(json["more.0.from_seq"].flatMap { Int($0) })
        #expect(rest == 1_006)

        // What is named is read by pages, and nothing is missing between.
        var seqs: [String?] = [], hasMore = true
        while hasMore {
            let after = seqs.isEmpty ? rest - 1 : rest - 1 + seqs.count
            let page = try bob.call("GET", "/channels/\(busy)/events?after_seq=\(after)&limit=100").json()
            #expect(page.names() == ["items", "has_more"])
            seqs += (0..<(page.count("items") ?? 0)).map { page["items.\($0).seq"] }
            hasMore = page["has_more"] == "true"
        }
        #expect(seqs == (rest...1_201).map { "\($0)" })
        #expect(json["added.0.channel"] == group)
        #expect(Set(json.values("removed")) == ["4711", "x"])
    }

    @Test func `another epoch cannot be gone on from`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        let answer = try ann.call("POST", "/sync", #"{"epoch":"another","channels":{}}"#)
        #expect(answer.status == 409)
        #expect(answer["content-type"] == "application/problem+json")
        #expect(try answer.json()["code"] == "cannot_resume")
    }

    @Test(arguments: [
        ("{}", "/epoch"), (#"{"epoch":7}"#, "/epoch"), (#"{"epoch":"e","me_seq":-1}"#, "/me_seq"),
        (#"{"epoch":"e","channels":[]}"#, "/channels"), (#"{"epoch":"e","channels":{"7":"1"}}"#, "/channels/7"),
        (#"{"epoch":"e","session_id":"x"}"#, "/session_id"),
    ])
    func `names what is wrong with a body`(body: String, pointer: String) throws {
        let server = try RunningServer()
        let answer = try Person("ann", on: server).call("POST", "/sync", body)
        #expect(answer.status == 422)
        #expect(try answer.json()["errors.0.pointer"] == pointer)
    }

    @Test func `may be as large as a resume, and no other body may`() throws {
        let server = try RunningServer(["CONFAB_HTTP_BODY_BYTES_MAX": "2000", "CONFAB_RESUME_BYTES_MAX": "500000"])
        let ann = try Person("ann", on: server), epoch = try ann.socket().epoch
        func body(_ count: Int) -> String {
            let listed = (1_000_000..<1_000_000 + count).map { #""\#($0)":1"# }.joined(separator: ",")
            return #"{"epoch":"\#(epoch)","channels":{\#(listed)}}"#
        }
        let answer = try ann.call("POST", "/sync", body(30_000))
        #expect(answer.status == 200)
        #expect(try answer.json().count("removed") == 30_000)
        #expect(try ann.call("POST", "/sync", body(50_000)).status == 413)
        #expect(try ann.call("PUT", "/channels/1/read", body(1_000)).status == 413)
    }

    @Test func `too many at once are told to come back`() throws {
        let server = try RunningServer(["CONFAB_SYNCS_MAX": "1", "CONFAB_SYNCS_PER_USER_MAX": "1"])
        let ann = try Person("ann", on: server), epoch = try ann.socket().epoch
        let body = #"{"epoch":"\#(epoch)"}"#
        let clients = try (0..<50).map { _ in try TCPClient(port: server.port) }
        let request = [
            "POST /api/v1/sync HTTP/1.1", "Host: a", "Authorization: Bearer \(ann.token)",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "", body,
        ].joined(separator: "\r\n")
        for client in clients { try client.send(request) }
        let statuses = try clients.map { try #require(try $0.readAnswer()).status }
        #expect(Set(statuses).isSubset(of: [200, 503]))
        #expect(statuses.contains(200))
        // Every place is given back.
        for _ in 0..<3 { #expect(try ann.call("POST", "/sync", body).status == 200) }
    }

    @Test func `large answers that nobody takes leave the server its memory`() throws {
        let server = try RunningServer([
            "CONFAB_HELD_BYTES_MAX": "4000000", "CONFAB_HELD_BYTES_MIN": "100000", "CONFAB_LOOPS": "1",
        ])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), socket = try ann.socket()
        let text = String(repeating: "abcdefgh", count: 2_000)
        for number in 1...60 { _ = try socket.send(text, as: "m\(number)", to: channel) }
        let body = #"{"epoch":"\#(socket.epoch)","channels":{"\#(channel)":1}}"#
        let request = [
            "POST /api/v1/sync HTTP/1.1", "Host: a", "Authorization: Bearer \(ann.token)",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "", body,
        ].joined(separator: "\r\n")
        // Each would hold almost a mebibyte.
        var deaf: [TCPClient] = [], statuses: [Int] = []
        for _ in 0..<30 {
            let client = try TCPClient(port: server.port, receiveBufferBytes: 4_096)
            deaf.append(client)
            try client.send(request)
            while client.buffered.count < 12, try client.receiveMore() {}
            let line = String(decoding: client.buffered.prefix(12), as: UTF8.self)
            statuses.append(try #require(Int(line.suffix(3))))
        }
        #expect(statuses.first == 200 && statuses.last == 503)
        #expect(try ann.call("GET", "/users/me").status == 200)
    }

    @Test func `events are read by pages, also those of one's own log`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let stranger = try Person("eve", on: server), channel = try ann.direct(with: bob)
        for number in 1...3 {
            _ = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"text \#(number)"}"#)
        }
        let all = try bob.call("GET", "/channels/\(channel)/events").json()
        #expect((0..<4).map { all["items.\($0).seq"] } == ["1", "2", "3", "4"])
        #expect(all["items.0.type"] == "channel.created" && all["has_more"] == "false")
        let page = try bob.call("GET", "/channels/\(channel)/events?after_seq=1&limit=2").json()
        #expect(page.count("items") == 2 && page["items.0.seq"] == "2" && page["has_more"] == "true")
        for path in ["@me", "%40me"] {
            let own = try bob.call("GET", "/channels/\(path)/events").json()
            #expect(own.count("items") == 1 && own["items.0.type"] == "channel.added")
        }
        #expect(try stranger.call("GET", "/channels/\(channel)/events").status == 404)
        #expect(try bob.call("GET", "/channels/x/events").status == 404)
        for query in ["after_seq=-1", "after_seq=x", "limit=0", "limit=1001"] {
            #expect(try bob.call("GET", "/channels/\(channel)/events?\(query)").status == 422)
        }
    }
}
