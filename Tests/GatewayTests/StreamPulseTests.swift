import Base
import Testing
import WSServer

@testable import Gateway

@Suite("A stream, over time") struct StreamPulseTests {
    private static let opened = Instant(nanoseconds: 5_000_000_000)

    /// What time asks for, when the stream is looked at whenever it wants to be. What is sent leaves at once, unless it
    /// waits since `stalledAt`.
    private func happenings(
        until end: Int = 110_000, expiresIn seconds: Int64 = 7_200, stalledAt: Int? = nil, endedAt: Int = .max,
        _ change: (inout Limits) -> Void = { _ in }
    ) -> [String] {
        var limits = Limits(), pulse = StreamPulse(), all: [String] = [], milliseconds = 0, sent = 0
        change(&limits)
        while milliseconds <= end {
            let now = Self.opened.adding(milliseconds: milliseconds)
            let wall = Timestamp(milliseconds: People.noon.milliseconds + Int64(milliseconds))
            let isStalled = stalledAt.map { milliseconds >= $0 } ?? false
            let activity = Activity(
                receivedAt: Self.opened, sentAt: Self.opened.adding(milliseconds: isStalled ? stalledAt ?? 0 : sent),
                takenAt: Self.opened, queuedByteCount: isStalled ? 10 : 0, hasEnded: milliseconds >= endedAt)
            let (reaction, next) = pulse.advance(
                to: now, wall: wall, activity,
                Session.Identity(
                    user: People.ann, login: People.login, session: People.session,
                    tokenExpiresAt: People.noon.adding(seconds: seconds)), limits)
            switch reaction {
            case .nothing: break
            case .ping:
                all.append("\(milliseconds) ping")
                sent = milliseconds
            case .close(let why): return all + ["\(milliseconds) close \(why.code)"]
            case .abort(let why): return all + ["\(milliseconds) abort \(why.code)"]
            case .reply(let frame): all.append("\(milliseconds) \(String(decoding: frame, as: UTF8.self).prefix(23))")
            case .turnAway, .propose, .read, .pass, .authenticate, .moved: all.append("\(milliseconds) \(reaction)")
            }
            let step = next.milliseconds(since: now)
            #expect(step > 0, "it wants to be asked again at once, at \(milliseconds)")
            // The server asks also when the client has stopped sending.
            let soonest = endedAt > milliseconds ? endedAt - milliseconds : .max
            milliseconds += max(
                1, min(step, soonest, stalledAt.map { $0 > milliseconds ? $0 - milliseconds : .max } ?? .max))
        }
        return all
    }

    @Test func `a silence is broken every 25 seconds, and nothing is asked of the client`() {
        #expect(happenings() == ["25000 ping", "50000 ping", "75000 ping", "100000 ping"])
    }

    @Test func `who takes nothing of what waits for 30 seconds is ended with 4102`() {
        #expect(happenings(stalledAt: 5_000) == ["35000 abort 4102"])
    }

    @Test func `a token that is over closes with 4202, half a minute late and no later`() {
        #expect(
            happenings(expiresIn: 10) == [#"0 {"type":"auth.expiring""#, "25000 ping", "40000 close 4202"])
    }

    @Test func `a client that stops sending is sent something once, to see whether it is there`() {
        #expect(happenings(until: 60_000, endedAt: 5_000) == ["5000 ping", "30000 ping", "55000 ping"])
    }

    @Test func `rare heartbeats make nobody slow`() {
        #expect(happenings(until: 130_000) { $0.heartbeatMilliseconds = 120_000 } == ["120000 ping"])
    }
}
