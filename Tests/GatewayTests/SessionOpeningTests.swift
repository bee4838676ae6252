import Base
import TestClient
import Testing

@testable import Channels
@testable import Gateway

@Suite("Session, opening") struct SessionOpeningTests {
    private static let identify = #"{"id":1,"type":"identify","data":{"token":"good"}}"#
    private static let resume =
        #"{"id":2,"type":"resume","data":{"token":"good","session_id":"\#(People.session)","epoch":"A1"}}"#

    private func attended(_ settlement: Session.Settlement) -> (CommandID, ResumeRequest?)? {
        guard case .attended(let id, _, let resume, let identity) = settlement else { return nil }
        #expect(identity.user == People.ann && identity.login == People.login && identity.session == People.session)
        return (id, resume)
    }

    @Test func `identifying asks for a place in the order, and what follows waits for it`() throws {
        var dialogue = Dialogue()
        guard case .propose(let proposal) = dialogue.say(Self.identify), case .attend(let attend) = proposal.command
        else {
            Issue.record("nothing was proposed")
            return
        }
        #expect(proposal.user == People.ann)
        #expect(attend.login == People.login)
        #expect(dialogue.session.isBlocked)
        #expect(dialogue.session.identity == nil)
        let (id, resume) = try #require(
            attended(dialogue.session.settle(.success(.attended(People.attendance())))))
        #expect(id == .integer(1))
        #expect(resume == nil)
        #expect(!dialogue.session.isBlocked)
        #expect(dialogue.session.identity?.tokenExpiresAt == People.noon.adding(seconds: 7_200))
    }

    @Test func `a third failed try closes with 4001`() throws {
        var dialogue = Dialogue()
        for (token, code) in [("bad", "invalid_token"), ("late", "token_expired")] {
            let reply = try dialogue.say(#"{"id":"a","type":"identify","data":{"token":"\#(token)"}}"#).reply()
            #expect(reply["ok"] == "false")
            #expect(reply["id"] == "a")
            #expect(reply["error.code"] == code)
            #expect(reply["error.temporary"] == "false")
        }
        #expect(dialogue.say(#"{"id":3,"type":"identify","data":{"token":"bad"}}"#) == .close(.invalidToken))
        #expect(SessionClose.invalidToken.code == 4001)
    }

    @Test func `a login that has been ended, or a user who is no more, is a failed try`() throws {
        var dialogue = Dialogue()
        for rejection in [Rejection.loginEnded, .noSuchUser] {
            _ = dialogue.say(Self.identify)
            let reply = try dialogue.session.settle(.failure(rejection)).reply()
            #expect(reply["error.code"] == "invalid_token")
        }
        _ = dialogue.say(Self.identify)
        #expect(dialogue.session.settle(.failure(.loginEnded)) == .reaction(.close(.invalidToken)))
    }

    @Test func `a server that is busy does not count as a failed try`() throws {
        var dialogue = Dialogue()
        for _ in 0..<10 {
            _ = dialogue.say(Self.identify)
            let reply = try dialogue.session.settle(.failure(.overloaded)).reply()
            #expect(reply["error.code"] == "overloaded")
            #expect(reply["error.retry_after_ms"] == "1000")
            _ = dialogue.say(Self.identify)
            #expect(try dialogue.session.withdraw(.overloaded).reply()["id"] == "1")
        }
        _ = dialogue.say(Self.identify)
        #expect(attended(dialogue.session.settle(.success(.attended(People.attendance())))) != nil)
    }

    @Test(arguments: [
        #"{"id":7,"type":"ping"}"#, #"{"id":7,"type":"history.get","data":{"channel":"205"}}"#,
        #"{"id":7,"type":"message.send","data":{"channel":"108_109","text":"hi"}}"#,
    ]) func `a command before identifying is answered invalid_token, as often as it comes`(text: String) throws {
        var dialogue = Dialogue()
        for _ in 0..<10 {
            let reply = try dialogue.say(text).reply()
            #expect(reply["id"] == "7")
            #expect(reply["error.code"] == "invalid_token")
        }
        #expect(dialogue.say(Self.identify) != .nothing)
    }

    @Test(arguments: [identify, resume]) func `identifying twice is refused, and the session goes on`(
        text: String
    ) throws {
        var dialogue = Dialogue.identified()
        #expect(try dialogue.say(text).reply()["error.code"] == "bad_request")
        #expect(dialogue.session.identity != nil)
    }

    @Test func `resuming keeps the session's name, and waits for the replay`() throws {
        var dialogue = Dialogue()
        guard case .propose(let proposal) = dialogue.say(Self.resume), case .attend(let attend) = proposal.command
        else {
            Issue.record("nothing was proposed")
            return
        }
        #expect(attend.session == People.session)
        let (id, resume) = try #require(
            attended(dialogue.session.settle(.success(.attended(People.attendance())))))
        #expect(id == .integer(2))
        #expect(resume?.epoch == "A1")
        #expect(dialogue.session.isBlocked)
        dialogue.session.finishReading()
        #expect(!dialogue.session.isBlocked)
    }

    @Test func `an epoch of another history cannot be resumed, and identifying afresh can follow`() throws {
        var dialogue = Dialogue()
        let other = Self.resume.replacing("A1", with: "A2")
        for _ in 0..<5 {
            let reply = try dialogue.say(other).reply()
            #expect(reply["error.code"] == "cannot_resume")
            #expect(reply["error.temporary"] == "false")
        }
        guard case .propose = dialogue.say(Self.identify) else {
            Issue.record("identifying was refused")
            return
        }
    }
}
