import Base
import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Presence") struct PresenceTests {
    /// Short times, so that a test sees all of them pass.
    private static func settings(loops: Int = 2, _ more: [String: String] = [:]) -> [String: String] {
        [
            "CONFAB_LOOPS": "\(loops)", "CONFAB_PRESENCE_LEAVE_MILLISECONDS": "600",
            "CONFAB_PRESENCE_CHANGE_MILLISECONDS": "200", "CONFAB_LAST_SEEN_MILLISECONDS": "50",
        ].merging(more) { $1 }
    }

    private func milliseconds(_ body: () throws -> Void) rethrows -> Int {
        let begun = TimeSource.system.instant()
        try body()
        return TimeSource.system.instant().milliseconds(since: begun)
    }

    /// The next state of a user that a socket is told.
    private func state(_ socket: ChatSocket, _ user: Person) throws -> String? {
        let event = try socket.event("presence")
        #expect(event.names() == ["type", "data"])
        #expect(event["data.user"] == user.id)
        return event["data.status"]
    }

    private func watch(_ user: Person, from socket: ChatSocket) throws -> JSONText {
        let reply = try socket.ask("watch", #"{"users":["\#(user.id)"]}"#)
        #expect(reply["ok"] == "true")
        #expect(reply.names("data") == [])
        let event = try socket.event("presence")
        #expect(event["data.user"] == user.id)
        return event
    }

    @Test(arguments: [1, 2, 3]) func `who watches hears of who comes, changes and goes`(loops: Int) throws {
        let server = try RunningServer(Self.settings(loops: loops))
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let watcher = try bob.socket()
        let before = try watch(ann, from: watcher)
        #expect(before["data.status"] == "offline")
        let login = try #require(before["data.last_seen_at"])

        var phone: ChatSocket? = try ann.socket(), laptop: ChatSocket? = try ann.socket()
        #expect(try state(watcher, ann) == "online")
        #expect(try phone?.ask("presence.update", #"{"status":"away"}"#)["ok"] == "true")
        #expect(try laptop?.ask("presence.update", #"{"status":"busy"}"#)["ok"] == "true")
        #expect(try state(watcher, ann) == "busy", "the most present counts")
        laptop = nil
        #expect(try state(watcher, ann) == "away", "the other one is still there")
        phone = nil
        var gone: JSONText?
        let passed = try milliseconds { gone = try watcher.event("presence") }
        #expect(passed > 500, "who may come back is not gone yet")
        #expect(gone?["data.status"] == "offline")
        let seen = try #require(gone?["data.last_seen_at"])
        #expect(seen > login)
        #expect(try watch(ann, from: watcher)["data.last_seen_at"] == seen)
    }

    @Test func `when a user was last seen outlives the server, and so it does when the server stops first`() throws {
        let server = try RunningServer(Self.settings())
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let carl = try Person("carl", on: server)
        var seen = ""
        do {
            let watcher = try bob.socket()
            _ = try watch(ann, from: watcher)
            do {
                // There until that is told: a visit that is shorter need not be.
                let visit = try ann.socket()
                #expect(try state(watcher, ann) == "online")
                _ = visit
            }
            seen = try #require(try watcher.event("presence")["data.last_seen_at"])
        }
        let there = try carl.socket()
        _ = try there.ask("ping")
        usleep(300_000)
        #expect(try server.stop() == 0)
        try server.start()
        let watcher = try bob.socket()
        #expect(try watch(ann, from: watcher)["data.last_seen_at"] == seen)
        // Logged in before Ann left, and there until the server stopped.
        #expect(try #require(try watch(carl, from: watcher)["data.last_seen_at"]) > seen)
        _ = there
    }

    @Test func `who reconnects was never away`() throws {
        let server = try RunningServer(Self.settings(["CONFAB_PRESENCE_LEAVE_MILLISECONDS": "5000"]))
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let watcher = try bob.socket()
        _ = try watch(ann, from: watcher)
        for _ in 0..<3 {
            let socket = try ann.socket()
            _ = try socket.ask("ping")
        }
        #expect(try state(watcher, ann) == "online")
        let last = try ann.socket()
        _ = try last.ask("presence.update", #"{"status":"busy"}"#)
        #expect(try state(watcher, ann) == "busy")
    }

    @Test func `who comes unseen is told to nobody, and who hides goes at once`() throws {
        let server = try RunningServer(Self.settings(["CONFAB_PRESENCE_LEAVE_MILLISECONDS": "60000"]))
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let watcher = try bob.socket(), hidden = try ChatSocket(on: server)
        _ = try watch(ann, from: watcher)
        #expect(
            try hidden.ask("identify", #"{"token":"\#(ann.token)","status":"invisible"}"#)["type"] == "ready")
        #expect(try watch(ann, from: watcher)["data.status"] == "offline")
        _ = try hidden.ask("presence.update", #"{"status":"online"}"#)
        #expect(try state(watcher, ann) == "online")
        #expect(try watcher.pending().isEmpty)
        _ = try hidden.ask("presence.update", #"{"status":"invisible"}"#)
        #expect(try state(watcher, ann) == "offline")
    }

    @Test func `changes of one user come slowly, and the last one comes`() throws {
        let server = try RunningServer(Self.settings(["CONFAB_PRESENCE_CHANGE_MILLISECONDS": "1500"]))
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let watcher = try bob.socket()
        _ = try watch(ann, from: watcher)
        let socket = try ann.socket()
        #expect(try state(watcher, ann) == "online")
        let passed = try milliseconds {
            for status in ["away", "busy", "online", "busy", "away"] {
                _ = try socket.ask("presence.update", #"{"status":"\#(status)"}"#)
            }
            #expect(try state(watcher, ann) == "away")
        }
        #expect(passed > 1_000)
    }

    @Test func `who watches a channel hears of its members, each change once, and after unwatching of none`() throws {
        let server = try RunningServer(Self.settings())
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let carl = try Person("carl", on: server)
        let channel = try bob.direct(with: ann), other = try ann.direct(with: carl)
        let watcher = try bob.socket()
        #expect(
            try watcher.ask("watch", #"{"users":["\#(ann.id)"],"channels":["\#(channel)"]}"#)["ok"] == "true")
        #expect(try state(watcher, ann) == "offline")
        #expect(try watcher.ask("watch", #"{"channels":["\#(other)"]}"#)["error.code"] == "not_found")
        let socket = try ann.socket(), stranger = try carl.socket()
        #expect(try state(watcher, ann) == "online")
        _ = try stranger.ask("presence.update", #"{"status":"busy"}"#)
        #expect(try watcher.ask("unwatch", #"{"users":["\#(ann.id)"]}"#)["ok"] == "true")
        _ = try socket.ask("presence.update", #"{"status":"away"}"#)
        #expect(try state(watcher, ann) == "away", "the channel is still watched")
        #expect(try watcher.ask("unwatch", #"{"channels":["\#(channel)"]}"#)["ok"] == "true")
        _ = try socket.ask("presence.update", #"{"status":"busy"}"#)
        usleep(400_000)
        #expect(try watcher.pending().isEmpty)
    }

    @Test func `who becomes a member is heard by those who watch the channel`() throws {
        let server = try RunningServer(Self.settings())
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let watcher = try bob.socket(), socket = try ann.socket()
        let channel = try #require(try socket.ask("channel.open", #"{"user":"\#(bob.id)"}"#)["data.channel"])
        _ = try watcher.event("channel.added")
        #expect(try watcher.ask("watch", #"{"channels":["\#(channel)"]}"#)["ok"] == "true")
        _ = try socket.ask("presence.update", #"{"status":"busy"}"#)
        #expect(try state(watcher, ann) == "busy")
    }

    @Test func `who leaves a channel is not heard by its watchers, and hears no more of its members`() throws {
        let server = try RunningServer(Self.settings())
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let carl = try Person("carl", on: server)
        let owner = try ann.socket(), watcher = try bob.socket(), member = try carl.socket()
        let created = try owner.ask("channel.create", #"{"name":"Chess","members":["\#(bob.id)","\#(carl.id)"]}"#)
        let channel = try #require(created["data.channel"]), data = #"{"channel":"\#(channel)"}"#
        for socket in [watcher, member] { _ = try socket.event("channel.added") }
        #expect(try watcher.ask("watch", #"{"channels":["\#(channel)"]}"#)["ok"] == "true")
        _ = try member.ask("presence.update", #"{"status":"busy"}"#)
        #expect(try state(watcher, carl) == "busy")
        #expect(try member.ask("channel.leave", data)["ok"] == "true")
        #expect(try watcher.event("member.left")["data.user"] == carl.id)
        _ = try member.ask("presence.update", #"{"status":"away"}"#)
        usleep(400_000)
        _ = try owner.ask("presence.update", #"{"status":"busy"}"#)
        #expect(try state(watcher, ann) == "busy", "Carl's change is not heard")
        #expect(try watcher.ask("channel.leave", data)["ok"] == "true")
        _ = try watcher.event("channel.removed")
        usleep(300_000)
        _ = try owner.ask("presence.update", #"{"status":"away"}"#)
        usleep(300_000)
        #expect(try watcher.pending().filter { $0["type"] == "presence" }.isEmpty)
        #expect(try watcher.ask("typing.start", data)["error.code"] == "not_found")
        #expect(try watcher.ask("watch", #"{"channels":["\#(channel)"]}"#)["error.code"] == "not_found")
    }

    @Test func `a socket watches so much and no more`() throws {
        let server = try RunningServer(
            Self.settings(["CONFAB_WATCHED_USERS_MAX": "2", "CONFAB_WATCHED_CHANNELS_MAX": "1"]))
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let carl = try Person("carl", on: server)
        let channels = [try ann.direct(with: bob), try ann.direct(with: carl)]
        let socket = try ann.socket()
        func code(_ data: String) throws -> String? { try socket.ask("watch", data)["error.code"] }
        #expect(try code(#"{"users":["\#(ann.id)","\#(bob.id)","\#(carl.id)"]}"#) == "validation_failed")
        #expect(try code(#"{"users":["\#(ann.id)","\#(bob.id)"]}"#) == nil)
        #expect(try code(#"{"users":["\#(bob.id)"]}"#) == nil, "it is watched already")
        #expect(try code(#"{"users":["\#(carl.id)"]}"#) == "quota_exceeded")
        _ = try socket.ask("unwatch", #"{"users":["\#(bob.id)"]}"#)
        #expect(try code(#"{"users":["\#(carl.id)"]}"#) == nil)
        #expect(try code(#"{"channels":["\#(channels[0])"]}"#) == nil)
        #expect(try code(#"{"channels":["\#(channels[1])"]}"#) == "quota_exceeded")
    }
}
