import Base
import Channels
import Testing

@testable import Gateway

/// A board and its time, moved by hand.
struct PresenceWorld {
    var board = PresenceBoard()
    let limits: Limits
    private(set) var milliseconds = 0

    static let start = Instant(nanoseconds: 7_000_000_000)
    static let channels = [People.channel("205"), People.channel("206")]

    init(_ change: (inout Limits) -> Void = { _ in }) {
        var limits = Limits()
        change(&limits)
        self.limits = limits
    }

    var now: Instant { Self.start.adding(milliseconds: milliseconds) }
    var wall: Timestamp { Self.wall(milliseconds) }
    static func wall(_ milliseconds: Int) -> Timestamp {
        Timestamp(milliseconds: People.noon.milliseconds + Int64(milliseconds))
    }

    static func socket(_ number: Int) -> SessionAddress {
        SessionAddress(worker: number % 3, connection: UInt64(number))
    }

    /// Time passes; what is told meanwhile, each with its time.
    mutating func pass(_ duration: Int) -> [(at: Int, change: PresenceChange)] {
        let end = milliseconds + duration
        var told: [(at: Int, change: PresenceChange)] = []
        while true {
            told += board.advance(to: now, limits).map { (milliseconds, $0) }
            let next = board.next(limits).map { $0.milliseconds(since: Self.start) } ?? .max
            guard next <= end else { break }
            #expect(next > milliseconds, "a time is given once")
            milliseconds = next
        }
        milliseconds = end
        return told + board.advance(to: now, limits).map { (milliseconds, $0) }
    }

    mutating func report(_ status: PresenceStatus, _ user: UserID = People.ann, by socket: Int) {
        board.report(status, of: user, by: Self.socket(socket), wall: wall)
        board.setChannels(Self.channels, of: user)
    }

    mutating func leave(_ user: UserID = People.ann, by socket: Int) {
        board.leave(user, by: Self.socket(socket), at: now, wall: wall)
    }

    /// What is told within a time: milliseconds and status.
    mutating func told(within duration: Int) -> [String] {
        pass(duration).map { "\($0.at) \($0.change.presence.status.name)" }
    }
}
