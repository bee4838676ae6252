import Base
import Testing
import WSServer

@testable import Gateway

@Suite("Session, over time") struct SessionTimeTests {
    /// What time asks for, when the session is looked at whenever it wants to be, and the socket is as `activity` says.
    private func happenings(
        _ dialogue: Dialogue, until end: Int = 200_000, wall: (Int) -> Timestamp = { _ in People.noon },
        _ activity: (Int) -> Activity
    ) -> [String] {
        var session = dialogue.session
        var all: [String] = [], milliseconds = 0
        while milliseconds <= end {
            let now = Dialogue.opened.adding(milliseconds: milliseconds)
            let (reaction, next) = session.advance(to: now, wall: wall(milliseconds), activity(milliseconds))
            switch reaction {
            case .nothing: break
            case .ping: all.append("\(milliseconds) ping")
            case .close(let why): return all + ["\(milliseconds) close \(why.code)"]
            case .abort(let why): return all + ["\(milliseconds) abort \(why.code)"]
            case .reply(let frame): all.append("\(milliseconds) \(String(decoding: frame, as: UTF8.self).prefix(23))")
            case .turnAway, .propose, .read, .pass, .authenticate, .moved: all.append("\(milliseconds) \(reaction)")
            }
            let step = next.milliseconds(since: now)
            #expect(step > 0, "it wants to be asked again at once, at \(milliseconds)")
            milliseconds += max(1, step)
        }
        return all
    }

    /// Nothing waits to be sent; when the peer was last heard, and last took something.
    private func quiet(received: Int, taken: Int = 0) -> Activity {
        Activity(
            receivedAt: Dialogue.opened.adding(milliseconds: received),
            sentAt: Dialogue.opened.adding(milliseconds: 100_000_000),
            takenAt: Dialogue.opened.adding(milliseconds: taken), queuedByteCount: 0)
    }

    @Test func `who does not identify within ten seconds is closed with 4004`() {
        #expect(happenings(Dialogue()) { quiet(received: $0) } == ["10000 close 4004"])
        var failing = Dialogue()
        _ = failing.say(#"{"id":1,"type":"identify","data":{"token":"bad"}}"#)
        #expect(happenings(failing) { quiet(received: $0) } == ["10000 close 4004"])
    }

    @Test func `silence is asked after for 25 seconds and closed with 4201 after 50`() {
        #expect(happenings(.identified()) { _ in quiet(received: 0) } == ["25000 ping", "50000 abort 4201"])
    }

    @Test func `an answer begins the silence anew`() {
        let heard = happenings(.identified()) { quiet(received: $0 < 26_000 ? 0 : 26_000) }
        #expect(heard == ["25000 ping", "51000 ping", "76000 abort 4201"])
    }

    @Test func `who is heard all the time is never asked`() {
        #expect(happenings(.identified()) { quiet(received: $0) } == [])
    }

    @Test func `who takes what waits is alive without a word`() {
        let taking = happenings(.identified(), until: 300_000) { milliseconds in
            let taken = milliseconds / 10_000 * 10_000
            return Activity(
                receivedAt: Dialogue.opened, sentAt: Dialogue.opened.adding(milliseconds: taken),
                takenAt: Dialogue.opened.adding(milliseconds: taken), queuedByteCount: 1 << 20)
        }
        #expect(taking == [])
    }

    @Test func `who takes nothing of what waits for 30 seconds is ended with 4102`() {
        let stalled = happenings(.identified()) { milliseconds in
            let now = Dialogue.opened.adding(milliseconds: milliseconds)
            let sent = Dialogue.opened.adding(milliseconds: min(milliseconds, 5_000))
            return Activity(receivedAt: now, sentAt: sent, takenAt: Dialogue.opened, queuedByteCount: 10)
        }
        #expect(stalled == ["35000 abort 4102"])
    }

    @Test func `a token that is over closes with 4202, half a minute late at the earliest`() {
        let wall = { (milliseconds: Int) in
            Timestamp(milliseconds: People.noon.milliseconds + 7_180_000 + Int64(milliseconds))
        }
        // 20 s before the end, 30 s of leeway.
        let said = happenings(.identified(), wall: wall) { quiet(received: $0) }
        #expect(said == [#"0 {"type":"auth.expiring""#, "50000 close 4202"])
    }

    @Test func `who has a token that is nearly over is told a minute before, once`() {
        let wall = { (milliseconds: Int) in
            Timestamp(milliseconds: People.noon.milliseconds + 7_100_000 + Int64(milliseconds))
        }
        let said = happenings(.identified(), until: 120_000, wall: wall) { quiet(received: $0) }
        #expect(said == [#"40000 {"type":"auth.expiring""#])
        #expect(
            String(decoding: Envelope.expiring(at: People.noon), as: UTF8.self)
                == #"{"type":"auth.expiring","data":{"token_expires_at":"2026-11-18T11:06:40.123Z"}}"#)
    }

    @Test func `who has shown another token in time stays, and is told again before that one ends`() throws {
        var dialogue = Dialogue.identified()
        let late = People.noon.adding(seconds: 7_190)
        func advance(_ seconds: Int64) -> Session.Reaction {
            dialogue.session.advance(
                to: Dialogue.opened, wall: late.adding(seconds: seconds), quiet(received: 0)
            ).0
        }
        #expect(advance(0) == .reply(Envelope.expiring(at: People.noon.adding(seconds: 7_200))))
        _ = dialogue.say(#"{"id":2,"type":"auth.refresh","data":{"token":"better"}}"#)
        #expect(advance(100) == .nothing)
        #expect(advance(1_760) == .reply(Envelope.expiring(at: People.noon.adding(seconds: 9_000))))
        #expect(advance(1_840) == .close(.tokenExpired))
    }
}
