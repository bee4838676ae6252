import Base
import Glibc
import TestClient
import Testing

@Suite("Searching over REST") struct SearchTests {
    /// Asks again until there are so many hits, for ten seconds at most.
    private func found(_ person: Person, _ query: String, count: Int) throws -> JSONText {
        var json = try person.call("GET", "/search?\(query)").json()
        for _ in 1...100 where json.count("items") != count {
            usleep(100_000)
            json = try person.call("GET", "/search?\(query)").json()
        }
        return json
    }

    @Test func `messages are found with what is around them, in pages`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server),
            cat = try Person("cat", on: server)
        let channel = try ann.direct(with: bob), socket = try ann.socket()
        for number in 1...5 { _ = try socket.send("The <b>harbour</b> \(number) #Sea", as: "m\(number)", to: channel) }
        _ = try socket.send("明天去北京出差", as: "zh", to: channel)
        let all = try found(bob, "q=harbour&type=messages", count: 5)
        #expect(all.count("items") == 5 && all["next_cursor"] == "null" && all["indexing"] == "false")
        #expect(all["items.0.type"] == "message" && all["items.0.message.message_number"] == "5")
        #expect(all["items.0.message.channel"] == channel && all["items.0.message.sender"] == ann.id)
        #expect(all["items.0.snippet.0.text"] == "The <b>" && all["items.0.snippet.0.match"] == "false")
        #expect(all["items.0.snippet.1.text"] == "harbour" && all["items.0.snippet.1.match"] == "true")
        var cursor = "", numbers: [String] = []
        repeat {
            let answer = try bob.call("GET", "/search?q=harbour&type=messages&limit=2\(cursor)"),
                json = try answer.json()
            for index in 0..<(json.count("items") ?? 0) {
                numbers.append(json["items.\(index).message.message_number"] ?? "?")
            }
            let next = json["next_cursor"] ?? "null"
            cursor = next == "null" ? "" : "&cursor=\(next)"
            if !cursor.isEmpty { #expect(answer["link"]?.contains("limit=2&cursor=\(next)>; rel=\"next\"") == true) }
        } while !cursor.isEmpty
        #expect(numbers == ["5", "4", "3", "2", "1"])
        #expect(try found(bob, "q=%E5%8C%97%E4%BA%AC", count: 1)["items.0.snippet.1.text"] == "北京")
        for (query, count) in [
            ("q=%23sea&type=messages", 5), ("tag=SEA&type=messages", 5), ("q=harb*&type=messages", 5),
            ("q=%22harbour+b+3%22&type=messages", 1), ("q=harbour&from=\(bob.id)&type=messages", 0),
            ("q=harbour&channel=\(channel)&type=messages", 5), ("from=\(ann.id)&type=messages", 6),
            ("q=harbour&after=2100-01-01&type=messages", 0), ("q=harbour&before=2100-01-01T00:00:00Z&type=messages", 5),
            ("q=%22*%22+OR+NEAR(&type=messages", 0), ("q=!!!", 0), ("q=harbour&type=courses", 0),
        ] {
            let answer = try bob.call("GET", "/search?\(query)")
            #expect(answer.status == 200, "\(query)")
            #expect(try answer.json().count("items") == count, "\(query)")
        }
        #expect(try cat.call("GET", "/search?q=harbour").json().count("items") == 0)
        #expect(try bob.call("GET", "/tags?prefix=se").json()["items.0.tag"] == "Sea")
        #expect(try cat.call("GET", "/tags").json().count("items") == 0)
    }

    @Test func `what cannot be asked is said where it is wrong`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        for (query, pointer) in [
            ("", "?q"), ("type=messages", "?q"), ("q=x&type=cats", "?type"), ("q=x&channel=none", "?channel"),
            ("q=x&from=0", "?from"), ("q=x&before=yesterday", "?before"), ("q=x&limit=0", "?limit"),
            ("q=x&cursor=messages.AAAA", "?cursor"), ("q=x&cursor=nothing", "?cursor"),
            ("q=\(String(repeating: "x", count: 600))", "?q"),
        ] {
            let answer = try ann.call("GET", "/search?\(query)")
            #expect(answer.status == 422, "\(query)")
            #expect(try answer.json()["errors.0.pointer"] == pointer, "\(query)")
        }
        #expect(try server.call("GET", "/api/v1/search?q=x").status == 401)
    }

    @Test func `users and channels are found by who may know of them`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let root = try Person.staff("admin", on: server)
        _ = try ann.call("POST", "/channels", #"{"name":"Harbour talk","visibility":"public"}"#)
        _ = try ann.call("POST", "/channels", #"{"name":"Harbour secrets"}"#)
        let mine = try ann.call("GET", "/search?q=harbour&type=channels").json()
        #expect(mine.count("items") == 2 && mine["items.0.type"] == "channel")
        #expect(mine["items.0.channel.name"] == "Harbour talk" && mine["items.0.channel.role"] == "owner")
        let open = try bob.call("GET", "/search?q=harbour&type=channels").json()
        #expect(open.count("items") == 1 && open["items.0.channel.role"] == "null")
        // Without a directory a member has to know the whole name.
        #expect(try bob.call("GET", "/search?q=an&type=users").json().count("items") == 0)
        #expect(try bob.call("GET", "/search?q=Ann&type=users").json()["items.0.user.username"] == "ann")
        let seen = try root.call("GET", "/search?q=an&type=users").json()
        #expect(seen["items.0.user.username"] == "ann" && seen["items.0.user.email"] == nil)
    }

    @Test func `there is nothing to ask and nothing on the disk where it is switched off`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        _ = try ann.call("POST", "/channels", #"{"name":"Harbour"}"#)
        #expect(try ann.call("GET", "/search?q=harbour").status == 200)
        #expect(access(server.data + "/search.db", F_OK) == 0)
        let other = try RunningServer(["CONFAB_SEARCH": "off"])
        let bob = try Person("bob", on: other)
        #expect(try bob.call("GET", "/search?q=harbour").status == 404)
        #expect(access(other.data + "/search.db", F_OK) != 0)
    }
}
