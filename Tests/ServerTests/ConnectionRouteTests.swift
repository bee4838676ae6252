import TestClient
import Testing

@Suite("Connections of the server") struct ConnectionRouteTests {
    private let server: RunningServer
    private let admin: String
    private let path = "/api/v1/admin/connections"

    init() throws {
        server = try RunningServer(["CONFAB_LOOPS": "3"])
        admin = try Person.staff("admin", on: server).token
    }

    private func list(_ query: String = "") throws -> JSONText {
        let answer = try server.call("GET", path + query, token: admin)
        #expect(answer.status == 200)
        return try answer.json()
    }

    @Test func `are listed with whose they are and from where, page by page`() throws {
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let sockets = try (0..<7).map { try $0 < 4 ? ann.socket() : bob.socket() }
        let stream = try bob.stream()
        let stranger = try ChatSocket(on: server)
        let all = try list()
        #expect(all.count("items") == 9)
        let items = (0..<9).map { "items.\($0)" }
        #expect(items.filter { all["\($0).user"] == ann.id }.count == 4)
        #expect(items.filter { all["\($0).user"] == bob.id }.count == 4)
        #expect(items.filter { all["\($0).user"] == "null" }.count == 1)
        #expect(items.filter { all["\($0).kind"] == "stream" }.count == 1)
        for item in items {
            #expect(all["\(item).address"] == "127.0.0.1")
            #expect(all["\(item).since"]?.hasPrefix("20") == true)
        }
        var ids: [String] = [], cursor = ""
        repeat {
            let page = try list("?limit=2" + cursor)
            ids += (0..<(page.count("items") ?? 0)).compactMap { page["items.\($0).id"] }
            cursor = page["next_cursor"].flatMap { $0 == "null" ? nil : "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(ids == items.compactMap { all["\($0).id"] })
        let first = items.first { all["\($0).user"] == ann.id } ?? ""
        let session = all["\(first).session"] ?? ""
        #expect(try list("?user=\(ann.id)").count("items") == 4)
        #expect(try list("?session=\(session)").count("items") == 4)
        #expect(try list("?address=127.0.0.1&user=\(bob.id)").count("items") == 4)
        #expect(try list("?address=127.0.0.2").count("items") == 0)
        for query in ["user=x", "session=x", "address=x", "cursor=x-1", "cursor=0-01", "limit=0"] {
            #expect(try server.call("GET", path + "?" + query, token: admin).status == 422, "\(query)")
        }
        _ = (sockets, stream, stranger)
    }

    @Test func `are closed as they are meant, and their clients come back and resume`() throws {
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let one = try ann.socket(), two = try ann.socket(), other = try bob.socket()
        let channel = try ann.direct(with: bob)
        func close(_ body: String) throws -> HTTPAnswer {
            try server.call("POST", path + "/close", token: admin, body)
        }
        #expect(try close("{}").status == 422)
        #expect(try close(#"{"connection":"0-1"}"#).json()["closed"] == "0")
        #expect(try close(#"{"user":"\#(ann.id)","address":"127.0.0.2"}"#).json()["closed"] == "0")
        #expect(try close(#"{"user":"\#(ann.id)"}"#).json()["closed"] == "2")
        for socket in [one, two] { #expect(try socket.client.readCloseCode() == 4200) }
        #expect(try other.send("still here", as: "m", to: channel)["ok"] == "true")
        #expect(try list("?user=\(ann.id)").count("items") == 0)
        let again = try ChatSocket(on: server)
        let replayed = try again.resume(one, token: ann.token, personalSeq: "0", channels: [channel: 0])
        #expect(replayed.contains { $0["data.text"] == "still here" })
        let id = try #require(try list("?user=\(bob.id)")["items.0.id"])
        #expect(try close(#"{"connection":"\#(id)"}"#).json()["closed"] == "1")
        let logs = try server.call("GET", "/api/v1/logs?action=connection.closed", token: admin).json()
        #expect(logs.count("items") == 4)
        #expect(logs["items.0.target"] == "connection:\(id)")
        #expect(logs["items.1.target"] == "user:\(ann.id)")
        #expect(logs["items.1.detail"] == "2 closed")
    }
}
