import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Contacts by HTTP") struct ContactRouteTests {
    /// Members whose addresses are verified, as an import of users has them.
    private func bring(_ lines: String, to server: RunningServer) throws {
        let place = TemporaryDirectory(), file = place.path + "/users.csv"
        Files.write("username,email,phone\n" + lines, to: file)
        let ended = try Program.run(["user", "import", file, "--dev", "--data", server.data])
        guard ended.status == 0 else { throw Program.Failure(description: ended.complaints) }
    }

    @Test func `a file is taken in by a job, and tells of each row that came to nothing`() throws {
        let server = try RunningServer(["CONFAB_PHONE_COUNTRY": "49"])
        try bring("bob,bob@x.org,+4930123456\n", to: server)
        let ann = try Person("ann", on: server)
        let job = try ann.importContacts("Phone;Name;E-mail\n030 123456;Bobby;\n;Cy;c@x.org\n;Nobody;\n;Dee;d@x\n")
        #expect(job["kind"] == "contacts.import" && job["state"] == "done")
        #expect(job["progress.done"] == "4" && job["progress.total"] == "4")
        #expect(job["result.rows"] == "4" && job["result.added"] == "2" && job["result.failed"] == "2")
        #expect(job["result.registered"] == "1")
        #expect(job["errors.0.row"] == "4" && job["errors.0.code"] == "required")
        #expect(job["errors.1.row"] == "5" && job["errors.1.code"] == "invalid_format")
        let page = try ann.call("GET", "/contacts").json()
        #expect(page["items.0.name"] == "Bobby" && page["items.0.phone"] == "+4930123456")
        #expect(page["items.0.user.username"] == "bob")
        #expect(page["items.0.user"].map { !$0.contains("bob@x.org") } ?? true, "what one does not have is not told")
        #expect(page["items.1.email"] == "c@x.org" && page["items.1.user"] == "null")
        #expect(try server.comesToStore(0), "the file goes")
        // The same again, in other forms, is the same people.
        let card = "BEGIN:VCARD\nVERSION:4.0\nFN:Bobby\nTEL:tel:+49-30-123456\nEND:VCARD\n"
        let again = try ann.importContacts(card, type: "application/octet-stream")
        #expect(again["result.unchanged"] == "1" && again["result.rows"] == "1")
        let json = try ann.importContacts(#"{"contacts":[{"name":"Cy","email":"C@x.org"}]}"#, type: "application/json")
        #expect(json["result.unchanged"] == "1")
        #expect(try ann.call("GET", "/contacts?registered=true&q=bob").json()["items.0.name"] == "Bobby")
        #expect(try ann.call("GET", "/contacts?registered=false").json()["items.0.name"] == "Cy")
    }

    @Test func `a form is a file too, and the number's country may be said with it`() throws {
        let server = try RunningServer(), ann = try Person("ann", on: server)
        let form = [
            "--b", "Content-Disposition: form-data; name=\"file\"; filename=\"people.csv\"", "",
            "name,phone", "Bob,030 123456", "--b--", "",
        ].joined(separator: "\r\n")
        let job = try ann.importContacts(form, type: "multipart/form-data; boundary=b", query: "?phone_country=49")
        #expect(job["result.added"] == "1")
        #expect(try ann.call("GET", "/contacts").json()["items.0.phone"] == "+4930123456")
    }

    @Test func `what is no file of contacts is refused, and nothing of it stays`() throws {
        let server = try RunningServer(["CONFAB_CONTACT_FILE_BYTES_MAX": "1000", "CONFAB_CONTACT_ROWS_MAX": "3"])
        let ann = try Person("ann", on: server)
        for (text, type, code) in [
            ("", "text/csv", "empty"), ("a,b\n1,2\n", "text/csv", "no_header"),
            ("7", "application/json", "invalid_json"),
            ("\u{0}n\u{0}a\u{0}m\u{0}e", "text/csv", "unsupported_encoding"),
        ] {
            let answer = try ann.sendContacts(text, type: type)
            #expect(answer.status == 422)
            #expect(try answer.json()["errors.0.code"] == code)
        }
        #expect(try ann.sendContacts("email\n" + String(repeating: "a", count: 2_000)).status == 413)
        #expect(try ann.sendContacts("email\na@x.org\n", query: "?phone_country=x").status == 422)
        let many = try ann.importContacts("email\na@x.org\nb@x.org\nc@x.org\nd@x.org\n")
        #expect(many["state"] == "failed" && many["errors.0.code"] == "too_many_rows")
        #expect(try ann.call("GET", "/contacts").json()["items.0.id"] == nil, "nothing was begun")
        #expect(try server.comesToStore(0))
    }

    @Test func `contacts go one by one and all at once, and are in one's export`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        _ = try ann.importContacts("name,email\nCy,c@x.org\nDee,d@x.org\nEve,e@x.org\n")
        let page = try ann.call("GET", "/contacts?limit=2").json()
        let first = try #require(page["items.0.id"]), cursor = try #require(page["next_cursor"])
        #expect(try ann.call("GET", "/contacts?limit=2&cursor=\(cursor)").json()["items.0.name"] == "Eve")
        #expect(try bob.call("DELETE", "/contacts/\(first)").status == 404)
        #expect(try ann.call("DELETE", "/contacts/\(first)").status == 204)
        #expect(try ann.call("DELETE", "/contacts/\(first)").status == 404)
        let export = try ann.ended(try #require(try ann.call("GET", "/users/me/export")["location"]))
        let file = try server.call("GET", try #require(export["result.url"]), token: ann.token).json()
        #expect(file["contacts.0.name"] == "Dee" && file["contacts.1.emails.0"] == "e@x.org")
        #expect(try ann.call("DELETE", "/contacts").status == 204)
        #expect(try ann.call("GET", "/contacts").json()["items.0.id"] == nil)
    }

    @Test func `who does not want to be found is not`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        #expect(try ann.call("GET", "/contacts/discovery").json()["findable"] == "true")
        #expect(try ann.call("PUT", "/contacts/discovery", #"{"findable":false}"#).json()["findable"] == "false")
        #expect(try ann.call("GET", "/contacts/discovery").json()["findable"] == "false")
        #expect(try ann.call("PUT", "/contacts/discovery", "{}").status == 422)
    }

    @Test func `one's jobs are listed, and everybody's for who sees the server`() throws {
        let server = try RunningServer()
        let admin = try Person.staff("admin", on: server)
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        for text in ["email\na@x.org\n", "email\nb@x.org\n"] { _ = try ann.importContacts(text) }
        let own = try ann.call("GET", "/jobs?limit=1")
        let newest = try #require(try own.json()["items.0.id"]), cursor = try #require(try own.json()["next_cursor"])
        let older = try ann.call("GET", "/jobs?limit=1&cursor=\(cursor)").json()
        #expect(older["items.0.id"] != newest && older["items.0.kind"] == "contacts.import")
        #expect(try ann.call("GET", "/jobs?state=failed").json()["items.0.id"] == nil)
        #expect(try ann.call("GET", "/jobs?state=nonsense").status == 422)
        #expect(try bob.call("GET", "/jobs").json()["items.0.id"] == nil)
        #expect(try ann.call("GET", "/admin/jobs").status == 403)
        #expect(try admin.call("GET", "/admin/jobs?user=\(ann.id)").json()["items.0.id"] == newest)
        #expect(try admin.call("GET", "/admin/jobs?kind=prune").json()["items.0.kind"] == "prune")
        #expect(try admin.call("GET", "/admin/jobs?user=x").status == 422)
    }
}
