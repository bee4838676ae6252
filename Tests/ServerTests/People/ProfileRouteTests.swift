import TestClient
import Testing

@Suite("Accounts over REST") struct ProfileRouteTests {
    @Test func `a profile is changed in parts, and replaced as a whole without its names`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let first = try ann.call(
            "PATCH", "/users/me",
            #"{"display_name":"Ann","bio":"line\nline","locale":"pt-BR","time_zone":"Europe/Berlin","#
                + #""date_of_birth":"2001-02-28","avatar":"https://example.org/a.png"}"#)
        #expect(first.status == 200)
        let json = try first.json()
        #expect(json["bio"] == "line\nline")
        #expect(json["date_of_birth"] == "2001-02-28")
        #expect(json["is_staff"] == "false")
        let second = try ann.call("PATCH", "/users/me", #"{"bio":null,"display_name":"Anna"}"#).json()
        #expect(second["bio"] == "null")
        #expect(second["display_name"] == "Anna")
        #expect(second["locale"] == "pt-BR")
        let third = try ann.call("PUT", "/users/\(ann.id)", #"{"time_zone":"UTC"}"#).json()
        #expect(third["username"] == "ann")
        #expect(third["time_zone"] == "UTC")
        for name in ["display_name", "locale", "date_of_birth", "avatar"] { #expect(third[name] == "null", "\(name)") }
        #expect(try ann.call("GET", "/users/me").json()["time_zone"] == "UTC")
    }

    @Test func `what only the server sets is refused, and says where`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let before = try ann.call("GET", "/users/me").text
        for name in [
            "id", "uuid", "role", "is_active", "is_verified", "is_email_verified", "is_phone_verified", "is_staff",
            "is_superuser", "created_at", "updated_at", "last_seen_at", "deleted_at", "suspended_at", "password_hash",
        ] {
            for value in ["true", #""admin""#, "null"] {
                let body = #"{"\#(name)":\#(value),"bio":"x"}"#
                #expect(try ann.fault("PATCH", "/users/me", body) == "422 /\(name) read_only", "\(name)")
                #expect(try ann.fault("PUT", "/users/me", body) == "422 /\(name) read_only", "\(name)")
            }
        }
        #expect(try ann.call("GET", "/users/me").text == before)
    }

    @Test func `dates of birth are real, and old enough where the server asks for it`() throws {
        let server = try RunningServer(["CONFAB_MIN_AGE": "16"]), ann = try Person("ann", on: server)
        for date in ["2001-02-30", "2999-01-01", "1850-01-01", "yesterday"] {
            let body = #"{"date_of_birth":"\#(date)"}"#
            #expect(try ann.fault("PATCH", "/users/me", body) == "422 /date_of_birth invalid_birth_date")
        }
        let young = #"{"date_of_birth":"2026-01-01"}"#
        #expect(try ann.fault("PATCH", "/users/me", young) == "422 /date_of_birth too_young")
        #expect(try ann.outcome("PATCH", "/users/me", #"{"date_of_birth":"1990-01-01"}"#) == "200")
    }

    @Test func `an edit of something else than one has seen is refused`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let tag = try #require(try ann.call("GET", "/users/me")["etag"])
        #expect(!tag.hasPrefix("W/"))
        func patch(_ tag: String, _ bio: String) throws -> HTTPAnswer {
            try server.call(
                "PATCH", "/api/v1/users/me", token: ann.token, #"{"bio":"\#(bio)"}"#, fields: ["If-Match: \(tag)"])
        }
        let first = try patch(tag, "one")
        #expect(first.status == 200)
        #expect(try patch(tag, "two").status == 412)
        #expect(try ann.call("GET", "/users/me").json()["bio"] == "one")
        #expect(try patch(try #require(first["etag"]), "three").status == 200)
        #expect(try patch("*", "four").status == 200)
    }

    @Test func `names that others have are taken, and an account keeps one of its own`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        _ = try Person("bob", on: server)
        #expect(try ann.fault("PATCH", "/users/me", #"{"username":"BOB"}"#) == "409 /username taken")
        #expect(try ann.outcome("PATCH", "/users/me", #"{"username":"Ann.B"}"#) == "200")
        #expect(try ann.fault("PATCH", "/users/me", #"{"username":null}"#) == "422 /username required")
        #expect(try Person("ann", on: server).id != ann.id, "the old name is free")
    }

    @Test func `e-mail, phone and password of one's own want the current password`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        for part in [#""email":"a@example.org""#, #""phone":"+491701234567""#, #""password":"another long one""#] {
            #expect(try ann.fault("PATCH", "/users/me", "{\(part)}") == "422 /current_password required")
            let wrong = #"{\#(part),"current_password":"guessed it"}"#
            #expect(try ann.outcome("PATCH", "/users/me", wrong) == "401 invalid_credentials")
        }
        let proof = #""current_password":"\#(Person.password)""#
        let changed = try ann.call("PATCH", "/users/me", #"{"email":"a@example.org",\#(proof)}"#).json()
        #expect(changed["email"] == "a@example.org")
        #expect(changed["is_verified"] == "false")
        #expect(try ann.outcome("PATCH", "/users/me", #"{"bio":"needs none"}"#) == "200")
    }

    @Test func `a new password ends every other login at once, and keeps the one that chose it`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server), other = try ann.loggedInAgain()
        let kept = try ann.socket(), lost = try other.socket()
        let body = #"{"password":"a new long password","current_password":"\#(Person.password)"}"#
        #expect(try ann.outcome("PATCH", "/users/me", body) == "200")
        #expect(try lost.client.readCloseCode() == 4009)
        #expect(try other.call("GET", "/users/me").status == 401)
        #expect(try kept.ask("ping")["type"] == "pong")
        #expect(throws: Program.Failure.self) { try ann.loggedInAgain() }
        let login = #"{"login":"ann","password":"a new long password"}"#
        #expect(try server.call("POST", "/api/v1/auth/login", login).status == 200)
    }

    @Test func `others see what is public, and change nothing`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let moderator = try Person.staff("mod", "moderator", on: server)
        let seen = try bob.call("GET", "/users/\(ann.id)").json()
        #expect(seen.names() == ["id", "uuid", "username", "display_name", "avatar", "bio", "deleted_at"])
        #expect(try moderator.call("GET", "/users/\(ann.id)").json()["role"] == "member")
        for person in [bob, moderator] {
            for (method, path) in [
                ("PATCH", ""), ("PUT", ""), ("DELETE", ""), ("PUT", "/role"), ("PUT", "/suspension"),
                ("DELETE", "/suspension"), ("DELETE", "/sessions"),
            ] {
                let body = path == "/role" ? #"{"role":"member"}"# : "{}"
                let outcome = try person.outcome(method, "/users/\(ann.id)\(path)", body)
                #expect(outcome == "403 permission_denied", "\(method) \(path)")
            }
        }
        #expect(try bob.outcome("POST", "/users", #"{"username":"cid"}"#) == "403 permission_denied")
        #expect(try bob.outcome("GET", "/users/\(ann.id)/sessions") == "403 permission_denied")
        #expect(try bob.outcome("GET", "/users/999") == "404 not_found")
    }

    @Test func `administrators make and change accounts`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let made = try root.call(
            "POST", "/users",
            #"{"username":"cid","email":"cid@example.org","password":"\#(Person.password)","#
                + #""role":"instructor","bio":"b"}"#
        )
        #expect(made.status == 201)
        let json = try made.json(), id = try #require(json["id"])
        #expect(made["location"] == "/api/v1/users/\(id)")
        #expect(json["role"] == "instructor")
        #expect(json["is_staff"] == "false")
        #expect(try Person(loggingInAs: "cid", on: server).id == id)
        #expect(try root.outcome("PATCH", "/users/\(id)", #"{"email":"new@example.org"}"#) == "200")
        #expect(try root.fault("POST", "/users", #"{"username":"x","role":"emperor"}"#) == "422 /role not_found")
        #expect(try root.fault("POST", "/users", #"{"username":"cid"}"#) == "409 /username taken")
        #expect(try root.fault("POST", "/users", #"{"bio":"nameless"}"#) == "422 /username required")
        #expect(try root.call("GET", "/users/me").json()["is_staff"] == "true")
    }

    @Test func `a member finds others by their username, and by its beginning only in a directory`() throws {
        let closed = try RunningServer(), open = try RunningServer(["CONFAB_DIRECTORY": "on"])
        for server in [closed, open] {
            let ann = try Person("ann", on: server)
            _ = try Person("anton", on: server)
            let found = try ann.call("GET", "/users?username=ANTON").json()
            #expect(found.count("items") == 1)
            #expect(found["items.0.username"] == "anton")
            #expect(found["items.0.email"] == nil)
            #expect(try ann.call("GET", "/users?username=ant").json().count("items") == 0)
            let own = try ann.call("GET", "/users").json()
            #expect(own.count("items") == 1)
            #expect(own["items.0.id"] == ann.id)
        }
        let bob = try Person("bob", on: open)
        #expect(try bob.call("GET", "/users?q=AN").json().count("items") == 2)
        let closedAnn = try Person(loggingInAs: "ann", on: closed)
        #expect(try closedAnn.outcome("GET", "/users?q=an") == "403 permission_denied")
    }

    @Test func `who may read users pages through all of them`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        for number in 1...7 { _ = try Person("user\(number)", on: server) }
        var names: [String] = []
        var path: String? = "/users?limit=3"
        while let next = path {
            let page = try root.call("GET", next).json()
            for index in 0..<(page.count("items") ?? 0) { names.append(page["items.\(index).username"] ?? "?") }
            path = page["next_cursor"].flatMap { $0 == "null" ? nil : "/users?limit=3&cursor=\($0)" }
        }
        #expect(names == ["root"] + (1...7).map { "user\($0)" })
        #expect(try root.call("GET", "/users?role=superuser").json().count("items") == 1)
        #expect(try root.call("GET", "/users?q=user&is_active=true").json().count("items") == 7)
        #expect(try root.call("GET", "/users?is_active=false").json().count("items") == 0)
        for query in ["limit=0", "limit=201", "cursor=x", "is_active=maybe", "role=No"] {
            #expect(try root.call("GET", "/users?\(query)").status == 422, "\(query)")
        }
    }
}
