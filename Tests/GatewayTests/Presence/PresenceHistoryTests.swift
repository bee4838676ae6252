import Base
import Testing

@testable import Gateway

/// Sockets come, go and change their minds by chance; what the board tells is compared with a model that looks at every
/// user at every step and knows no deadlines.
@Suite("Presence board, whatever happens") struct PresenceHistoryTests {
    /// One user as the model sees it, in steps of a tenth of a second.
    private struct Model {
        var sockets: [Int: PresenceStatus] = [:]
        var told = PresenceStatus.offline
        var toldAt: Int?
        var lostAt: Int?
        var lastSeen: Int?

        var status: PresenceStatus { sockets.values.max() ?? .offline }

        mutating func report(_ status: PresenceStatus, by socket: Int, at time: Int) {
            let before = self.status
            sockets[socket] = status
            if self.status != .offline || before != .offline { lostAt = nil }
            if self.status == .offline, before != .offline { lastSeen = time }
        }

        mutating func leave(_ socket: Int, at time: Int) {
            let before = status
            sockets[socket] = nil
            if before != .offline, status == .offline { (lostAt, lastSeen) = (time, time) }
        }

        /// What it tells at a time, if anything.
        mutating func look(at time: Int) -> (PresenceStatus, seen: Int?)? {
            guard status != told, toldAt.map({ time - $0 >= 5_000 }) ?? true else { return nil }
            if status == .offline, let lostAt, time - lostAt < 30_000 { return nil }
            (told, toldAt) = (status, time)
            return (status, status == .offline ? lastSeen : nil)
        }
    }

    private struct Line: Equatable {
        var at: Int
        var presence: Presence
    }

    private struct History {
        var random: RandomSource
        var world = PresenceWorld()
        var models: [UserID: Model] = [:]
        let users = (1...6).compactMap { UserID(rawValue: $0) }
        var expected: [Line] = []
        var told: [Line] = []
        let calm: Int

        init(seed: UInt64) {
            random = RandomSource(seed: seed)
            calm = [2, 10, 60][Int(seed % 3)]
        }

        mutating func happen() {
            guard let user = users.randomElement(using: &random) else { return }
            let socket = Int.random(in: 0..<3, using: &random) + 10 * Int(user.rawValue)
            var model = models[user] ?? Model()
            if model.sockets[socket] != nil, Bool.random(using: &random) {
                model.leave(socket, at: world.milliseconds)
                world.leave(user, by: socket)
            } else {
                let status: PresenceStatus =
                    [.online, .online, .busy, .away, .offline].randomElement(using: &random)
                    ?? .online
                model.report(status, by: socket, at: world.milliseconds)
                world.report(status, user, by: socket)
            }
            models[user] = model
        }

        /// The model looks at everybody.
        mutating func look() {
            for user in users {
                guard let (status, seen) = models[user]?.look(at: world.milliseconds) else { continue }
                let presence = Presence(user: user, status: status, lastSeenAt: seen.map { PresenceWorld.wall($0) })
                expected.append(Line(at: world.milliseconds, presence: presence))
            }
        }

        mutating func pass(_ steps: Int) {
            look()
            for duration in [0] + Array(repeating: 100, count: steps) {
                told += world.pass(duration).map { Line(at: $0.at, presence: $0.change.presence) }
                look()
            }
        }

        mutating func run() {
            for _ in 0..<800 {
                happen()
                if Int.random(in: 0..<10, using: &random) < 7 { pass(Int.random(in: 0...calm, using: &random)) }
            }
            pass(500)
        }
    }

    private func sorted(_ lines: [Line]) -> [Line] {
        lines.sorted { ($0.at, $0.presence.user) < ($1.at, $1.presence.user) }
    }

    @Test(arguments: 1...24) func `it tells what a model tells that never forgets to look`(seed: UInt64) {
        var history = History(seed: seed)
        history.run()
        let told = sorted(history.told), expected = sorted(history.expected)
        #expect(told.count > 20)
        let different = zip(told, expected).first { $0.0 != $0.1 }
        #expect(told == expected, "first: \(String(describing: different))")
    }

    @Test(arguments: 61...72) func `nobody is told of twice in five seconds, and what is true in the end is told`(
        seed: UInt64
    ) {
        var history = History(seed: seed)
        history.run()
        for user in history.users {
            let times = history.told.filter { $0.presence.user == user }.map(\.at).sorted()
            for (one, other) in zip(times, times.dropFirst()) { #expect(other - one >= 5_000) }
            let last = history.told.last { $0.presence.user == user }?.presence.status ?? .offline
            #expect(last == history.models[user]?.status ?? .offline)
        }
        // Nobody is a ghost: when their sockets are gone, so are they.
        for (user, model) in history.models {
            for socket in model.sockets.keys { history.world.leave(user, by: socket) }
        }
        _ = history.world.pass(100_000)
        #expect(history.world.board.count == 0)
        #expect(history.world.board.visible.isEmpty)
    }
}
