import Glibc
import TestClient
import TestSupport
import Testing

/// What administration does not do on the word of a login from long ago, by the table of who may do what.
@Suite("Rights of old logins") struct OldLoginTests {
    private let scene: RightsScene
    private let admin: String

    init() throws {
        scene = try RightsScene(["CONFAB_ADMIN_LOGIN_SECONDS_MAX": "1"])
        admin = try RightsScene.found(scene.token(of: .admin))
    }

    /// Waits until the administrator's login has become old.
    private func age() throws {
        for _ in 1...100 {
            let answer = try scene.server.call("DELETE", "/api/v1/roles/none", token: admin)
            if try answer.json()["errors.0.code"] == "login_too_old" { return }
            usleep(50_000)
        }
        throw RightsScene.Missing()
    }

    /// What takes a permission: a stranger is told that they may not, whose it is too, and an administrator is not.
    private static let administration = RightsTable.rows.filter { row in
        let status = Dictionary(uniqueKeysWithValues: zip(Actor.allCases, row.statuses))
        return status[.stranger] == 403 && status[.owner] != 200 && status[.owner] != 201 && status[.owner] != 204
            && status[.admin] != 403
    }

    @Test func `change nothing that takes a permission, and look at all of it`() throws {
        let things = try scene.makeThings()
        try age()
        var changes = 0
        for row in Self.administration {
            let path = try scene.path(row.template, row.words, for: .admin, among: things)
            let body = try row.body.map { try scene.filled($0, for: .admin, among: things) }
            let answer = try scene.server.call(row.method, path, token: admin, body)
            if row.method == "GET" {
                #expect(answer.status == row.statuses.last, "\(row.text)")
            } else {
                changes += 1
                #expect(answer.status == 403, "\(row.text)")
                #expect(try answer.json()["errors.0.code"] == "login_too_old", "\(row.text)")
            }
        }
        #expect(changes >= 18, "the table has lost rows")
    }

    @Test func `are new again when confirmed, and a key of an administrator's making goes on`() throws {
        try age()
        let password = #"{"current_password":"\#(Person.password)"}"#
        // A second is soon over: whoever is late confirms again.
        var made: HTTPAnswer?
        for _ in 1...20 where made?.status != 201 {
            #expect(try scene.server.call("POST", "/api/v1/auth/confirm", token: admin, password).status == 200)
            made = try scene.server.call(
                "POST", "/api/v1/admin/api-keys", token: admin, #"{"name":"k","scopes":["events"]}"#)
        }
        let key = try #require(try made?.json()["key"])
        try age()
        let event = try scene.server.call(
            "POST", "/api/v1/admin/events", #"{"id":"e","type":"order.paid"}"#, fields: ["X-API-Key: \(key)"])
        #expect(event.status == 202, "a service logs in nowhere")
    }
}
