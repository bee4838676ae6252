import Glibc
import TestClient
import Testing

@Suite("The stream of events") struct EventStreamTests {
    @Test func `says where everything stands, and then what a socket hears, letter by letter`() throws {
        let server = try RunningServer(["CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), socket = try bob.socket()
        let reader = try bob.openStream(fields: ["Accept: text/event-stream", "Accept-Encoding: gzip"])
        #expect(reader.answer.status == 200)
        let expected = [
            "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no",
            "transfer-encoding": "chunked", "x-content-type-options": "nosniff",
        ]
        for (name, value) in expected { #expect(reader.answer[name] == value) }
        for name in ["content-length", "content-encoding", "etag"] { #expect(reader.answer[name] == nil) }
        #expect(try reader.nextItem() == .retry(3_000))
        let first = try #require(try reader.next())
        #expect(first.name == "ready" && first.id == nil)
        let ready = try JSONText(Array(first.data.utf8))
        #expect(ready.names() == ["ok", "type", "data"])
        #expect(ready.names("data") == socket.opening.names("data"))
        #expect(ready["data.epoch"] == socket.epoch && ready["data.session_id"] != socket.session)
        #expect(ready["data.channels"] == socket.opening["data.channels"])

        let atAnn = try ann.socket()
        _ = try atAnn.send("hello", as: "m1", to: channel)
        _ = try atAnn.send(#"and again\n"#, as: "m2", to: channel)
        _ = try bob.call("PUT", "/channels/\(channel)/read", #"{"message_number":2}"#)
        let group = try atAnn.ask("channel.create", #"{"name":"G","members":["\#(bob.id)"]}"#)
        let other = try #require(group["data.channel"])
        _ = try atAnn.send("in the group", as: "m3", to: other)
        var names: [String] = [], ids: [String?] = []
        for _ in 0..<7 {
            let event = try #require(try reader.next())
            #expect(try socket.client.readText() == event.data)
            names.append(event.name)
            ids.append(event.id)
        }
        #expect(
            names == [
                "message.created", "message.created", "receipt.updated", "channel.unread", "channel.added",
                "notification.created", "message.created",
            ])
        #expect(ids == ["\(channel):2", "\(channel):3", nil, nil, "@me:2", "@me:3", "\(other):2"])
    }

    @Test func `goes on where the answer before it ended, by what is asked for over HTTP`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        var stream: ChatStream? = try bob.stream()
        let epoch = try #require(stream?.ready["data.epoch"])
        let session = try #require(stream?.ready["data.session_id"])
        stream = nil
        for number in 1...3 {
            _ = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"missed \#(number)"}"#)
        }
        let again = try bob.stream(query: "?session_id=\(session)")
        #expect(again.ready["data.session_id"] == session)
        #expect(again.ready["data.channels.0.seq"] == "4")
        let places = #""epoch":"\#(epoch)","me_seq":1,"channels":{"\#(channel)":1}"#
        let missed = try bob.call("POST", "/sync", "{\(places)}").json()
        #expect((0..<3).map { missed["events.\($0).data.text"] } == ["missed 1", "missed 2", "missed 3"])
        _ = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"live"}"#)
        #expect(try again.event("message.created")["seq"] == "5")
    }

    @Test func `HEAD and a client of HTTP 1_0 are answered as they understand it`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let client = try TCPClient(port: server.port)
        for _ in 0..<2 {
            try client.send(bob.streamRequest("HEAD"))
            let head = try #require(try client.readAnswer(isForHead: true))
            #expect(head.status == 200)
            #expect(head["content-type"] == "text/event-stream")
        }
        let old = try bob.stream(version: "1.0")
        #expect(old.reader.answer["transfer-encoding"] == nil)
        #expect(old.reader.answer["connection"] == "close")
        _ = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"hello"}"#)
        #expect(try old.event("message.created")["data.text"] == "hello")
        _ = try bob.call("POST", "/auth/logout")
        #expect(try old.end()["code"] == "4009")
    }

    @Test func `is refused as any other route is`() throws {
        let server = try RunningServer(["CONFAB_ALLOWED_ORIGINS": "https://page.example"])
        var ann = try Person("ann", on: server)
        #expect(try server.call("GET", "/api/v1/events").status == 401)
        #expect(try server.call("GET", "/api/v1/events", token: "x.y.z")["www-authenticate"] != nil)
        #expect(try server.call("HEAD", "/api/v1/events", token: "x.y.z").status == 401)
        #expect(try ann.call("GET", "/events?session_id=x").status == 422)
        #expect(try ann.call("POST", "/events", "{}")["allow"] == "GET, HEAD, OPTIONS")
        let allowed = try ann.openStream(fields: ["Origin: https://page.example", "X-Request-Id: r1"])
        #expect(allowed.answer["access-control-allow-origin"] == "https://page.example")
        #expect(allowed.answer["x-request-id"] == "r1")
        #expect(try ann.openStream(query: "/").answer.status == 200)
        let token = ann.token
        ann = try ann.loggedInAgain()
        _ = try server.call("POST", "/api/v1/auth/logout", token: token)
        #expect(try server.call("GET", "/api/v1/events", token: token).status == 401)
    }

    @Test func `ends at once with its login, and no other does`() throws {
        let server = try RunningServer(flags: ["--loops", "2"])
        let ann = try Person("ann", on: server), phone = try ann.loggedInAgain()
        let streams = try (0..<4).map { _ in try ann.stream() }, other = try phone.stream()
        let bob = try Person("bob", on: server)
        _ = try ann.call("POST", "/auth/logout")
        for stream in streams {
            let end = try stream.end()
            #expect(end["code"] == "4009" && end["reason"] == "session_revoked")
        }
        _ = try phone.direct(with: bob)
        #expect(try other.event("channel.added")["channel"] == "@me")
    }

    @Test func `a planned stop says when to come back, and ends it`() throws {
        let server = try RunningServer(flags: ["--loops", "2"])
        let ann = try Person("ann", on: server)
        let streams = try (0..<6).map { _ in try ann.stream() }
        try server.ask(to: SIGTERM)
        var delays: Set<String> = []
        for stream in streams {
            let reconnect = try stream.event("reconnect")
            #expect(reconnect["data.reason"] == "server_restart")
            let delay = try #require(reconnect["data.retry_after_ms"])
            delays.insert(delay)
            #expect(try stream.reader.nextItem() == .retry(try #require(Int(delay))))
            let end = try stream.end()
            #expect(end["code"] == "4200" && end["retry_after_ms"] == delay)
        }
        #expect(delays.count > 2)
        #expect(try server.waitForEnd() == 0)
    }

    @Test func `a silence is broken by comments`() throws {
        let server = try RunningServer(["CONFAB_HEARTBEAT_MILLISECONDS": "1000"])
        let stream = try Person("ann", on: server).stream()
        let clock = ContinuousClock(), begun = clock.now
        for _ in 0..<3 { #expect(try stream.reader.nextItem() == .comment("ping")) }
        #expect((.milliseconds(2_500)...(.seconds(10))).contains(clock.now - begun))
    }

    @Test func `a client instance that goes on by another road leaves its old one`() throws {
        let server = try RunningServer(flags: ["--loops", "2"])
        let ann = try Person("ann", on: server)
        for _ in 0..<4 {
            let socket = try ann.socket(), stream = try ann.stream(query: "?session_id=\(socket.session)")
            #expect(try socket.client.readCloseCode() == 4008)
            #expect(stream.ready["data.session_id"] == socket.session)
            let back = try ChatSocket(on: server)
            _ = try back.resume(socket, token: ann.token, personalSeq: "0", channels: [:])
            #expect(try stream.end()["code"] == "4008")
        }
    }

    @Test func `counts among the sockets of its user, until it is gone`() throws {
        let server = try RunningServer(["CONFAB_SOCKETS_PER_USER_MAX": "2", "CONFAB_LOOPS": "1"])
        let ann = try Person("ann", on: server), socket = try ann.socket()
        var stream: ChatStream? = try ann.stream()
        let refused = try ann.call("GET", "/events")
        #expect(refused.status == 429)
        #expect(try refused.json()["code"] == "quota_exceeded")
        let another = try ChatSocket(on: server)
        #expect(throws: (any Error).self) { try another.identify(ann.token) }
        withExtendedLifetime(stream) {}
        // Nobody is there any more: the server tries at once, not at the next heartbeat.
        stream = nil
        var status = 429
        for _ in 0..<200 where status == 429 {
            usleep(10_000)
            status = try ann.openStream().answer.status
        }
        #expect(status == 200)
        #expect(try socket.ask("ping")["type"] == "pong")
    }

    @Test func `leaves its place to strangers`() throws {
        let server = try RunningServer(["CONFAB_UNIDENTIFIED_PER_ADDRESS_MAX": "3"])
        let ann = try Person("ann", on: server)
        let streams = try (0..<10).map { _ in try ann.stream() }
        #expect(try server.call("GET", "/livez").status == 200)
        _ = try ann.direct(with: try Person("bob", on: server))
        for stream in streams { #expect(try stream.event("channel.added")["seq"] == "1") }
    }

    @Test func `counts among all connections, and many hear the same`() throws {
        let server = try RunningServer(["CONFAB_CONNECTIONS_MAX": "310"])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let streams = try (0..<300).map { _ in try bob.stream() }
        for number in 1...3 {
            _ = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"to all \#(number)"}"#)
        }
        for stream in streams {
            for number in 1...3 {
                #expect(try stream.event("message.created")["data.text"] == "to all \(number)")
            }
        }
        let more = (0..<20).map { _ in try? bob.openStream() }
        #expect(more.contains { $0?.answer.status == 503 })
    }

    @Test func `what a client sends behind its request harms nobody, and its silence is no end`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob)
        let eager = try EventStreamReader(
            over: try TCPClient(port: server.port),
            bob.streamRequest() + "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = eager.client.offer([UInt8](repeating: 0x20, count: 100_000))
        let silent = try bob.stream()
        silent.reader.client.finishSending()
        for number in 1...2 {
            _ = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"text \#(number)"}"#)
            #expect(try silent.event("message.created")["data.message_number"] == "\(number)")
        }
        #expect(try ChatStream(eager).event("message.created")["data.text"] == "text 1")
    }

