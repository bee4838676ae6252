import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import TestSupport
import Testing
import Wire

@Suite("Who may register") struct RegistrationTests {
    private func invite(_ hall: Hall, _ token: String, _ body: String = "{}") async throws -> HTTPResponse {
        try await hall.post("/invitations", body, token: token)
    }

    @Test func `closed is closed`() async throws {
        let hall = try Hall { $0.registration = .closed }
        let boss = try await hall.member("boss", role: .admin)
        let token = try await invite(hall, boss.token).text("token")
        #expect(try await hall.register(#""username":"ann""#).status == 403)
        #expect(try await hall.register(#""username":"ann","invite":"\#(token)""#).status == 403)
    }

    @Test func `by invitation, with its role, as often as it says`() async throws {
        let hall = try Hall { $0.registration = .invite }
        let boss = try await hall.member("boss", role: .admin)
        #expect(try await hall.register(#""username":"ann""#).status == 403)
        let answer = try await invite(hall, boss.token, #"{"role":"courier","uses":2,"expires_in":3600}"#)
        #expect(answer.status == 201)
        let token = try answer.text("token")
        #expect(try answer.text("url") == "\(Hall.publicURL)/#register=\(token)")
        #expect(try await hall.register(#""username":"boss","invite":"\#(token)""#).status == 409)
        let ann = try await hall.register(#""username":"ann","invite":"\#(token)""#)
        #expect(ann.status == 201)
        #expect(try ann.json()["user"]?["role"]?.string == "courier")
        let list = try await hall.ask("GET", "/invitations", token: boss.token)
        #expect(try list.json()["items"]?.elements.first?["uses"]?.integer == 1, "a refused one does not count")
        #expect(try list.json()["items"]?.elements.first?["token"] == nil)
        #expect(try await hall.register(#""username":"bob","invite":"\#(token)""#).status == 201)
        #expect(try await hall.register(#""username":"carl","invite":"\#(token)""#).status == 403)
        #expect(try await hall.register(#""username":"carl","invite":"x""#).status == 403)
    }

    @Test func `an invitation ends by its time, and by its maker`() async throws {
        let hall = try Hall { $0.registration = .invite }
        let boss = try await hall.member("boss", role: .admin)
        let withdrawn = try await invite(hall, boss.token), late = try await invite(hall, boss.token)
        let id = try withdrawn.text("id")
        #expect(try await hall.ask("DELETE", "/invitations/\(id)", token: boss.token).status == 204)
        #expect(try await hall.ask("DELETE", "/invitations/\(id)", token: boss.token).status == 404)
        #expect(try await hall.ask("DELETE", "/invitations/x", token: boss.token).status == 404)
        #expect(
            try await hall.register(#""username":"ann","invite":"\#(try withdrawn.text("token"))""#).status == 403)
        hall.time.pass(milliseconds: 604_800_000)
        #expect(try await hall.register(#""username":"ann","invite":"\#(try late.text("token"))""#).status == 403)
    }

    @Test func `nobody invites to a role that may do what they may not`() async throws {
        let hall = try Hall()
        hall.storage.roles.set(try #require(Role(name: "clerk")), [.writeUsers, .readUsers])
        let clerk = try await hall.member("clerk", role: try #require(Role(name: "clerk")))
        let member = try await hall.member("member")
        for role in ["admin", "superuser", "moderator", "instructor"] {
            #expect(try await invite(hall, clerk.token, #"{"role":"\#(role)"}"#).status == 403)
        }
        #expect(try await invite(hall, clerk.token, #"{"role":"clerk"}"#).status == 201)
        #expect(try await invite(hall, clerk.token, #"{"role":"nonesuch"}"#).status == 422)
        #expect(try await invite(hall, clerk.token, #"{"role":"NOT A ROLE"}"#).status == 422)
        #expect(try await invite(hall, member.token).status == 403)
        #expect(try await hall.ask("GET", "/invitations", token: member.token).status == 403)
    }

    @Test func `of many who come at once by one invitation as many get in as it says`() async throws {
        let hall = try Hall { $0.registration = .invite }
        let boss = try await hall.member("boss", role: .admin)
        let token = try #require(
            OneTimeToken(text: try await invite(hall, boss.token, #"{"uses":3}"#).text("token")))
        let invitations = hall.storage.invitations, now = hall.time.now, hash = token.hash
        let made = await withTaskGroup(of: Account?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    (try? await invitations.accept(
                        NewAccount(uuid: "u\(number)", createdAt: now), token: hash, by: .server)) ?? nil
                }
            }
            return await group.reduce(into: [Account?]()) { $0.append($1) }
        }
        #expect(made.count { $0 != nil } == 3)
    }

    @Test func `so many are open and no more`() async throws {
        var limits = Hall.limits
        limits.invitationsMax = 2
        let hall = try Hall(limits: limits)
        let boss = try await hall.member("boss", role: .admin)
        for _ in 0..<2 { #expect(try await invite(hall, boss.token).status == 201) }
        #expect(try await invite(hall, boss.token).status == 409)
    }
}
