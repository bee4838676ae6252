import Auth
import Base
import REST
import TestClient
import Testing
import WSServer

@testable import Channels
@testable import Gateway

/// One session spoken to by hand.
struct Dialogue {
    var session: Session
    let limits: Limits
    let refusals = RefusalCounts()
    static let opened = Instant(nanoseconds: 5_000_000_000)

    init(presented: Result<AccessClaims, Rejection>? = nil, _ change: (inout Limits) -> Void = { _ in }) {
        var limits = Limits()
        change(&limits)
        self.limits = limits
        let rules = Session.Rules(limits: limits, epoch: "A1", refusals: refusals) { token in
            switch token {
            case "good": .settled(.success(People.claims()))
            case "better": .settled(.success(People.claims(expiresIn: 9_000)))
            case "elsewhere": .elsewhere
            case "bob's": .settled(.success(People.claims(of: People.bob)))
            case "new login": .settled(.success(People.claims(by: LoginID(high: 5, low: 6))))
            case "late": .settled(.failure(Rejection(.tokenExpired, "the access token has expired")))
            default: .settled(.failure(Rejection(.invalidToken, "the access token is not valid")))
            }
        }
        session = Session(rules: rules, random: RandomSource(seed: 1), openedAt: Self.opened, presented: presented)
    }

    /// One whose session is open already.
    static func identified(_ change: (inout Limits) -> Void = { _ in }) -> Dialogue {
        var dialogue = Dialogue(change)
        _ = dialogue.say(#"{"id":1,"type":"identify","data":{"token":"good"}}"#)
        _ = dialogue.session.settle(.success(.attended(People.attendance())))
        return dialogue
    }

    mutating func say(_ text: String, after milliseconds: Int = 0) -> Session.Reaction {
        session.receive(Array(text.utf8), at: Self.opened.adding(milliseconds: milliseconds))
    }

    /// Sends a message, which takes its place among the commands in flight.
    mutating func send(_ id: String, _ name: String = "m") -> Session.Reaction {
        say(#"{"id":\#(id),"type":"message.send","data":{"channel":"108_109","client_msg_id":"\#(name)","text":"hi"}}"#)
    }

    mutating func commit(_ number: Int64) -> Session.Settlement {
        session.settle(.success(.sent(People.message(number, seq: number), isDuplicate: false)))
    }
}

extension Session.Reaction {
    /// The reply as JSON, where it is one.
    func reply() throws -> JSONText {
        guard case .reply(let bytes) = self else {
            Issue.record("\(self) is no reply")
            throw Missing()
        }
        return try JSONText(bytes)
    }

    struct Missing: Error {}
}

extension Session.Settlement {
    func reply() throws -> JSONText {
        guard case .reaction(let reaction) = self else {
            Issue.record("\(self) is no reaction")
            throw Session.Reaction.Missing()
        }
        return try reaction.reply()
    }
}
