import Base
import TestSupport
import Testing

extension CrashTests {
    /// The races that `ModelTests` decides by order, as they happen between two sockets: one of the two orders it is,
    /// and both were told so.
    @Suite("Of two sockets at once") struct SocketRaceTests {
        private static let rounds = 8

        /// A server with ann, bob and cat at it.
        private final class Table {
            let data = TemporaryDirectory()
            let server: ServerProcess
            let port: UInt16
            let tokens: [String]
            let ann, bob, cat: Rival

            init(_ environment: [String: String] = [:]) throws {
                tokens = try ServerProcess.makeUsers(["ann", "bob", "cat"], in: data)
                server = try ServerProcess.serve(data, environment: environment)
                port = try server.port()
                (ann, bob, cat) = (
                    try Rival(tokens[0], port), try Rival(tokens[1], port), try Rival(tokens[2], port)
                )
            }
        }

        @Test func `what is deleted is forwarded before or not at all, read all the same, and deleted once`() throws {
            let table = try Table(), ann = table.ann, bob = table.bob
            for _ in 0..<Self.rounds {
                let group = try ann.group(with: [bob.id]), other = try bob.group()
                for text in ["one", "two", "three"] { try ann.send(text, to: group) }
                let (deleted, forwarded) = try Rival.both(
                    { try ann.delete(1, in: group).code }, { try bob.forward(1, from: group, to: other) })
                #expect(deleted == "ok")
                #expect(["ok", "not_found"].contains(forwarded))
                #expect(try bob.log(of: other).count == (forwarded == "ok" ? 2 : 1))

                let (alsoDeleted, read) = try Rival.both(
                    { try ann.delete(2, in: group).code },
                    { () -> Int64? in
                        try bob.ask("read.update") { json in
                            json.member("channel", group)
                            json.member("message_number", 1)
                        }.data?["unread"]?.integer
                    })
                #expect(alsoDeleted == "ok")
                #expect([1, 2].contains(read))
                #expect(try bob.call("GET", "/channels/\(group)").json?["unread"]?.integer == 1)

                let again = try Rival(table.tokens[0], table.port)
                let (first, second) = try Rival.both(
                    { try ann.delete(3, in: group).data?["seq"]?.integer },
                    { try again.delete(3, in: group).data?["seq"]?.integer })
                #expect(first != nil && first == second)
                #expect(try bob.log(of: group).count { $0 == "message.deleted" } == 3)
            }
        }

        @Test func `who is out says nothing, takes nothing along and hears nothing`() throws {
            let table = try Table(), ann = table.ann, bob = table.bob
            for _ in 0..<Self.rounds {
                let group = try ann.group(with: [bob.id]), other = try bob.group()
                try ann.send("one", to: group)
                let again = try Rival(table.tokens[1], table.port)
                let (left, forwarded) = try Rival.both(
                    { try bob.ask("channel.leave") { $0.member("channel", group) }.code },
                    { try again.forward(1, from: group, to: other) })
                #expect(left == "ok")
                #expect(["ok", "not_found"].contains(forwarded))

                let second = try ann.group(with: [bob.id])
                let (removed, said) = try Rival.both(
                    { try ann.call("DELETE", "/channels/\(second)/members/\(bob.id)").status },
                    { try bob.send("last", to: second) })
                #expect(removed == 204)
                #expect(["ok", "not_found"].contains(said))
                #expect(try ann.log(of: second).count { $0 == "message.created" } == (said == "ok" ? 1 : 0))
                try ann.send("unheard", to: second)
                for rival in [bob, again] {
                    try rival.listen()
                    let end = rival.heard.lastIndex { event in
                        event["type"]?.isString("channel.removed") == true
                            && event["data"]?["channel"]?.string == second
                    }
                    let behind = rival.heard[(try #require(end))...].filter { $0["channel"]?.string == second }
                    #expect(behind.isEmpty)
                }
            }
        }

        @Test func `there is an owner always, and an invitation's one use is one's`() throws {
            let table = try Table(), ann = table.ann, bob = table.bob, cat = table.cat
            for _ in 0..<Self.rounds {
                let group = try ann.group(with: [bob.id])
                let again = try Rival(table.tokens[0], table.port)
                let (left, promoted) = try Rival.both(
                    { try ann.ask("channel.leave") { $0.member("channel", group) }.code },
                    { try again.call("PATCH", "/channels/\(group)/members/\(bob.id)", #"{"role":"owner"}"#).status })
                #expect(promoted == 200)
                #expect(["ok", "precondition_failed"].contains(left))
                #expect(try bob.call("GET", "/channels/\(group)").json?["role"]?.string == "owner")

                let second = try ann.group()
                let invite = try ann.call("POST", "/channels/\(second)/invites", #"{"uses_max":1}"#)
                let token = try #require(invite.json?["token"]?.string)
                let (one, other) = try Rival.both(
                    { try bob.call("POST", "/invites/\(token)").status },
                    { try cat.ask("channel.join") { $0.member("invite", token) }.code })
                #expect([200, 404].contains(one) && (one == 200) == (other == "not_found"))
                #expect(try ann.call("GET", "/channels/\(second)").json?["members_count"]?.integer == 2)
            }
        }

        @Test(.timeLimit(.minutes(1))) func `who reads while it is taken away for its age reads a dense log`() throws {
            let table = try Table(["CONFAB_PURGE_SECONDS": "1"]), ann = table.ann
            let group = try ann.group()
            for number in 1...50 { try ann.send("message \(number)", to: group) }
            #expect(try ann.call("PATCH", "/channels/\(group)", #"{"retention_seconds":1}"#).status == 200)
            var types = try ann.log(of: group)
            while types.first != "void" { types = try ann.log(of: group) }
            try ann.send("more", to: group)
            types = try ann.log(of: group)
            // As many places as ever, and what is there still is at its own.
            let last = try ann.call("GET", "/channels/\(group)").json
            #expect(last?["seq"]?.integer == Int64(types.count))
            let gone = Int64(types.prefix { $0 == "void" }.count)
            let history = try ann.call("GET", "/channels/\(group)/messages?after=0&limit=200").json
            #expect(history?["items"]?.elements.allSatisfy { $0["seq"]?.integer ?? 0 > gone } == true)
        }
    }
}
