import Base
import Testing
import WSServer

@testable import Gateway

@Suite("Watchers") struct WatchersTests {
    private func change(_ user: UserID, _ channels: [String] = []) -> PresenceChange {
        PresenceChange(
            presence: Presence(user: user, status: .online, lastSeenAt: nil), channels: channels.map(People.channel))
    }

    private func heard(_ watchers: Watchers, _ change: PresenceChange) -> [UInt64] {
        watchers.lists(for: change).flatMap(\.self).map(\.connection.rawValue).sorted()
    }

    @Test func `hear of the users they watch, and of the members of the channels they watch`() {
        var watchers = Watchers()
        let one = Watching(ConnectionID(rawValue: 1), of: People.bob),
            two = Watching(ConnectionID(rawValue: 2), of: People.bob)
        watchers.watch(People.ann, by: one)
        watchers.watch(People.channel("205"), by: two)
        #expect(heard(watchers, change(People.ann)) == [1])
        #expect(heard(watchers, change(People.ann, ["205", "206"])) == [1, 2])
        #expect(heard(watchers, change(People.bob, ["205"])) == [2])
        #expect(heard(watchers, change(People.bob, ["206"])) == [])
        watchers.forget(one)
        #expect(one.isEmpty)
        #expect(heard(watchers, change(People.ann)) == [])
        watchers.unwatch(People.channel("205"), by: two)
        #expect(watchers.isEmpty)
    }

    @Test func `hear of themselves only when they say so`() {
        let watching = Watching(ConnectionID(rawValue: 1), of: People.bob)
        var watchers = Watchers()
        watchers.watch(People.channel("205"), by: watching)
        #expect(watching.wants(People.ann))
        #expect(!watching.wants(People.bob))
        watchers.watch(People.bob, by: watching)
        #expect(watching.wants(People.bob))
    }

    @Test func `what is watched twice counts once`() {
        let watching = Watching(ConnectionID(rawValue: 1), of: People.bob)
        var watchers = Watchers()
        watchers.watch(People.ann, by: watching)
        watchers.watch(People.ann, by: watching)
        #expect(watchers[People.ann].count == 1)
        #expect(watching.userCount(with: [People.ann, People.bob, People.bob]) == 2)
        #expect(watching.channelCount(with: [People.channel("205")]) == 1)
    }

    @Test(arguments: 1...50) func `are those who began and have not ended, whatever the order`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var watchers = Watchers(), model: [UserID: Set<UInt64>] = [:], channels: [ChannelID: Set<UInt64>] = [:]
        let users = (1...5).compactMap { UserID(rawValue: $0) }, rooms = (1...3).compactMap { ChannelID(rawValue: $0) }
        let all = (1...8).map { Watching(ConnectionID(rawValue: $0), of: People.bob) }
        for _ in 0..<2_000 {
            guard let watching = all.randomElement(using: &random), let user = users.randomElement(using: &random),
                let room = rooms.randomElement(using: &random)
            else { continue }
            let id = watching.connection.rawValue
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                watchers.forget(watching)
                for user in users { model[user]?.remove(id) }
                for room in rooms { channels[room]?.remove(id) }
            case 1..<6:
                watchers.unwatch(user, by: watching)
                model[user]?.remove(id)
            case 6..<11:
                watchers.watch(user, by: watching)
                model[user, default: []].insert(id)
            case 11..<15:
                watchers.unwatch(room, by: watching)
                channels[room]?.remove(id)
            default:
                watchers.watch(room, by: watching)
                channels[room, default: []].insert(id)
            }
            #expect(Set(watchers[user].map(\.connection.rawValue)) == model[user] ?? [])
            #expect(watchers[user].count == model[user]?.count ?? 0)
            #expect(Set(watchers[room].map(\.connection.rawValue)) == channels[room] ?? [])
            #expect(watchers[room].count == channels[room]?.count ?? 0)
        }
        for watching in all { watchers.forget(watching) }
        #expect(watchers.isEmpty)
    }
}
