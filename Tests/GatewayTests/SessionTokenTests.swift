import Base
import TestClient
import Testing

@testable import Auth
@testable import Channels
@testable import Gateway

@Suite("Session, tokens") struct SessionTokenTests {
    private static let identify = #"{"id":1,"type":"identify","data":{}}"#

    private func refresh(_ token: String) -> String {
        #"{"id":9,"type":"auth.refresh","data":{"token":"\#(token)"}}"#
    }

    @Test func `another token for the same user prolongs the session`() throws {
        var dialogue = Dialogue.identified()
        let reply = try dialogue.say(refresh("better")).reply()
        #expect(reply["id"] == "9")
        #expect(reply["data.token_expires_at"] == People.noon.adding(seconds: 9_000).rfc3339)
        #expect(dialogue.session.identity?.tokenExpiresAt == People.noon.adding(seconds: 9_000))
    }

    @Test(arguments: ["bad", "late", "bob's"]) func `a token that is none, or another user's, changes nothing`(
        token: String
    ) throws {
        var dialogue = Dialogue.identified()
        for _ in 0..<5 {
            let reply = try dialogue.say(refresh(token)).reply()
            #expect(reply["error.code"] == (token == "late" ? "token_expired" : "invalid_token"))
        }
        #expect(dialogue.session.identity?.tokenExpiresAt == People.noon.adding(seconds: 7_200))
        #expect(dialogue.session.identity?.user == People.ann)
    }

    @Test func `a token of another login takes the session along`() throws {
        var dialogue = Dialogue.identified()
        guard case .moved(let old, let reply) = dialogue.say(refresh("new login")) else {
            Issue.record("it stayed")
            return
        }
        #expect(old == People.login)
        #expect(try JSONText(reply)["ok"] == "true")
        #expect(dialogue.session.identity?.login == LoginID(high: 5, low: 6))
    }

    @Test func `refreshing before identifying is refused`() throws {
        var dialogue = Dialogue()
        #expect(try dialogue.say(refresh("better")).reply()["error.code"] == "invalid_token")
    }

    @Test func `who came with a ticket identifies without a token`() throws {
        var dialogue = Dialogue(presented: .success(People.claims(expiresIn: 100)))
        guard case .propose(let proposal) = dialogue.say(Self.identify) else {
            Issue.record("nothing was proposed")
            return
        }
        #expect(proposal.user == People.ann)
        _ = dialogue.session.settle(.success(.attended(People.attendance())))
        #expect(dialogue.session.identity?.tokenExpiresAt == People.noon.adding(seconds: 100))
    }

    @Test func `who came with a ticket that is used is refused, and may give a token`() throws {
        var dialogue = Dialogue(presented: .failure(Rejection(.invalidToken, "the ticket is used")))
        #expect(try dialogue.say(Self.identify).reply()["error.code"] == "invalid_token")
        guard case .propose = dialogue.say(#"{"id":1,"type":"identify","data":{"token":"good"}}"#) else {
            Issue.record("nothing was proposed")
            return
        }
    }

    @Test func `who came with nothing needs a token`() throws {
        var dialogue = Dialogue()
        #expect(try dialogue.say(Self.identify).reply()["error.code"] == "validation_failed")
    }

    @Test func `a token that is asked about elsewhere holds up what follows, until it is known`() throws {
        var dialogue = Dialogue()
        let say = #"{"id":1,"type":"identify","data":{"token":"elsewhere"}}"#
        #expect(dialogue.say(say) == .authenticate("elsewhere"))
        #expect(dialogue.session.isBlocked && !dialogue.session.isQuiet)
        #expect(
            try dialogue.session.authenticated(.failure(Rejection(.invalidToken, "no"))).reply()["error.code"]
                == "invalid_token")
        #expect(!dialogue.session.isBlocked)
        #expect(dialogue.say(say) == .authenticate("elsewhere"))
        guard case .propose = dialogue.session.authenticated(.success(People.claims())) else {
            Issue.record("nothing was proposed")
            return
        }
        _ = dialogue.session.settle(.success(.attended(People.attendance())))
        #expect(dialogue.say(refresh("elsewhere")) == .authenticate("elsewhere"))
        #expect(dialogue.session.isBlocked)
        #expect(
            try dialogue.session.authenticated(.success(People.claims(of: People.bob))).reply()["error.code"]
                == "invalid_token")
        #expect(dialogue.session.authenticated(.success(People.claims())) == .nothing, "nothing was asked any more")
    }

    @Test func `an issuer that cannot be asked is no failed try`() throws {
        var dialogue = Dialogue()
        for _ in 0..<10 {
            _ = dialogue.say(#"{"id":1,"type":"identify","data":{"token":"elsewhere"}}"#)
            #expect(try dialogue.session.authenticated(.failure(.overloaded)).reply()["error.code"] == "overloaded")
        }
    }
}

@Suite("Tickets") struct TicketTests {
    private let start = Dialogue.opened

    @Test func `a ticket is good once, and for half a minute`() throws {
        var book = TicketBook(), random = RandomSource(seed: 1)
        let first = try #require(book.issue(to: People.claims(), Limits(), at: start, random: &random))
        let second = try #require(book.issue(to: People.claims(), Limits(), at: start, random: &random))
        #expect(book.redeem(first.text, at: start.adding(milliseconds: 29_999)) == People.claims())
        #expect(book.redeem(first.text, at: start) == nil)
        #expect(book.redeem(second.text, at: start.adding(milliseconds: 30_000)) == nil)
        #expect(book.redeem(second.text, at: start) == nil)
        for text in ["", "x", String(repeating: "A", count: 43), String(repeating: "A", count: 100_000)] {
            #expect(book.redeem(text, at: start) == nil)
        }
    }

    @Test func `one user, and all together, have a bounded number of them`() throws {
        var limits = Limits(), book = TicketBook(), random = RandomSource(seed: 1)
        limits.ticketsMax = 5
        limits.ticketsPerUserMax = 3
        func issue(_ user: UserID, after milliseconds: Int = 0) -> Bool {
            book.issue(
                to: People.claims(of: user), limits, at: start.adding(milliseconds: milliseconds), random: &random)
                != nil
        }
        #expect((0..<4).map { _ in issue(People.ann) } == [true, true, true, false])
        #expect((0..<3).map { _ in issue(People.bob) } == [true, true, false])
        #expect(issue(People.ann, after: 30_000), "the old ones make room")
    }
}
