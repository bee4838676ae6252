import TestClient
import Testing

@Suite("Roles and suspensions") struct StandingTests {
    @Test func `another role ends all logins, and holds with the next`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let ann = try Person("ann", on: server), socket = try ann.socket()
        #expect(try ann.outcome("GET", "/users/\(root.id)/sessions") == "403 permission_denied")
        #expect(try root.outcome("PUT", "/users/\(ann.id)/role", #"{"role":"moderator"}"#) == "200")
        #expect(try socket.client.readCloseCode() == 4009)
        #expect(try ann.call("GET", "/users/me").status == 401)
        #expect(try ann.loggedInAgain().outcome("GET", "/users/\(root.id)/sessions") == "200")
        #expect(try root.fault("PUT", "/users/\(ann.id)/role", #"{"role":"emperor"}"#) == "422 /role not_found")
    }

    @Test func `nobody gives a permission that they lack, or touches who has one`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let powers = #"{"permissions":["users.read","users.write","roles.write"]}"#
        #expect(try root.outcome("PUT", "/roles/clerk", powers) == "201")
        let ann = try Person("ann", on: server), mod = try Person.staff("mod", "moderator", on: server)
        #expect(try root.outcome("PUT", "/users/\(ann.id)/role", #"{"role":"clerk"}"#) == "200")
        let clerk = try ann.loggedInAgain(), bob = try Person("bob", on: server)
        let denied = "403 permission_denied"
        for role in ["admin", "superuser", "moderator", "instructor"] {
            #expect(try clerk.outcome("PUT", "/users/\(bob.id)/role", #"{"role":"\#(role)"}"#) == denied, "\(role)")
            #expect(try clerk.outcome("PUT", "/users/\(clerk.id)/role", #"{"role":"\#(role)"}"#) == denied, "\(role)")
            #expect(try clerk.outcome("POST", "/users", #"{"username":"x","role":"\#(role)"}"#) == denied, "\(role)")
        }
        for person in [root, mod] {
            for (method, path, body) in [
                ("PATCH", "", #"{"password":"taken over by me"}"#), ("PUT", "", "{}"), ("DELETE", "", "{}"),
                ("PUT", "/role", #"{"role":"member"}"#), ("PUT", "/suspension", "{}"), ("DELETE", "/suspension", "{}"),
                ("DELETE", "/sessions", "{}"),
            ] {
                let outcome = try clerk.outcome(method, "/users/\(person.id)\(path)", body)
                #expect(outcome == denied, "\(person.name) \(method) \(path)")
            }
        }
        #expect(try clerk.outcome("PUT", "/roles/clerk", #"{"permissions":["server.write"]}"#) == denied)
        #expect(try clerk.outcome("PUT", "/roles/other", #"{"permissions":["moderate"]}"#) == denied)
        #expect(try clerk.outcome("PUT", "/roles/other", #"{"permissions":["users.read"]}"#) == "201")
        #expect(try clerk.outcome("PUT", "/users/\(bob.id)/role", #"{"role":"clerk"}"#) == "200")
        for person in [root, mod] { #expect(try person.call("GET", "/users/me").status == 200) }
    }

    @Test func `a changed role holds for the next request, and one that is in use stays`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        #expect(try root.outcome("PUT", "/roles/porter", #"{"permissions":[]}"#) == "201")
        let ann = try Person("ann", on: server)
        #expect(try root.outcome("PUT", "/users/\(ann.id)/role", #"{"role":"porter"}"#) == "200")
        let porter = try ann.loggedInAgain()
        #expect(try porter.outcome("GET", "/users/\(root.id)/sessions") == "403 permission_denied")
        #expect(try root.outcome("PUT", "/roles/porter", #"{"permissions":["users.read"]}"#) == "200")
        #expect(try porter.outcome("GET", "/users/\(root.id)/sessions") == "200")
        #expect(try porter.call("GET", "/users/me").json()["is_staff"] == "true")
        #expect(try root.outcome("DELETE", "/roles/porter") == "409 precondition_failed")
        #expect(try root.outcome("PUT", "/users/\(ann.id)/role", #"{"role":"member"}"#) == "200")
        #expect(try root.outcome("DELETE", "/roles/porter") == "204")
        #expect(try root.outcome("DELETE", "/roles/porter") == "404 not_found")
        for role in ["member", "admin", "superuser"] {
            #expect(try root.outcome("PUT", "/roles/\(role)", #"{"permissions":[]}"#) == "403 permission_denied")
            #expect(try root.outcome("DELETE", "/roles/\(role)") == "403 permission_denied")
        }
        #expect(try root.fault("PUT", "/roles/x", #"{"permissions":["all"]}"#) == "422 /permissions/0 not_supported")
        #expect(try root.outcome("PUT", "/roles/NO", #"{"permissions":[]}"#) == "404 not_found")
        let roles = try porter.loggedInAgain().call("GET", "/roles").json()
        #expect(roles.count("items") == 8)
        #expect(roles["items.0.name"] == "admin")
        #expect(roles["items.0.is_built_in"] == "true")
    }

    @Test func `a role that was made is there after a restart`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        #expect(try root.outcome("PUT", "/roles/porter", #"{"permissions":["users.read","moderate"]}"#) == "201")
        #expect(try server.stop() == 0)
        try server.start()
        let roles = try root.call("GET", "/roles").text
        #expect(roles.contains(#"{"name":"porter","permissions":["moderate","users.read"],"is_built_in":false}"#))
    }

    @Test func `the last superuser is neither demoted, suspended nor erased`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let proof = #"{"current_password":"\#(Person.password)"}"#
        let refused = "412 precondition_failed"
        #expect(try root.outcome("PUT", "/users/\(root.id)/role", #"{"role":"member"}"#) == refused)
        #expect(try root.outcome("PUT", "/users/\(root.id)/suspension", "{}") == refused)
        #expect(try root.outcome("DELETE", "/users/me", proof) == refused)
        let second = try Person.staff("second", "superuser", on: server)
        #expect(try root.outcome("PUT", "/users/\(second.id)/suspension", "{}") == "200")
        #expect(try root.outcome("DELETE", "/users/me", proof) == refused, "who is suspended does not count")
        #expect(try root.outcome("DELETE", "/users/\(second.id)/suspension") == "200")
        #expect(try root.outcome("DELETE", "/users/me", proof) == "204")
    }

    @Test func `who is suspended is out at once, and in again when it is lifted`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let ann = try Person("ann", on: server), other = try ann.loggedInAgain(), bob = try Person("bob", on: server)
        let sockets = [try ann.socket(), try other.socket()], unharmed = try bob.socket()
        let suspended = try root.call("PUT", "/users/\(ann.id)/suspension", #"{"reason":"spam"}"#)
        #expect(suspended.status == 200)
        #expect(try suspended.json()["is_active"] == "false")
        #expect(try suspended.json()["suspension_reason"] == "spam")
        for socket in sockets { #expect(try socket.client.readCloseCode() == 4003) }
        #expect(try ann.call("GET", "/users/me").status == 401)
        let refresh = #"{"refresh_token":"\#(ann.refresh)"}"#
        #expect(try server.call("POST", "/api/v1/auth/refresh", refresh).status == 401)
        let login = #"{"login":"ann","password":"\#(Person.password)"}"#
        let refused = try server.call("POST", "/api/v1/auth/login", login)
        #expect(refused.status == 403)
        #expect(try refused.json()["code"] == "user_blocked")
        #expect(try unharmed.ask("ping")["type"] == "pong")
        #expect(try root.outcome("PUT", "/users/\(ann.id)/suspension", "{}") == "200")
        #expect(try root.outcome("DELETE", "/users/\(ann.id)/suspension") == "200")
        #expect(try ann.call("GET", "/users/me").status == 401, "what was ended stays ended")
        #expect(try ann.loggedInAgain().call("GET", "/users/me").status == 200)
    }

    @Test func `logins are listed with where they came from, and ended one by one`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let login = #"{"login":"ann","password":"\#(Person.password)","device":"phone"}"#
        let second = try server.call("POST", "/api/v1/auth/login", login, fields: ["User-Agent: Chat/1"]).json()
        let other = try #require(second["access_token"])
        let page = try ann.call("GET", "/auth/sessions").json()
        #expect(page.count("items") == 2)
        let index = page["items.0.device"] == "phone" ? 0 : 1
        #expect(page["items.\(index).user_agent"] == "Chat/1")
        #expect(page["items.\(index).address"] == "127.0.0.1")
        #expect(page["items.\(index).current"] == "false")
        #expect(page["items.\(1 - index).current"] == "true")
        let id = try #require(page["items.\(index).id"])
        let socket = try ChatSocket(on: server)
        try socket.identify(other)
        #expect(try bob.outcome("DELETE", "/auth/sessions/\(id)") == "404 not_found")
        #expect(try ann.outcome("DELETE", "/auth/sessions/\(id)") == "204")
        #expect(try socket.client.readCloseCode() == 4009)
        #expect(try server.call("GET", "/api/v1/users/me", token: other).status == 401)
        #expect(try ann.outcome("DELETE", "/auth/sessions/\(id)") == "404 not_found")
        #expect(try ann.outcome("DELETE", "/auth/sessions/x") == "404 not_found")
        let root = try Person.staff("root", "superuser", on: server), live = try ann.socket()
        #expect(try root.call("GET", "/users/\(ann.id)/sessions").json().count("items") == 1)
        #expect(try root.outcome("DELETE", "/users/\(ann.id)/sessions") == "204")
        #expect(try live.client.readCloseCode() == 4009)
    }
}