    @Test func `a slow reader is fed from the log at its own speed, everything once and in order`() throws {
        // On a busy machine the talk takes longer than a stream may take nothing.
        let server = try RunningServer([
            "CONFAB_STALLED_MILLISECONDS_MAX": "120000", "CONFAB_HEARTBEAT_MILLISECONDS": "120000",
        ])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), talker = try ann.socket(), fast = try bob.stream()
        let slow = [
            try bob.stream(receiveBufferBytes: 4_096), try bob.stream(version: "1.0", receiveBufferBytes: 4_096),
        ]
        let text = String(repeating: "abcdefgh", count: 2_000), count = 1_200
        let before = try server.residentBytes()
        var most = 0
        for start in stride(from: 1, through: count, by: 50) {
            for number in start..<start + 50 {
                try talker.say(
                    "message.send", #"{"channel":"\#(channel)","client_msg_id":"m\#(number)","text":"\#(text)"}"#)
            }
            #expect(try talker.pending().count { $0["ok"] == "true" } == 50)
            for number in start..<start + 50 {
                #expect(try fast.event("message.created")["data.message_number"] == "\(number)")
            }
            most = max(most, try server.residentBytes())
        }
        // 38 MB have gone by for these two; the talk alone takes 30.
        #expect(most - before < 50 << 20, "\((most - before) >> 10) KiB")
        for stream in slow {
            var seqs: [String?] = []
            while seqs.count < count { seqs.append(try stream.event("message.created")["seq"]) }
            #expect(seqs == (2...count + 1).map { "\($0)" })
        }
        _ = try talker.send("live again", as: "last", to: channel)
        for stream in slow { #expect(try stream.event("message.created")["data.text"] == "live again") }
    }

    @Test func `who takes nothing is ended, and leaves its place`() throws {
        let server = try RunningServer([
            "CONFAB_STALLED_MILLISECONDS_MAX": "2000", "CONFAB_HEARTBEAT_MILLISECONDS": "1000",
            "CONFAB_SOCKETS_PER_USER_MAX": "1", "CONFAB_LOOPS": "1", "CONFAB_OUTBOUND_BYTES_MAX": "65536",
        ])
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), deaf = try bob.stream(receiveBufferBytes: 4_096)
        let text = String(repeating: "abcdefgh", count: 2_000)
        for _ in 1...100 {
            #expect(try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"\#(text)"}"#).status == 201)
        }
        var status = 429
        for _ in 0..<100 where status == 429 {
            usleep(100_000)
            status = try bob.openStream().answer.status
        }
        #expect(status == 200)
        var heard = 0
        while (try? deaf.reader.next()) != nil { heard += 1 }
        #expect(heard < 100)
    }
}
